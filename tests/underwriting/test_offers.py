"""Offers are answered in time or lapse; nothing is funded without a live, accepted one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from events.actor import SYSTEM
from events.models import Event
from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.models import Organization
from tests.cast_scoring import lender_with_product
from tests.cast_underwriting import (
    INES,
    KAI,
    REQUEST,
    STRONG,
    WEAK,
    Submit,
    agreed,
    decide,
    party,
    policy_ready,
)
from underwriting.models import Application, Booking, Offer
from underwriting.services.applications import application_submit, application_withdraw
from underwriting.services.bookings import application_fund
from underwriting.services.offers import offer_accept, offer_decline
from underwriting.tasks import expire_offers


@pytest.fixture
def approved(submit: Submit) -> Application:
    submitted = submit()
    assert decide(submitted).outcome == "approve"
    return submitted.application


def test_accepted_and_without_conditions_it_is_ready_to_fund(
    hanse: Organization, approved: Application
) -> None:
    offer_accept(organization_id=hanse.id, actor=SYSTEM, application_id=approved.id)
    with enter(hanse.id, read_only=True):
        assert Application.objects.get().status == "accepted"
        assert Event.objects.filter(type="application.ready_to_fund").count() == 1


def test_an_offer_is_answered_once(hanse: Organization, approved: Application) -> None:
    offer_decline(organization_id=hanse.id, actor=SYSTEM, application_id=approved.id)
    with pytest.raises(Conflict):
        offer_accept(organization_id=hanse.id, actor=SYSTEM, application_id=approved.id)
    with enter(hanse.id, read_only=True):
        assert Application.objects.get().status == "not_taken"


def test_a_booking_ends_it_as_funded_and_counts_as_exposure(
    hanse: Organization, approved: Application, submit: Submit
) -> None:
    offer_accept(organization_id=hanse.id, actor=SYSTEM, application_id=approved.id)
    application_fund(
        organization_id=hanse.id,
        actor=SYSTEM,
        application_id=approved.id,
        reference="L-1",
        amount_minor=300_000,
    )
    later = decide(submit())
    assert '"exposure":"3000.00"' in (later.inputs or "")
    with enter(hanse.id, read_only=True):
        assert Application.objects.get(id=approved.id).status == "funded"


def test_nothing_is_funded_before_it_is_accepted(
    hanse: Organization, approved: Application
) -> None:
    with pytest.raises(Conflict):
        application_fund(
            organization_id=hanse.id,
            actor=SYSTEM,
            application_id=approved.id,
            reference="L-1",
            amount_minor=300_000,
        )
    with pytest.raises(IntegrityError, match="live, accepted offer"), enter(hanse.id):
        Booking(
            organization_id=hanse.id,
            application=approved,
            offer=Offer.objects.get(),
            reference="L-1",
            amount=300_000,
            outstanding=300_000,
            booked_at=approved.created_at,
        ).save(force_insert=True)


def test_an_offer_lapses_on_the_twins_own_clock(
    hanse: Organization, hanse_twin: Organization, rita: object, anna: object, hire: object
) -> None:
    product = lender_with_product(hanse_twin.id)
    analyst = hire(hanse_twin, "Rike", "risk_analyst")  # type: ignore[operator]
    approver = hire(hanse_twin, "Arne", "approver")  # type: ignore[operator]
    policy_ready(hanse_twin, product, analyst, approver)
    submitted = application_submit(
        organization_id=hanse_twin.id,
        actor=SYSTEM,
        door="api",
        product_slug="personal-loan",
        request=REQUEST,
        parties=[party(INES, STRONG, agreed(hanse_twin.id))],
        language="de",
        claim=True,
    )
    decide(submitted)
    assert expire_offers() == 0
    with enter(hanse_twin.id):
        Organization.objects.filter(id=hanse_twin.id).update(clock_offset=timedelta(days=31))
    assert expire_offers() == 1
    with enter(hanse_twin.id, read_only=True):
        assert Application.objects.get().status == "expired"
        assert Offer.objects.get().status == "lapsed"


def test_a_withdrawn_application_decides_nothing_more(hanse: Organization, submit: Submit) -> None:
    submitted = submit()
    application_withdraw(
        organization_id=hanse.id, actor=SYSTEM, application_id=submitted.application.id
    )
    with pytest.raises(AssertionError):
        decide(submitted)
    with pytest.raises(Conflict):
        application_withdraw(
            organization_id=hanse.id, actor=SYSTEM, application_id=submitted.application.id
        )


def test_a_declined_application_has_nothing_to_accept(hanse: Organization, submit: Submit) -> None:
    declined = decide(submit((KAI, WEAK)))
    with pytest.raises(Conflict):
        offer_accept(organization_id=hanse.id, actor=SYSTEM, application_id=declined.application_id)
