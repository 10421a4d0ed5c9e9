"""The desk's pages about people and models speak Spanish; what is compiled is what is written."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from config.home import PROJECT

ROOMS = ("accounts", "scoring")
PAGES = {
    "accounts": ("account", "allauth", "admin/accounts"),
    "scoring": ("admin/scoring", "admin/charts"),
}
SINGULAR = re.compile(r"""\bgettext\((u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")""")
ENTRY = re.compile(r'^msgid (".+")\nmsgstr (".*")$', re.MULTILINE)


def catalogue(room: str) -> Path:
    return PROJECT / room / "locale" / "es" / "LC_MESSAGES"


def said_in_python(room: str) -> set[str]:
    found = set()
    for path in (PROJECT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                found.add(ast.literal_eval(node.args[0]))
    return found


def said_in_pages(room: str) -> set[str]:
    pages: list[Path] = [
        *(PROJECT / "templates" / "admin" / name for name in ("service_form.html", "key_once.html"))
    ] * (room == "accounts")
    for folder in PAGES[room]:
        pages += (PROJECT / "templates" / folder).rglob("*.html")
    text = "".join(templatize(page.read_text("utf-8")) for page in pages)
    return {ast.literal_eval(literal) for literal in SINGULAR.findall(text)}


def written(room: str) -> dict[str, str]:
    text = (catalogue(room) / "django.po").read_text("utf-8")
    return {ast.literal_eval(said): ast.literal_eval(es) for said, es in ENTRY.findall(text)}


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_is_translated(room: str) -> None:
    said = said_in_python(room) | said_in_pages(room)
    assert len(said) > 50
    assert said - written(room).keys() == set()


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_compiled_is_what_is_written(room: str) -> None:
    with (catalogue(room) / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, text in written(room).items():
        assert text
        assert compiled.gettext(message) == text
