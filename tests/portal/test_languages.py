"""Every word of the portal is there in every language, and what is compiled is what is written."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation.template import templatize

from config.home import PROJECT
from tenancy.models import Organization
from tests.portal.conftest import ABOUT_INES, BASE, LOAN, Applicant, shows
from underwriting.models import PolicyVersion

LANGUAGES = ("de", "es", "pt")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext"}
SINGULAR = re.compile(r"""\bgettext\((u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")""")
PLURAL = re.compile(r"""\bngettext\((u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"),""")
ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$|^(".*")$')


def messages_in_python() -> set[str]:
    found = set()
    for path in (PROJECT / "underwriting" / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                assert isinstance(node.args[0], ast.Constant), path
                found.add(node.args[0].value)
    return found


def messages_in_templates() -> set[str]:
    found = set()
    for path in (PROJECT / "templates" / "portal").rglob("*.*"):
        text = templatize(path.read_text("utf-8"))
        for pattern in (SINGULAR, PLURAL):
            found |= {ast.literal_eval(literal) for literal in pattern.findall(text)}
    return found


def written(path: Path) -> dict[str, str]:
    """The catalogue's entries: message, or message and number of its plural form, to text."""
    entries: dict[str, str] = {}
    name, message = "", ""
    for line in path.read_text("utf-8").splitlines():
        if not (found := ENTRY.match(line)):
            continue
        text = ast.literal_eval(found[2] or found[3])
        name = found[1] or name
        if name == "msgid":
            message = text if found[1] else message + text
        elif name != "msgid_plural":
            key = message + name.removeprefix("msgstr")
            entries[key] = entries.get(key, "") + text
    return entries


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    entries = written(PROJECT / "locale" / language / "LC_MESSAGES" / "django.po")
    used = messages_in_python() | messages_in_templates()
    assert len(used) > 100
    missing = {each for each in used if not (entries.get(each) or entries.get(f"{each}[0]"))}
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    folder = PROJECT / "locale" / language / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, text in written(folder / "django.po").items():
        if message.endswith("[0]"):
            assert compiled.ngettext(message[:-3], "", 1) == text
        elif not message.endswith("[1]") and message:
            assert compiled.gettext(message) == text, message


@pytest.mark.parametrize(
    ("asked", "spoken"), [("de", "de"), ("en-GB,de;q=0.5", "en"), ("pt-BR,es", "de"), ("", "de")]
)
def test_the_browser_chooses_among_the_lenders_languages(
    ines: Applicant, asked: str, spoken: str
) -> None:
    response = Client(headers={"Accept-Language": asked}).get(BASE)
    assert response.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}">' in response.content.decode()


def test_changing_the_language_keeps_what_was_typed(ines: Applicant) -> None:
    ines.begin()
    response = ines.answer("loan", {"amount": "1.250,50", "language": "en"})
    page = ines.client.get(response.headers["Location"])
    assert shows(page, "Loan amount")
    assert 'value="1,250.50"' in page.content.decode()
    ines.answer("loan", {"amount": "abc", "language": "de"})
    assert 'value="abc"' in ines.get("questions/1/loan/").content.decode()


def test_a_language_the_lender_does_not_offer_changes_nothing(ines: Applicant) -> None:
    ines.begin()
    ines.answer("loan", {**LOAN, "language": "pt"})
    assert ines.get("questions/1/loan/").headers["Content-Language"] == "de"
    assert ines.get("", lang="pt").headers["Location"] == BASE
    assert ines.get().headers["Content-Language"] == "de"


def test_a_link_changes_the_language_where_nothing_is_typed(ines: Applicant) -> None:
    assert ines.get("", lang="en").status_code == 302
    assert shows(ines.get(), "Start now")


def test_dates_and_words_are_the_readers(ines: Applicant, hanse: Organization) -> None:
    ines.fill()
    assert shows(ines.get("check/"), "12. April 1985")
    ines.get("", lang="en")
    page = ines.get("check/")
    assert shows(page, "12 April 1985")
    assert shows(page, "€3,000.00")
    assert shows(page, "Furniture")
    ines.answer("about", ABOUT_INES)


def test_every_page_is_spoken_in_portuguese(aurora: Organization, policy: PolicyVersion) -> None:
    response = Client(headers={"Accept-Language": "pt"}).get("/apply/banco-aurora/nada/")
    assert response.status_code == 404
    assert shows(response, "Esta página não existe")
