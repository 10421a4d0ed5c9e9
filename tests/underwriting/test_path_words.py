"""A path in words: the same for applicants, partners and underwriters, and no tip-off in it."""

from datetime import datetime
from typing import Any

import pytest
from django.utils.translation import override

from ml.canonical import canonical
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import INES, KAI, STRONG, Submit, decide
from underwriting.api import schemas
from underwriting.api.views.reading import Reader, decision_in_full
from underwriting.desk.case import case_file
from underwriting.models import Decision
from underwriting.selectors.paths import (
    CAVEAT,
    CHANGES,
    FOUND,
    HEADING,
    NOTHING,
    OTHERS,
    path_shown,
)
from underwriting.services import paths
from underwriting.services.paths import path_find

INDEBTED = {**STRONG, "monthly_income": "1800.00", "monthly_obligations": "700.00"}
LANGUAGES = {"en", "de", "es", "pt"}


def plain(entry: Any, value: Any) -> str:
    return str(value)


@pytest.fixture
def declined(submit: Submit) -> Decision:
    decision = decide(submit((KAI, INDEBTED), request={"term_months": 6}))
    assert decision.outcome == "decline"
    return decision


def test_every_sentence_is_there_in_four_languages() -> None:
    for texts in (HEADING, FOUND, NOTHING, OTHERS, CAVEAT, *CHANGES.values()):
        assert set(texts) == LANGUAGES


def test_partner_and_underwriter_read_what_was_found(
    declined: Decision, hanse: Organization
) -> None:
    path = path_find(organization_id=hanse.id, decision_id=declined.id)
    assert path is not None
    with enter(hanse.id, read_only=True), override("en"):
        case = case_file(hanse.id, declined.application_id, identities=False)
        told = decision_in_full(Reader(hanse.id, None, "de"), declined.id)["path"]
    assert case is not None
    assert case.path is not None
    assert case.path.until == path.honoured_until
    changes = path.document_data["changes"]
    assert [each.field for each in case.path.changes] == [each["field"] for each in changes]
    assert set(told) == set(schemas.Path().fields)
    assert set(told["changes"][0]) == set(schemas.PathChange().fields)
    assert told["changes"][0]["wanted"] == changes[0]["to"]
    assert "statt" in told["text"][1]
    assert path.honoured_until is not None
    assert path.honoured_until.date().isoformat() in told["caveat"]


def test_nobody_reads_what_another_applicant_would_have_to_change(
    submit: Submit, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = {**INDEBTED, "monthly_income": "500.00", "monthly_obligations": "450.00"}
    decision = decide(submit((KAI, INDEBTED), (INES, poor), request={"term_months": 6}))
    found = path_find(organization_id=hanse.id, decision_id=decision.id)
    assert found is not None
    changed = {each["party"] for each in found.document_data["changes"]} - {None}
    assert changed
    with enter(hanse.id, read_only=True):
        for position in (0, 1):
            shown = path_shown(decision, "en", plain, party=position)
            assert shown is not None
            assert {each.party for each in shown.changes} <= {None, position}
            assert bool(shown.others) == bool(changed - {position})


def test_who_was_stopped_by_a_check_reads_the_words_of_those_without_a_path(
    declined: Decision, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    withheld = {"status": "withheld", "changes": []}
    monkeypatch.setattr(paths, "path_again", lambda *_: canonical(withheld))
    path = path_find(organization_id=hanse.id, decision_id=declined.id)
    assert path is not None
    assert (path.status, path.honoured_until) == ("withheld", None)
    with enter(hanse.id, read_only=True):
        shown = path_shown(declined, "en", plain)
    assert shown is not None
    assert (shown.found, shown.lead, shown.changes) == (False, NOTHING["en"], [])
    assert shown.caveat(datetime.isoformat) == ""
