"""Settling a loan that did not match: booked as reported, to be corrected, or taken back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.members import Authority
from accounts.selectors.memberships import authority
from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from underwriting.enums import (
    REASONS_FOR,
    BookingCaseStatus,
    BookingCause,
    BookingReason,
    BookingResolution,
)
from underwriting.models import Application, Booking, BookingCase, Offer
from underwriting.services.bookings import (
    Reported,
    accepted_offer,
    application_fundable,
    booking_make,
    causes_of,
    moment_booked,
)

SETTLES = "underwriting.settle_booking"
SOFT = frozenset(
    {BookingCause.AMOUNT_DIFFERS, BookingCause.RATE_DIFFERS, BookingCause.DATE_OUTSIDE}
)
"""Causes that a person may book in spite of, where the loan is no worse than what was agreed."""


def booking_case_settle(
    *, organization_id: UUID, actor: Actor, case_id: UUID, resolution: str, reason: str
) -> BookingCase:
    """Say what becomes of a case, with a coded reason.

    To book more than the person's own limit waits for a second one. Conflict: settled already
    (`status`), or it cannot be booked (`cannot_be_booked`): what was approved is less, dearer or
    gone, or it is not ready.
    """
    _check(resolution, reason)
    chosen = BookingResolution(resolution)
    with enter(organization_id):
        case, application, allowed = _opened(organization_id, actor, case_id)
        if case.status != BookingCaseStatus.OPEN:
            raise Conflict("somebody has taken this up already", code="status")
        at = now(organization_id)
        if chosen == BookingResolution.BOOK:
            _refuse_unbookable(case, application, at)
        if chosen == BookingResolution.BOOK and not allowed.covers(case.amount):
            _changed(
                case, status=BookingCaseStatus.WAITING, resolution=chosen, reason=reason,
                proposed_by=actor.id,
            )  # fmt: skip
            _record(case, actor, "booking.proposed")
            return case
        _settled(case, application, actor, at, resolution=chosen, reason=reason)
    return case


def booking_case_second(
    *, organization_id: UUID, actor: Actor, case_id: UUID, agree: bool
) -> BookingCase:
    """The second person's word on what the first proposed; a disagreement opens it again."""
    with enter(organization_id):
        case, application, allowed = _opened(organization_id, actor, case_id)
        if case.status != BookingCaseStatus.WAITING:
            raise Conflict("nothing was proposed", code="status")
        if case.proposed_by == actor.id:
            raise Forbidden("somebody else agrees", code="same_person")
        if not agree:
            _changed(
                case, status=BookingCaseStatus.OPEN, resolution=None, reason=None, proposed_by=None
            )
            _record(case, actor, "booking.disagreed")
            return case
        if not allowed.covers(case.amount):
            raise Forbidden("this is above your limit", code="limit")
        at = now(organization_id)
        _refuse_unbookable(case, application, at)
        _settled(case, application, actor, at)
    return case


def obstacles(
    case: BookingCase, application: Application, offer: Offer | None, at: datetime
) -> Sequence[BookingCause]:
    """What forbids to book the case as it was reported, as things stand. Inside `enter`."""
    found = list(causes_of(application, offer, reported_of(case), at))
    hard = [cause for cause in found if cause not in SOFT]
    if offer is None or hard:
        return hard
    worse = []
    if case.amount > offer.amount:
        worse.append(BookingCause.AMOUNT_DIFFERS)
    if case.rate_ppm > offer.rate_ppm:
        worse.append(BookingCause.RATE_DIFFERS)
    return worse


def reported_of(case: BookingCase) -> Reported:
    return Reported(case.reference, case.amount, case.currency, case.rate_ppm, case.booked_on)


def _check(resolution: str, reason: str) -> None:
    if resolution not in BookingResolution.values:
        raise Invalid([FieldError("/resolution", "required", "Say what becomes of it.")])
    if reason not in REASONS_FOR[BookingResolution(resolution)]:
        raise Invalid([FieldError("/reason", "required", "Say why.")])


def _opened(
    organization_id: UUID, actor: Actor, case_id: UUID
) -> tuple[BookingCase, Application, Authority]:
    """The case under the locks of its application, for somebody who may settle it."""
    found = authority(organization_id, actor.id) if actor.kind == "user" else None
    if found is None or SETTLES not in found.permissions:
        raise Forbidden("this takes the right to settle bookings", code="permission")
    rows = BookingCase.objects.filter(organization_id=organization_id, id=case_id)
    application_id = rows.values_list("application_id", flat=True).first()
    if application_id is None:
        raise NotFound("no such case")
    application = application_fundable(organization_id, application_id)
    return rows.get(), application, found


def _refuse_unbookable(case: BookingCase, application: Application, at: datetime) -> None:
    found = obstacles(case, application, accepted_offer(application), at)
    if found:
        words = "; ".join(str(cause.label) for cause in found)
        raise Conflict(f"this cannot be booked: {words}", code="cannot_be_booked")


def _settled(
    case: BookingCase,
    application: Application,
    actor: Actor,
    at: datetime,
    *,
    resolution: BookingResolution = BookingResolution.BOOK,
    reason: str | None = None,
) -> None:
    _changed(
        case,
        status=BookingCaseStatus.SETTLED,
        resolution=resolution,
        reason=BookingReason(reason or case.reason or ""),
        settled_by=actor.id,
        settled_at=at,
        booking=_booked(case, application, actor, at, resolution),
    )
    _record(case, actor, "booking.settled")


def _booked(
    case: BookingCase,
    application: Application,
    actor: Actor,
    at: datetime,
    resolution: BookingResolution,
) -> Booking | None:
    offer = accepted_offer(application)
    if resolution != BookingResolution.BOOK or offer is None:
        return None
    reported = reported_of(case)
    moment = moment_booked(reported, offer, at)
    return booking_make(application, offer, reported, actor, at, booked_at=moment)


def _changed(case: BookingCase, **columns: object) -> None:
    changed = BookingCase.objects.filter(
        organization_id=case.organization_id, id=case.id, status=case.status
    ).update(**columns)
    if not changed:
        raise Conflict("somebody has taken this up already", code="status")
    for name, value in columns.items():
        setattr(case, name, value)


def _record(case: BookingCase, actor: Actor, kind: str) -> None:
    event_record(
        organization_id=case.organization_id,
        actor=actor,
        type=kind,
        subject=("application", case.application_id),
        data={"case": str(case.id), "resolution": case.resolution, "reason": case.reason},
    )
