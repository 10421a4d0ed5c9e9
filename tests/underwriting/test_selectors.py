"""What doors read: a partner its own, a lender its own, pages by cursor, one timeline."""

from typing import Any

from accounts.models import Partner
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import INES, JONAS, STRONG, Submit, decide
from underwriting.api.pagination import Page, page_rows
from underwriting.models import Application, ConsentText, Decision
from underwriting.selectors.applications import (
    Wanted,
    application_by_id,
    application_detail,
    applications_wanted,
)
from underwriting.selectors.consents import consent_texts, consents_of
from underwriting.selectors.decisions import decision_by_id, decisions_of
from underwriting.selectors.reviews import review_detail, review_queue
from underwriting.selectors.timelines import timeline
from underwriting.services.consents import consent_text_publish, consent_texts_publish


def test_a_partner_sees_its_own_applications_only(
    hanse: Organization, submit: Submit, broker: Partner
) -> None:
    own = submit(partner_id=broker.id).application
    other = decide(submit((JONAS, STRONG)))
    as_partner: dict[str, Any] = {"organization_id": hanse.id, "partner_id": broker.id}
    with enter(hanse.id, read_only=True):
        assert [row.id for row in applications_wanted(hanse.id, broker.id, Wanted())] == [own.id]
        assert application_by_id(application_id=own.id, **as_partner)
        assert application_by_id(application_id=other.application_id, **as_partner) is None
        assert decision_by_id(decision_id=other.id, **as_partner) is None
        assert len(applications_wanted(hanse.id, None, Wanted())) == 2


def test_another_lender_finds_nothing(
    hanse: Organization, aurora: Organization, submit: Submit
) -> None:
    decision = decide(submit())
    with enter(aurora.id, read_only=True):
        for asked in (aurora.id, hanse.id):
            found = application_by_id(organization_id=asked, application_id=decision.application_id)
            assert found is None
            assert decision_by_id(organization_id=asked, decision_id=decision.id) is None
        assert not Application.objects.exists()
        assert not Decision.objects.exists()


def test_pages_go_on_where_the_last_one_ended(hanse: Organization, submit: Submit) -> None:
    made = [submit().application.id for _ in range(5)]
    with enter(hanse.id, read_only=True):
        found = applications_wanted(hanse.id, None, Wanted())
        first, more = page_rows(found, Page(2, None))
        assert ([row.id for row in first], more) == ([made[4], made[3]], True)
        second, more = page_rows(found, Page(2, first[-1].id))
        assert ([row.id for row in second], more) == ([made[2], made[1]], True)
        back, more = page_rows(found, Page(1, None, before=second[0].id))
        assert ([row.id for row in back], more) == ([made[3]], True)
        last, more = page_rows(found, Page(2, second[-1].id))
        assert ([row.id for row in last], more) == ([made[0]], False)


def test_a_case_file_holds_everything(hanse: Organization, submit: Submit) -> None:
    referred = decide(submit((INES, {**STRONG, "employment_since": "unemployed"}), (JONAS, STRONG)))
    with enter(hanse.id, read_only=True):
        detail = application_detail(
            organization_id=hanse.id, application_id=referred.application_id
        )
        assert detail is not None
        assert [p.party.position for p in detail.parties] == [0, 1]
        assert detail.request is not None
        assert detail.request["amount"] == "3000.00"
        assert detail.decision == referred
        assert detail.review is not None
        assert [duty.kind for duty in detail.duties] == ["review"]
        [waiting] = review_queue(organization_id=hanse.id)
        assert review_detail(organization_id=hanse.id, review_id=waiting.id)
        assert decisions_of(detail.application) == [referred]
        happened = timeline(organization_id=hanse.id, application_id=referred.application_id)
        agreed = consents_of(organization_id=hanse.id, application_id=referred.application_id)
    assert [event.type for event in happened] == ["application.submitted", "decision.recorded"]
    assert len(agreed) == 4


def test_new_words_are_a_new_version(hanse: Organization, submit: Submit) -> None:
    words = {"organization_id": hanse.id, "actor": SYSTEM, "purpose": "credit_assessment"}
    changed = consent_text_publish(**words, language="de", body="Ich willige ein.")  # type: ignore[arg-type]
    same = consent_text_publish(**words, language="de", body="Ich willige ein.")  # type: ignore[arg-type]
    assert changed.id == same.id
    assert consent_texts_publish(organization_id=hanse.id, actor=SYSTEM) == 0
    with enter(hanse.id, read_only=True):
        shown = consent_texts(organization_id=hanse.id, language="de")
        assert [text.version for text in shown] == [1, 2]
        assert ConsentText.objects.filter(language="de").count() == 3
