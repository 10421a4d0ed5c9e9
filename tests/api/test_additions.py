"""After an application was sent: facts corrected, withdrawn, a person asked for."""

from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import BAD_FACTS, GOOD_FACTS, Body, applicant, consents, loan
from tests.cast_accounts import RawKey
from underwriting.models import Decision, DecisionRun, Duty, FactSet, Party, Review
from underwriting.services.customers import customer_erase
from underwriting.services.decisions import application_decide
from underwriting.services.replays import decisions_replay
from underwriting.services.reviews import review_claim

OUT_OF_WORK = {**GOOD_FACTS, "employment_since": "unemployed"}


@pytest.fixture
def referred(partner: Partner, hanse: Organization) -> Body:
    answer: Body = partner.apply(loan(hanse, facts=OUT_OF_WORK)).json()
    assert answer["status"] == "referred"
    return answer


def facts_of(partner: Partner, application: Body, **said: Any) -> Any:
    return partner.post(f"/v1/applications/{application['id']}/facts", said)


def decide_all(hanse: Organization) -> None:
    with enter(hanse.id, read_only=True):
        runs = list(DecisionRun.objects.filter(status="pending").values_list("id", flat=True))
    for run_id in runs:
        application_decide(organization_id=hanse.id, run_id=run_id)


def test_a_corrected_referral_is_decided_anew(
    partner: Partner, hanse: Organization, referred: Body
) -> None:
    added = facts_of(
        partner, referred, facts={"employment_since": "from_7_years"}, provenance="document"
    )
    assert added.status_code == 200, added.content
    assert (added.json()["changed"], added.json()["submitted"]) == (["employment_since"], True)
    assert added.json()["application"]["status"] == "submitted"
    decide_all(hanse)
    answer = partner.get(f"/v1/applications/{referred['id']}").json()
    assert (answer["status"], answer["decision"]["number"]) == ("approved", 2)
    assert answer["received_at"] == referred["received_at"]
    history = partner.get(f"/v1/applications/{referred['id']}/decisions").json()["data"]
    assert [(row["number"], row["in_force"]) for row in history] == [(2, True), (1, False)]
    with enter(hanse.id, read_only=True):
        sets = FactSet.objects.order_by("number")
        assert [row.changed for row in sets] == [[], ["employment_since"]]
        assert "document" in sets[1].provenance_by_field
        assert sets[1].supersedes_id == sets[0].id
        assert [review.status for review in Review.objects.all()] == ["cancelled"]
        assert set(Duty.objects.values_list("kind", "status")) == {
            ("review", "void"),
            ("notice", "open"),
        }
        assert Event.objects.filter(type="application.facts_added").count() == 1
        assert Decision.objects.count() == 2
    report = decisions_replay(organization_id=hanse.id)
    assert (report.replayed, report.failed) == (2, 0)


def test_a_person_at_work_is_not_overtaken(
    partner: Partner, hanse: Organization, uma: User, referred: Body
) -> None:
    with enter(hanse.id, read_only=True):
        review = Review.objects.get()
    review_claim(organization_id=hanse.id, actor=Actor.user(uma.pk), review_id=review.id)
    added = facts_of(partner, referred, facts={"employment_since": "from_7_years"}).json()
    assert (added["changed"], added["submitted"]) == (["employment_since"], False)
    assert added["application"]["status"] == "referred"
    with enter(hanse.id, read_only=True):
        assert DecisionRun.objects.count() == 1
        assert Review.objects.get().status == "claimed"
        assert FactSet.objects.count() == 2


def test_wrong_facts_are_named_where_they_were_sent(
    partner: Partner, hanse: Organization, referred: Body
) -> None:
    for said, pointer in (
        ({"facts": {"monthly_income": "-1"}}, "/facts/monthly_income"),
        ({"facts": {"sex": "female"}}, "/facts/sex"),
        ({"facts": {"of_age": True}}, "/facts/of_age"),
        ({"facts": {"monthly_income": None}}, "/facts/monthly_income"),
        ({"facts": []}, "/facts"),
        ({"facts": {}, "consents": 5}, "/consents"),
        ({"consents": [{"purpose": "scoring"}]}, "/consents"),
        ({"facts": {}, "party": "0"}, "/party"),
        ({"facts": {}, "party": True}, "/party"),
        ({"facts": {}, "provenance": "bureau"}, "/provenance"),
        ({"fact": {}}, "/fact"),
    ):
        refused = facts_of(partner, referred, **said)
        assert refused.status_code == 422, (said, refused.content)
        pointers = [error["pointer"] for error in refused.json()["errors"]]
        assert any(found.startswith(pointer) for found in pointers), (said, pointers)
    assert facts_of(partner, referred, facts={}, party=3).status_code == 404
    assert partner.post(f"/v1/applications/{referred['id']}/facts", b"[]").status_code == 422
    with enter(hanse.id, read_only=True):
        assert FactSet.objects.count() == 1


def test_a_decided_application_takes_no_facts(partner: Partner, body: Body) -> None:
    sent = partner.apply(body).json()
    refused = facts_of(partner, sent, facts={"monthly_income": "9000.00"})
    assert (refused.status_code, refused.json()["code"]) == (409, "status")


def test_only_their_own_facts_change(partner: Partner, hanse: Organization) -> None:
    max_ = applicant(hanse, given_names="Max", number=2)
    sent = partner.apply(loan(hanse, facts=OUT_OF_WORK, co_applicants=[max_])).json()
    added = facts_of(partner, sent, party=1, facts={"monthly_income": "5000.00"}).json()
    assert added["changed"] == ["monthly_income"]
    with enter(hanse.id, read_only=True):
        changed = FactSet.objects.filter(number=2).values_list("party__position", flat=True)
        assert list(changed) == [1]


def test_a_stranger_adds_withdraws_and_asks_for_nothing(
    partner: Partner, broker_key: RawKey, aurora_key: RawKey, hanse: Organization, referred: Body
) -> None:
    path = f"/v1/applications/{referred['id']}"
    for stranger in (Partner(broker_key[1]), Partner(aurora_key[1])):
        for what in ("facts", "withdraw", "review"):
            body: Body = {"facts": {}} if what == "facts" else {}
            assert stranger.post(f"{path}/{what}", body).status_code == 404
        assert stranger.get(f"{path}/decisions").status_code == 404
    assert partner.get(path).json()["status"] == "referred"


def test_an_application_is_withdrawn_once(partner: Partner, body: Body) -> None:
    sent = partner.apply(body).json()
    path = f"/v1/applications/{sent['id']}/withdraw"
    gone = partner.post(path, {})
    assert (gone.status_code, gone.json()["status"]) == (200, "withdrawn")
    again = partner.post(path, {})
    assert (again.status_code, again.json()["code"]) == (409, "status")


def test_an_applicants_words_reach_the_reviewer_and_go_with_them(
    partner: Partner, hanse: Organization
) -> None:
    sent = partner.apply(loan(hanse, amount="9000.00", term_months=72, facts=BAD_FACTS)).json()
    path = f"/v1/applications/{sent['id']}/review"
    words = "My employer pays in cash; see the contract."
    for wrong in ({"words": 5}, {"words": "x" * 2001}, {"word": "x"}, {"words": "a\x00b"}):
        assert partner.post(path, wrong).status_code == 422
    asked = partner.post(path, {"words": words})
    assert (asked.status_code, asked.json()["application"]["status"]) == (200, "referred")
    assert partner.post(path, {}).json()["code"] == "status"
    with enter(hanse.id, read_only=True):
        assert Review.objects.get().note == words
        assert words not in "".join(str(data) for data in Event.objects.values_list("data"))
        party = Party.objects.get()
    added = facts_of(partner, sent, facts={"monthly_income": "4000.00"}).json()
    assert added["submitted"] is False, "whoever asked for a person gets one"
    with pytest.raises(IntegrityError, match="emptied by an erasure alone"), enter(hanse.id):
        Review.objects.update(note="something else")
    partner.post(f"/v1/applications/{sent['id']}/withdraw", {})
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=party.customer_id)
    with enter(hanse.id, read_only=True):
        assert Review.objects.get().note == ""


def test_consents_given_later_are_kept_with_their_words(
    partner: Partner, hanse: Organization, referred: Body
) -> None:
    added = facts_of(partner, referred, consents=consents(hanse), facts={}).json()
    assert added["changed"] == []
