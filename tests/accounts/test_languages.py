"""The pages about people speak Spanish too, and what is compiled is what is written."""

import ast
import gettext
import re
from pathlib import Path

from django.utils.translation.template import templatize

from config.home import PROJECT

CATALOGUE = PROJECT / "accounts" / "locale" / "es" / "LC_MESSAGES"
PAGES = ("account", "allauth", "admin/accounts")
SINGULAR = re.compile(r"""\bgettext\((u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")""")
ENTRY = re.compile(r'^msgid (".+")\nmsgstr (".*")$', re.MULTILINE)


def said_in_python() -> set[str]:
    found = set()
    for path in (PROJECT / "accounts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                found.add(ast.literal_eval(node.args[0]))
    return found


def said_in_pages() -> set[str]:
    pages: list[Path] = [
        *(PROJECT / "templates" / "admin" / name for name in ("service_form.html", "key_once.html"))
    ]
    for folder in PAGES:
        pages += (PROJECT / "templates" / folder).rglob("*.html")
    text = "".join(templatize(page.read_text("utf-8")) for page in pages)
    return {ast.literal_eval(literal) for literal in SINGULAR.findall(text)}


def written() -> dict[str, str]:
    text = (CATALOGUE / "django.po").read_text("utf-8")
    return {ast.literal_eval(said): ast.literal_eval(es) for said, es in ENTRY.findall(text)}


def test_every_message_is_translated() -> None:
    said = said_in_python() | said_in_pages()
    assert len(said) > 100
    assert said - written().keys() == set()


def test_what_is_compiled_is_what_is_written() -> None:
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, text in written().items():
        assert text
        assert compiled.gettext(message) == text
