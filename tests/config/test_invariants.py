"""docs/invariants.md tells the truth: what it names exists, and no rule about state is left out."""

import re
from itertools import accumulate
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection
from django.db.models import UniqueConstraint

from config.home import PROJECT

ROOMS = ("tenancy", "events", "accounts", "scoring", "underwriting")
LINES = (PROJECT / "docs" / "invariants.md").read_text("utf-8").splitlines()
TABLE = [
    [cell.strip() for cell in line.split("|")[1:4]]
    for line in LINES
    if line.startswith("| ") and not line.startswith(("| invariant", "| ---"))
]
NAMES_IN_DATABASE = """
SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class
UNION SELECT tgname FROM pg_trigger UNION SELECT proname FROM pg_proc
UNION SELECT rolname FROM pg_roles
"""


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize("row", TABLE, ids=[row[0][:50] for row in TABLE])
def test_every_row_names_tests_that_are_there(row: list[str]) -> None:
    files = quoted(row[2])
    assert files
    folders = accumulate(
        (Path(file).parent for file in files),
        lambda before, given: before if given == Path() else given,
    )
    for folder, file in zip(folders, files, strict=True):
        assert (PROJECT / folder / Path(file).name).is_file(), file


def test_what_a_row_names_is_in_the_database_or_a_service(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NAMES_IN_DATABASE)
        there = {name for (name,) in cursor.fetchall()}
    sources = [file.read_text("utf-8") for room in ROOMS for file in (PROJECT / room).rglob("*.py")]
    functions = {
        name for text in sources for name in re.findall(r"^def (\w+)\(", text, re.MULTILINE)
    }
    named = {
        name
        for row in TABLE
        for name in quoted(row[1])
        if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)
    }
    assert len(named) > 50
    assert named - there - functions == set()


def states_kept_apart() -> set[str]:
    """Constraints that say what may be true at a time: exclusions, and uniqueness of some rows."""
    return {
        constraint.name
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, ExclusionConstraint)
        or (isinstance(constraint, UniqueConstraint) and constraint.condition is not None)
    }


def our_triggers() -> set[str]:
    """Triggers of our own functions, but for what every immutable table has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT tgisinternal AND n.nspname = 'public' AND tgname NOT LIKE 'refuse%%'"
        )
        return {name for (name,) in cursor.fetchall()}


def test_no_rule_about_state_is_left_out(db: None) -> None:
    named = {name for row in TABLE for name in quoted(row[1])}
    assert (states_kept_apart() | our_triggers()) - named == set()
