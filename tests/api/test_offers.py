"""Offers over the API: read, accepted and refused once, by whom they concern, while they stand."""

from datetime import timedelta
from typing import Any

import pytest

from events.models import Event
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import BAD_FACTS, Body, loan
from tests.cast_accounts import RawKey
from underwriting.models import Application, Offer
from underwriting.services.offers import offer_expire, offers_close


@pytest.fixture
def offered(partner: Partner, body: Body) -> Any:
    """An approved application's offer."""
    made = partner.apply(body, key="k-1").json()
    return partner.get(f"/v1/applications/{made['id']}/offer").json()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_an_offer_is_read_by_itself_and_by_its_application(partner: Partner, offered: Any) -> None:
    alone = partner.get(f"/v1/offers/{offered['id']}").json()
    listed = partner.get(f"/v1/offers?status=open&application={offered['application']}").json()
    decision = partner.get(f"/v1/decisions/{offered['decision']}").json()
    assert alone == offered == listed["data"][0]
    assert alone["status"] == "open"
    assert alone["answered_at"] is None
    assert decision["offer"]["id"] == offered["id"]
    assert partner.get("/v1/offers?status=accepted").json()["data"] == []
    assert partner.get("/v1/offers?status=lost").status_code == 422
    assert partner.get("/v1/offers?application=app_1").status_code == 422


def test_an_offer_is_accepted_once(partner: Partner, offered: Any, hanse: Organization) -> None:
    address = f"/v1/offers/{offered['id']}/accept"
    first, again = partner.post(address, b""), partner.post(address, b"")
    assert first.status_code == 200
    assert first.json()["status"] == "accepted"
    assert first.json()["answered_at"] is not None
    assert code(again) == (409, "offer_answered")
    assert code(partner.post(f"/v1/offers/{offered['id']}/decline", b"")) == (409, "offer_answered")
    with enter(hanse.id):
        assert Application.objects.get().status == "accepted"
        assert Event.objects.filter(type="offer.accepted").count() == 1


@pytest.mark.exhaustive
def test_an_applications_offer_is_refused(partner: Partner, offered: Any) -> None:
    address = f"/v1/applications/{offered['application']}/offer"
    assert partner.post(f"{address}/decline", b"").json()["status"] == "declined"
    assert code(partner.post(f"{address}/accept", b"")) == (409, "offer_answered")
    seen = partner.get(f"/v1/applications/{offered['application']}").json()
    assert seen["status"] == "not_taken"


def test_what_is_over_says_why(partner: Partner, offered: Any, hanse: Organization) -> None:
    """Its time over but not yet swept, swept, and superseded: each by its own code."""
    accept = f"/v1/offers/{offered['id']}/accept"
    with enter(hanse.id):
        offer = Offer.objects.get()
    late = offer.expires_at + timedelta(seconds=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("underwriting.services.offers.now", lambda _id: late)
        assert code(partner.post(accept, b"")) == (409, "offer_expired")
        assert offer_expire(organization_id=hanse.id, offer_id=offer.id)
    assert code(partner.post(accept, b"")) == (409, "offer_expired")


@pytest.mark.exhaustive
def test_a_superseded_offer_says_so(partner: Partner, offered: Any, hanse: Organization) -> None:
    with enter(hanse.id):
        application = Application.objects.get()
        offers_close(organization_id=hanse.id, application_id=application.id, at=now(hanse.id))
    answer = partner.post(f"/v1/offers/{offered['id']}/accept", b"")
    assert code(answer) == (409, "offer_superseded")


@pytest.mark.exhaustive
def test_a_declined_application_has_no_offer(partner: Partner, hanse: Organization) -> None:
    made = partner.apply(loan(hanse, facts=BAD_FACTS), key="k-2").json()
    assert partner.get(f"/v1/applications/{made['id']}/offer").status_code == 404
    for answer in ("accept", "decline"):
        refused = partner.post(f"/v1/applications/{made['id']}/offer/{answer}", b"")
        assert code(refused) == (409, "no_offer")


def test_another_partners_and_another_lenders_offers_are_not_found(
    partner: Partner, offered: Any, broker_key: RawKey, aurora_key: RawKey, hanse: Organization
) -> None:
    for raw in (broker_key[1], aurora_key[1]):
        other = Partner(raw)
        assert other.get(f"/v1/offers/{offered['id']}").status_code == 404
        assert other.post(f"/v1/offers/{offered['id']}/accept", b"").status_code == 404
        assert other.post(f"/v1/offers/{offered['id']}/decline", b"").status_code == 404
        application = f"/v1/applications/{offered['application']}/offer"
        assert other.get(application).status_code == 404
        assert other.post(f"{application}/accept", b"").status_code == 404
        assert other.get("/v1/offers").json()["data"] == []
    with enter(hanse.id):
        assert Offer.objects.get().status == "open"
