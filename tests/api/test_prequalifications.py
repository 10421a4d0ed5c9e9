"""What somebody could expect: by the same rules, recorded, binding nobody, counting nothing."""

import json
from typing import Any

import pytest

from events.models import Event
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import BAD_FACTS, Body, changed, loan
from tests.cast_accounts import RawKey
from underwriting.models import (
    Application,
    ApplicationMark,
    Customer,
    Prequalification,
    PrequalificationPull,
    Pull,
)


def ask(partner: Partner, body: Any, key: str = "q-1") -> Any:
    return partner.post("/v1/prequalifications", body, **{"Idempotency-Key": key})


def test_likely_comes_with_a_range_that_an_application_keeps(
    partner: Partner, body: Body, hanse: Organization
) -> None:
    first, again = ask(partner, body), ask(partner, body)
    assert first.status_code == 201, first.content
    assert again.content == first.content
    found = first.json()
    assert (found["outcome"], found["binding"], found["inquiry"]) == ("likely", False, "none")
    assert found["notice_due_at"] is None
    low, high = (float(found["offer"]["amount"][end]["amount"]) for end in ("from", "to"))
    assert low <= 2_000 <= high
    assert partner.get(first.headers["Location"]).json() == found
    with enter(hanse.id):
        row = Prequalification.objects.get()
        assert "Mustermann" not in json.dumps([row.inputs, row.document, row.consents])
        assert row.sealed is None
        assert Event.objects.filter(type="prequalification.made").count() == 1
        for table in (Application, ApplicationMark, Customer, Pull, PrequalificationPull):
            assert not table.objects.exists(), table
    decided = partner.apply(body).json()
    assert decided["decision"]["outcome"] == "approve"
    rate = decided["decision"]["offer"]["annual_rate"]
    assert found["offer"]["annual_rate"]["from"] <= rate <= found["offer"]["annual_rate"]["to"]
    most = changed(body, "/request/amount", found["offer"]["amount"]["to"]["amount"])
    other = changed(most, "/applicant/identity/family_name", "Schmidt")
    mail = changed(other, "/applicant/identity/email", "schmidt@example.com")
    assert partner.apply(mail).json()["decision"]["outcome"] == "approve"


def test_unlikely_gives_reasons_and_the_day_a_notice_is_due(
    partner: Partner, hanse: Organization
) -> None:
    body = loan(hanse, facts=BAD_FACTS)
    found = ask(partner, body).json()
    decided = partner.apply(body).json()["decision"]
    assert (found["outcome"], found["offer"]) == ("unlikely", None)
    assert [r["code"] for r in found["reasons"]] == [r["code"] for r in decided["reasons"]]
    assert all(reason["text"] != reason["code"] for reason in found["reasons"])
    assert found["notice_due_at"] is not None
    english = partner.get(f"/v1/prequalifications/{found['id']}?language=en").json()
    assert [r["text"] for r in found["reasons"]] != [r["text"] for r in english["reasons"]]
    with enter(hanse.id):
        row = Prequalification.objects.get()
        assert row.facts_until > row.expires_at
        assert Application.objects.count() == 1


@pytest.mark.exhaustive
def test_it_counts_for_nothing_and_nothing_that_is_owed_counts(
    partner: Partner, body: Body, hanse: Organization
) -> None:
    """Asked after an offer was accepted it says the same as before."""
    before = ask(partner, body).json()
    made = partner.apply(body).json()
    partner.post(f"/v1/applications/{made['id']}/offer/accept", b"")
    after = ask(partner, body, "q-2").json()
    assert (after["outcome"], after["offer"]) == (before["outcome"], before["offer"])


@pytest.mark.exhaustive
def test_where_everything_is_referred_a_person_would_look(
    partner: Partner, body: Body, hanse: Organization
) -> None:
    with enter(hanse.id):
        Organization.objects.filter(id=hanse.id).update(refer_all=True)
    found = ask(partner, body).json()
    assert (found["outcome"], found["reasons"], found["offer"]) == ("needs_review", [], None)


@pytest.mark.exhaustive
def test_what_does_not_hold_is_named_and_nothing_is_kept(
    partner: Partner, body: Body, hanse: Organization
) -> None:
    for wrong, pointer in (
        (changed(body, "/request/amount", "1e9"), "/request/amount"),
        (changed(body, "/request/amount", 10**15), "/request/amount"),
        (changed(body, "/applicant/facts/savings", "gold"), "/applicant/facts/savings"),
        (changed(body, "/applicant/consents", []), "/applicant/consents"),
        ({**body, "hosted": True}, "/hosted"),
        ({**body, "more": 1}, "/more"),
    ):
        answer = ask(partner, wrong)
        assert answer.status_code == 422, answer.content
        assert pointer in {error["pointer"] for error in answer.json()["errors"]}
    prohibited = {**body["applicant"]["facts"], "sex": "female"}
    assert ask(partner, changed(body, "/applicant/facts", prohibited)).status_code == 422
    assert partner.post("/v1/prequalifications", body).json()["code"] == "idempotency_key_missing"
    assert ask(partner, changed(body, "/product", "yacht")).json()["code"] == "product_unknown"
    with enter(hanse.id):
        assert not Prequalification.objects.exists()


def test_others_see_none_of_it(
    partner: Partner, body: Body, broker_key: RawKey, aurora_key: RawKey
) -> None:
    broker = Partner(broker_key[1])
    own, theirs = ask(partner, body).json(), ask(broker, body).json()
    assert own["id"] != theirs["id"]
    for stranger in (broker, Partner(aurora_key[1])):
        assert stranger.get(f"/v1/prequalifications/{own['id']}").status_code == 404
    assert [each["id"] for each in broker.get("/v1/prequalifications").json()["data"]] == [
        theirs["id"]
    ]
    listed = partner.get("/v1/prequalifications?outcome=likely&limit=1").json()
    assert (len(listed["data"]), listed["has_more"]) == (1, True)
    assert partner.get("/v1/prequalifications?outcome=sure").status_code == 422


def test_it_becomes_one_application(
    partner: Partner, body: Body, broker_key: RawKey, hanse: Organization
) -> None:
    asked = ask(partner, body).json()["id"]
    theirs = ask(Partner(broker_key[1]), body).json()["id"]
    for wrong in (theirs, f"prq_{'0' * 32}"):
        answer = partner.apply({**body, "prequalification": wrong})
        assert (answer.status_code, answer.json()["code"]) == (409, "prequalification_unusable")
    assert partner.apply({**body, "prequalification": "prq_1"}).status_code == 422
    made = partner.apply({**body, "prequalification": asked}, key="k").json()
    again = partner.apply({**body, "prequalification": asked}, key="k").json()
    assert made["id"] == again["id"]
    found = partner.get(f"/v1/prequalifications/{asked}").json()
    assert found["application"] == made["id"]
    second = partner.apply({**body, "prequalification": asked})
    assert second.json()["code"] == "prequalification_unusable"
    with enter(hanse.id):
        assert Application.objects.count() == 1
