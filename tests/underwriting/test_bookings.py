"""Cases are settled by who may, above a limit by two; the database holds what was reported."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, close_old_connections, connection

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.models import Organization
from tests.cast_underwriting import Submit, decide
from underwriting.models import Application, Booking, BookingCase, Offer
from underwriting.services.booking_cases import booking_case_second, booking_case_settle
from underwriting.services.bookings import BookingDone, Reported, booking_report
from underwriting.services.offers import offer_accept

Report = Callable[..., BookingDone]


def accepted(hanse: Organization, submit: Submit, **request: Any) -> Offer:
    submitted = submit(request=request)
    decide(submitted)
    return offer_accept(
        organization_id=hanse.id, actor=SYSTEM, application_id=submitted.application.id
    )


def report(hanse: Organization, offer: Offer, **changed: Any) -> BookingDone:
    with enter(hanse.id, read_only=True):
        today = now(hanse.id).date()
    found = {
        "reference": "L-1",
        "amount": offer.amount,
        "currency": offer.currency,
        "rate_ppm": offer.rate_ppm,
        "booked_on": today,
        **changed,
    }
    return booking_report(
        organization_id=hanse.id,
        actor=SYSTEM,
        application_id=offer.application_id,
        reported=Reported(**found),
    )


def opened(hanse: Organization, submit: Submit, asked: str = "3000.00", **off: int) -> BookingCase:
    """A case of an accepted offer, reported off by so much."""
    offer = accepted(hanse, submit, amount=asked)
    changed = {name: getattr(offer, name) + by for name, by in off.items()}
    case = report(hanse, offer, **changed).case
    assert case is not None
    return case


def settle(case: BookingCase, by: User, resolution: str, reason: str) -> BookingCase:
    return booking_case_settle(
        organization_id=case.organization_id,
        actor=Actor.user(by.pk),
        case_id=case.id,
        resolution=resolution,
        reason=reason,
    )


def second(case: BookingCase, by: User, *, agree: bool = True) -> BookingCase:
    return booking_case_second(
        organization_id=case.organization_id,
        actor=Actor.user(by.pk),
        case_id=case.id,
        agree=agree,
    )


def test_a_part_drawn_is_booked_within_a_limit(
    hanse: Organization, submit: Submit, uma: User
) -> None:
    case = settle(opened(hanse, submit, amount=-50_000), uma, "book", "PARTLY_DRAWN")
    assert case.status == "settled"
    with enter(hanse.id):
        booking = Booking.objects.get()
        assert (booking.amount, case.booking_id) == (250_000, booking.id)
        assert Application.objects.get().status == "funded"
        kinds = list(Event.objects.order_by("sequence").values_list("type", flat=True))[-2:]
        assert kinds == ["application.funded", "booking.settled"]
    with pytest.raises(Conflict):
        settle(case, uma, "reversed", "SENT_TWICE")


def test_above_a_limit_a_second_person_agrees(
    hanse: Organization, submit: Submit, uma: User, sven: User
) -> None:
    case = opened(hanse, submit, asked="6000.00", rate_ppm=-1_000)
    assert settle(case, uma, "book", "BETTER_RATE").status == "waiting"
    with pytest.raises(Forbidden, match="somebody else"):
        second(case, uma)
    assert second(case, sven, agree=False).status == "open"
    settle(case, uma, "book", "BETTER_RATE")
    assert second(case, sven).status == "settled"
    with enter(hanse.id):
        assert Booking.objects.get().rate_ppm == case.rate_ppm


@pytest.mark.exhaustive
def test_nothing_worse_than_agreed_is_booked(
    hanse: Organization, submit: Submit, sven: User
) -> None:
    case = opened(hanse, submit, rate_ppm=1)
    with pytest.raises(Conflict, match="cannot be booked"):
        settle(case, sven, "book", "BETTER_RATE")
    settle(case, sven, "reversed", "PAID_OUT_WRONGLY")
    with enter(hanse.id):
        assert not Booking.objects.exists()
        assert BookingCase.objects.get().settled_by == str(sven.pk)


@pytest.mark.exhaustive
def test_who_may_not_settles_nothing_and_a_reason_belongs_to_its_resolution(
    hanse: Organization, submit: Submit, rita: User, otto: User, sven: User
) -> None:
    case = opened(hanse, submit, amount=-1)
    for person in (rita, otto):
        with pytest.raises(Forbidden):
            settle(case, person, "reversed", "SENT_TWICE")
    with pytest.raises(Invalid):
        settle(case, sven, "reversed", "PARTLY_DRAWN")
    with pytest.raises(Invalid):
        settle(case, sven, "forgotten", "SENT_TWICE")
    with enter(hanse.id):
        assert BookingCase.objects.get().status == "open"


@pytest.mark.exhaustive
def test_what_was_not_ready_is_booked_when_it_is_reported_again(
    hanse: Organization, submit: Submit, uma: User
) -> None:
    offer = accepted(hanse, submit)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("underwriting.services.bookings._unready", lambda *_: True)
        case = report(hanse, offer).case
        assert case is not None
        with pytest.raises(Conflict):
            settle(case, uma, "book", "READY_NOW")
    booked = report(hanse, offer).booking
    assert booked is not None
    with enter(hanse.id):
        case = BookingCase.objects.get()
        assert (case.status, case.resolution, case.booking_id) == ("settled", "book", booked.id)


@pytest.mark.exhaustive
def test_reported_twice_at_once_it_is_booked_once(
    transactional_db: None, hanse: Organization, submit: Submit
) -> None:
    offers = [accepted(hanse, submit), accepted(hanse, submit)]

    def run(offer: Offer) -> BookingDone:
        try:
            return report(hanse, offer)
        finally:
            connection.close()

    close_old_connections()
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(run, [offers[0]] * 4 + [offers[1]] * 2))
    with enter(hanse.id):
        assert Booking.objects.count() == 1
        assert Event.objects.filter(type="application.funded").count() == 1
        assert BookingCase.objects.count() == 1
    assert sum(each.booking is not None and not each.repeated for each in done) == 1
    assert sum(each.case is not None and not each.repeated for each in done) == 1


END = "settled_by = '1', settled_at = now()"
ATTACKS = {
    "status = 'settled'": "status_agrees",
    "status = 'waiting', resolution = 'book', reason = 'PARTLY_DRAWN'": "status_agrees",
    f"status = 'settled', resolution = 'book', reason = 'SENT_TWICE', {END}": "has_its_booking",
    f"status = 'settled', resolution = 'reversed', reason = 'SENT_TWICE', proposed_by = '1', {END}":
        "two_different_people",
    f"status = 'settled', resolution = 'lost', reason = 'SENT_TWICE', {END}": "words_known",
}  # fmt: skip


def test_a_case_is_not_talked_away(hanse: Organization, submit: Submit) -> None:
    opened(hanse, submit, amount=-1)
    change = "UPDATE underwriting_bookingcase SET "
    for columns, rule in ATTACKS.items():
        with pytest.raises(IntegrityError, match=rule), enter(hanse.id):
            connection.cursor().execute(change + columns)
    for columns in ("amount = 1", "reference = 'L-2'", "causes = '{}'"):
        with pytest.raises(RefusedWrite), enter(hanse.id):
            connection.cursor().execute(change + columns)
    table = "underwriting_bookingcase"
    with pytest.raises(IntegrityError, match="duplicate"), enter(hanse.id):
        connection.cursor().execute(f"INSERT INTO {table} SELECT * FROM {table}")  # noqa: S608
    with pytest.raises(DatabaseError, match="retention"), enter(hanse.id):
        connection.cursor().execute("DELETE FROM underwriting_bookingcase")


def test_a_settled_case_stays_settled_and_a_proposal_is_what_is_answered(
    hanse: Organization, submit: Submit, uma: User, sven: User
) -> None:
    case = opened(hanse, submit, asked="6000.00", rate_ppm=-1_000)
    settle(case, uma, "book", "BETTER_RATE")
    with pytest.raises(IntegrityError, match="what the first proposed"), enter(hanse.id):
        connection.cursor().execute(
            "UPDATE underwriting_bookingcase SET status = 'settled', resolution = 'reversed',"
            " reason = 'SENT_TWICE', settled_by = '9', settled_at = now()"
        )
    offer = case.offer
    assert offer is not None
    with enter(hanse.id):
        at = now(hanse.id)
    with pytest.raises(IntegrityError, match="the rate that was accepted"), enter(hanse.id):
        Booking(
            organization_id=hanse.id,
            application_id=offer.application_id,
            offer=offer,
            reference="L-1",
            amount=offer.amount,
            outstanding=offer.amount,
            rate_ppm=offer.rate_ppm + 1,
            booked_at=at,
        ).save(force_insert=True)
    second(case, sven)
    with pytest.raises(IntegrityError, match="stays settled"), enter(hanse.id):
        connection.cursor().execute("UPDATE underwriting_bookingcase SET settled_by = 'x'")
