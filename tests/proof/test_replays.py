"""Many decisions, made as columns and stored, are computed again by rows: the same bytes.

`make replays` does it with a hundred thousand.

Their rows are copies of one real application's, written past the triggers by the tables' owner:
only what replay reads differs, and that is each invented applicant's own.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.demo.lenders import LENDERS
from ml.canonical import canonical, content_hash
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import Organization
from tenancy.roles import APPLICATION, OWNER
from tests.cast_underwriting import Submit, decide
from tests.proof.history import demo_inputs
from underwriting.models import Decision, Party
from underwriting.services.evaluation import keyed_hash
from underwriting.services.overrules import hashes_of_decision
from underwriting.services.plans import plan_for

ROOT = Path(__file__).resolve().parents[2]
MANY = int(os.environ.get("ASSAY_REPLAYS", "10000"))
HANSE = next(lender for lender in LENDERS if lender.slug == "hanse-kredit")
TABLES = ("application", "party", "decisionrun", "decision")
STAGED = """CREATE TEMP TABLE staged (application uuid, party uuid, run uuid, decision uuid,
    inputs text, inputs_hash text, document text, document_hash text)"""
COPIED = """INSERT INTO underwriting_{table}
    SELECT (made.row).* FROM (
        SELECT jsonb_populate_record(model, {changes}) AS row
        FROM underwriting_{table} model, staged WHERE model.{key} = %s {which}
        OFFSET 0  -- else the record is made anew for each of its columns
    ) made"""
CHANGES = {
    "application": "jsonb_build_object('id', staged.application, 'external_id', null)",
    "party": "jsonb_build_object('id', staged.party, 'application_id', staged.application)",
    "decisionrun": "jsonb_build_object('id', staged.run, 'application_id', staged.application)",
    "decision": """jsonb_build_object('id', staged.decision, 'application_id', staged.application,
        'run_id', staged.run, 'inputs', staged.inputs, 'inputs_hash', staged.inputs_hash,
        'document', staged.document, 'document_hash', staged.document_hash,
        'outcome', staged.document::jsonb->>'outcome',
        'points', staged.document::jsonb->'points', 'pd_ppm', staged.document::jsonb->'pd_ppm',
        'notice_due_at', CASE WHEN staged.document::jsonb->>'outcome'
            IN ('decline', 'counter_offer')
            THEN model.application_completed_at + interval '1 day' END,
        'expires_at', CASE WHEN staged.document::jsonb->>'outcome'
            IN ('approve', 'counter_offer')
            THEN model.decided_at + interval '1 day' END)""",
}


def rows(decision: Decision, salt: bytes, many: int) -> Iterator[tuple[Any, ...]]:
    hashes = hashes_of_decision(decision)
    assert hashes is not None
    plan = plan_for(decision.organization_id, hashes)
    given = demo_inputs(HANSE, many, seed=7)
    for start in range(0, many, 5_000):
        part = given[start : start + 5_000]
        for inputs, document in zip(part, plan.decide_columns(part), strict=True):
            body = canonical(inputs)
            yield (
                *(new_id() for _ in range(4)),
                body.decode(), keyed_hash(salt, body), document.decode(), content_hash(document),
            )  # fmt: skip


def copied(decision: Decision, made: Iterator[tuple[Any, ...]]) -> None:
    """As the tables' owner, who alone can switch off what refuses, and on again."""
    with connection.cursor() as cursor:
        cursor.execute(STAGED)
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for row in made:
                copy.write_row(row)
        for table in TABLES:
            key = "id" if table == "application" else "application_id"
            which = "AND model.position = 0" if table == "party" else ""
            statement = COPIED.format(table=table, changes=CHANGES[table], key=key, which=which)
            with unguarded(cursor, f"underwriting_{table}"):
                cursor.execute(statement, [decision.application_id])
            # Checks of references planned for a table of one row read it whole for each row.
            cursor.execute(f"ANALYZE underwriting_{table}")
            cursor.execute("DISCARD PLANS")


@contextmanager
def unguarded(cursor: Any, table: str) -> Iterator[None]:
    cursor.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    )
    triggers = [name for (name,) in cursor.fetchall()]
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for name in triggers:
        cursor.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{name}"')


@pytest.mark.exhaustive
@pytest.mark.timeout(3_600)
@pytest.mark.django_db(transaction=True)
def test_many_decisions_replay_without_a_differing_byte(
    transactional_db: None, hanse: Organization, submit: Submit, database_roles: Any
) -> None:
    decision = decide(submit())
    with enter(hanse.id, read_only=True):
        [salt] = Party.objects.filter(application_id=decision.application_id).values_list(
            "customer__salt", flat=True
        )
    with database_roles.acting_as(OWNER):
        copied(decision, rows(decision, bytes(salt), MANY))
    replayed = subprocess.run(
        [
            sys.executable, str(ROOT / "manage.py"), "replay_decisions",
            "--organization", "hanse-kredit", "--processes", "2", "--skip-checks",
        ],
        env={
            **os.environ,
            "DATABASE_URL": database_roles.url(APPLICATION),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONHASHSEED": "4242",
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert replayed.returncode == 0, replayed.stderr
    count = MANY + 1
    assert f"hanse-kredit: {count} replayed: {count} identical" in replayed.stdout
    assert f"of {count}" in replayed.stderr
