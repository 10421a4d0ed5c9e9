"""The loan system answers: booked where it matches, a case for a person where not, once each."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from events.models import Event
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import BAD_FACTS, Body, changed, loan
from tests.cast_accounts import RawKey
from underwriting.models import Application, Booking, BookingCase

TODAY = timezone.now().date().isoformat()


@pytest.fixture
def accepted(partner: Partner, body: Body) -> Any:
    """An approved application's accepted offer."""
    made = partner.apply(body).json()
    return partner.post(f"/v1/applications/{made['id']}/offer/accept", b"").json()


def said(offer: Any, **other: Any) -> dict[str, Any]:
    """The loan as it was agreed, but for what is changed."""
    return {
        "loan_id": "L-1",
        "amount": offer["amount"],
        "annual_rate": offer["annual_rate"],
        "booked_on": TODAY,
        **other,
    }


def book(partner: Partner, offer: Any, **other: Any) -> Any:
    address = f"/v1/applications/{offer['application']}/booking"
    return partner.post(address, said(offer, **other))


def euros(text: str) -> dict[str, str]:
    return {"amount": text, "currency": "EUR"}


def test_a_match_is_booked_once(partner: Partner, accepted: Any, hanse: Organization) -> None:
    first, again = book(partner, accepted), book(partner, accepted)
    assert first.status_code == again.status_code == 201, first.content
    assert first.json() == again.json()
    address = f"/v1/applications/{accepted['application']}"
    assert first.headers["Location"] == f"{address}/booking"
    assert partner.get(f"{address}/booking").json() == first.json()
    assert partner.get(address).json()["status"] == "funded"
    with enter(hanse.id):
        assert Booking.objects.count() == 1
        assert Event.objects.filter(type="application.funded").count() == 1
        assert not BookingCase.objects.exists()


OFF: tuple[tuple[dict[str, Any], str], ...] = (
    ({"amount": euros("1999.99")}, "amount_differs"),
    ({"amount": euros("999999999999999")}, "amount_differs"),
    ({"amount": {"amount": "2000.00", "currency": "USD"}}, "currency_differs"),
    ({"annual_rate": "0.999999"}, "rate_differs"),
    ({"booked_on": "2020-02-29"}, "date_outside"),
    ({"booked_on": "2099-01-01"}, "expired"),
)


def test_other_figures_are_a_case_and_nothing_is_lost(
    partner: Partner, accepted: Any, hanse: Organization
) -> None:
    for off, cause in OFF:
        first, again = book(partner, accepted, **off), book(partner, accepted, **off)
        assert first.status_code == again.status_code == 202
        assert first.json() == again.json()
        found = partner.get(first.headers["Location"]).json()
        assert (found["status"], found["causes"]) == ("open", [cause])
        assert found["reported"]["loan_id"] == "L-1"
    with enter(hanse.id):
        assert Application.objects.get().status == "accepted"
        assert not Booking.objects.exists()
        told = Event.objects.filter(type="booking.mismatched").order_by("sequence")
        assert [json.loads(each.data)["causes"] for each in told] == [[c] for _, c in OFF]
    assert book(partner, accepted).status_code == 201
    cases = partner.get("/v1/booking-cases").json()["data"]
    assert {(each["status"], each["resolution"]) for each in cases} == {("settled", "corrected")}
    late = book(partner, accepted, annual_rate="0.4").json()
    assert late["causes"] == ["booked_already"]


@pytest.mark.exhaustive
def test_without_a_live_approval_it_is_a_case(
    partner: Partner, body: Body, hanse: Organization
) -> None:
    offered = partner.apply(body).json()["decision"]["offer"]
    declined = partner.apply(loan(hanse, facts=BAD_FACTS, number=7)).json()
    terms = {**offered, "application": partner.get("/v1/applications").json()["data"][1]["id"]}
    assert book(partner, terms).json()["causes"] == ["not_accepted"]
    nothing = {**terms, "application": declined["id"]}
    assert book(partner, nothing, loan_id="L-2").json()["causes"] == ["no_approval"]
    partner.post(f"/v1/applications/{terms['application']}/offer/decline", b"")
    assert book(partner, terms, loan_id="L-3").json()["causes"] == ["not_accepted"]


@pytest.mark.exhaustive
def test_a_loan_belongs_to_one_application(
    partner: Partner, accepted: Any, hanse: Organization
) -> None:
    other = changed(loan(hanse, number=9), "/applicant/identity/family_name", "Schmidt")
    made = partner.apply(other).json()
    second = partner.post(f"/v1/applications/{made['id']}/offer/accept", b"").json()
    assert book(partner, accepted).status_code == 201
    answer = book(partner, second)
    assert (answer.status_code, answer.json()["causes"]) == (202, ["loan_id_taken"])


@pytest.mark.exhaustive
def test_an_offer_that_ended_is_not_booked(
    partner: Partner, accepted: Any, hanse: Organization
) -> None:
    """Reported late of a day in time it is booked; of a day behind the end it is not."""
    with enter(hanse.id):
        accepted_at = Application.objects.get().accepted_at
    assert accepted_at is not None
    late = accepted_at + timedelta(days=60)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("underwriting.services.bookings.now", lambda _id: late)
        behind = book(partner, accepted, loan_id="L-9", booked_on=late.date().isoformat())
        assert behind.json()["causes"] == ["expired"]
        assert book(partner, accepted).status_code == 201
    with enter(hanse.id):
        assert Booking.objects.get().booked_at < late - timedelta(days=50)


NONE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"amount": 2000}, "/amount"),
    ({"amount": {"amount": 2000.0, "currency": "EUR"}}, "/amount/amount"),
    ({"amount": euros("-1")}, "/amount/amount"),
    ({"amount": euros("0.00")}, "/amount/amount"),
    ({"amount": euros("1.001")}, "/amount/amount"),
    ({"amount": euros("NaN")}, "/amount/amount"),
    ({"amount": euros("1e3")}, "/amount/amount"),
    ({"amount": euros("9" * 40)}, "/amount/amount"),
    ({"amount": {"amount": "1.00", "currency": "eur"}}, "/amount/currency"),
    ({"annual_rate": 0.069}, "/annual_rate"),
    ({"annual_rate": "-0.01"}, "/annual_rate"),
    ({"annual_rate": "1000"}, "/annual_rate"),
    ({"annual_rate": "0.0000001"}, "/annual_rate"),
    ({"booked_on": "2026-02-30"}, "/booked_on"),
    ({"booked_on": 20261121}, "/booked_on"),
    ({"loan_id": ""}, "/loan_id"),
    ({"loan_id": "L\x001"}, "/loan_id"),
    ({"loan_id": "x" * 201}, "/loan_id"),
    ({"more": 1}, "/more"),
)


def test_a_report_that_is_none_is_refused(partner: Partner, accepted: Any) -> None:
    for wrong, pointer in NONE:
        answer = book(partner, accepted, **wrong)
        assert answer.status_code == 422, answer.content
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert partner.get("/v1/booking-cases").json()["data"] == []


def test_others_neither_book_nor_see(
    partner: Partner,
    accepted: Any,
    broker_key: RawKey,
    aurora_key: RawKey,
    hanse: Organization,
) -> None:
    case = book(partner, accepted, annual_rate="0.5").json()
    _key, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="reader", scopes=["decisions:read"]
    )
    assert book(Partner(raw), accepted).status_code == 403
    for stranger in (Partner(broker_key[1]), Partner(aurora_key[1])):
        assert book(stranger, accepted).status_code == 404
        assert stranger.get(f"/v1/booking-cases/{case['id']}").status_code == 404
        assert stranger.get("/v1/booking-cases").json()["data"] == []
        booking = f"/v1/applications/{accepted['application']}/booking"
        assert stranger.get(booking).status_code == 404
    assert len(partner.get("/v1/booking-cases?status=open").json()["data"]) == 1
    assert partner.get("/v1/booking-cases?status=gone").status_code == 422
