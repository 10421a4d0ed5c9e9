"""Funded loans as their system reports them: booked where they match, kept as a case otherwise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import psycopg
from django.db import IntegrityError
from django.db.models import QuerySet

from events.actor import Actor
from events.services import event_record
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, NotFound
from underwriting.enums import (
    ApplicationStatus,
    BookingCaseStatus,
    BookingCause,
    BookingReason,
    BookingResolution,
    ConditionStatus,
    OfferStatus,
)
from underwriting.models import Application, Booking, BookingCase, Condition, Offer, PolicyException
from underwriting.selectors.bookings import booking_of, case_reported, loan_elsewhere
from underwriting.selectors.exposures import applicants_locked
from underwriting.selectors.hits import applications_suspect
from underwriting.services.statuses import status_change

Cause = BookingCause
MET_ANOTHER = ("booking_reference_once", "booking_case_once")
"""Constraints that two reports at once may meet: the loser looks again."""
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Reported:
    """A loan as its system says it is: minor units, parts per million, its own day."""

    reference: str
    amount: int
    currency: str
    rate_ppm: int
    booked_on: date

    @property
    def content_hash(self) -> str:
        said = [self.reference, self.amount, self.currency, self.rate_ppm, str(self.booked_on)]
        return content_hash(canonical(said))


@dataclass(frozen=True, slots=True)
class BookingDone:
    """Either the booking or the case; `repeated` where the same was reported before."""

    booking: Booking | None
    case: BookingCase | None
    repeated: bool


def booking_report(
    *, organization_id: UUID, actor: Actor, application_id: UUID, reported: Reported
) -> BookingDone:
    """Take the loan system's word for a funded loan, once for each loan and whatever it says.

    A match books it and ends the application as funded. Anything else (other figures, no live
    approval, a loan booked elsewhere) becomes a case for a person: nothing that was reported is
    lost, and the same report again finds what it made. NotFound without such an application.
    """
    for attempt in range(1, MOST_TRIES + 1):
        try:
            with enter(organization_id):
                return _reported(organization_id, actor, application_id, reported)
        except IntegrityError as error:
            if attempt == MOST_TRIES or not _met_another(error):
                raise
    raise AssertionError("unreachable")


def application_fund(
    *,
    organization_id: UUID,
    actor: Actor,
    application_id: UUID,
    reference: str,
    amount_minor: int,
) -> Booking:
    """Book by hand, at the offer's own rate. The database refuses it without a live, accepted
    approval.

    Conflict (`not_ready`) while a check of anybody in it does not stand clear, and no word of that.
    """
    with enter(organization_id):
        application = application_fundable(organization_id, application_id)
        offer = accepted_offer(application)
        if offer is None:
            raise Conflict("nothing has been accepted", code="not_accepted")
        at = now(organization_id)
        _refuse_unready(application, offer, at)
        reported = Reported(
            reference, amount_minor, offer.currency, offer.rate_ppm, booked_on=at.date()
        )
        return booking_make(application, offer, reported, actor, at, booked_at=at)


def application_fundable(organization_id: UUID, application_id: UUID) -> Application:
    """The application, everybody in it locked before it. Inside the caller's `enter`."""
    applicants_locked(organization_id, [application_id])
    found = (
        Application.objects.select_for_update()
        .filter(organization_id=organization_id, id=application_id)
        .first()
    )
    if found is None:
        raise NotFound("no such application")
    return found


def accepted_offer(application: Application) -> Offer | None:
    """What the applicant took, while the application stands so."""
    if application.status != ApplicationStatus.ACCEPTED:
        return None
    return Offer.objects.filter(
        organization_id=application.organization_id,
        application_id=application.id,
        status=OfferStatus.ACCEPTED,
    ).first()


def booking_make(
    application: Application,
    offer: Offer,
    reported: Reported,
    actor: Actor,
    at: datetime,
    *,
    booked_at: datetime,
) -> Booking:
    """Write the booking and end the application as funded, event last. In the caller's `enter`."""
    booking = Booking(
        organization_id=application.organization_id,
        application=application,
        offer=offer,
        reference=reported.reference,
        amount=reported.amount,
        outstanding=reported.amount,
        rate_ppm=reported.rate_ppm,
        booked_on=reported.booked_on,
        booked_at=booked_at,
    )
    booking.save(force_insert=True)
    status_change(
        organization_id=application.organization_id,
        application_id=application.id,
        to=ApplicationStatus.FUNDED,
        closed_at=at,
    )
    _cases_close(application, reported, actor, at)
    event_record(
        organization_id=application.organization_id,
        actor=actor,
        type="application.funded",
        subject=("application", application.id),
        data={"booking": str(booking.id), "amount": reported.amount},
    )
    return booking


def moment_booked(reported: Reported, offer: Offer, at: datetime) -> datetime:
    """The hour of the loan system's day, for a report may come later than the money went: the end
    of that day, or the offer's own end on its last."""
    end = datetime.combine(reported.booked_on, time.max, UTC)
    if reported.booked_on == offer.expires_at.date():
        end = offer.expires_at
    return min(end, at)


def causes_of(
    application: Application, offer: Offer | None, reported: Reported, at: datetime
) -> Iterator[BookingCause]:
    """Why this report cannot simply be booked; none where it can."""
    if loan_elsewhere(application.organization_id, application.id, reported.reference):
        yield Cause.LOAN_ID_TAKEN
    if application.status == ApplicationStatus.FUNDED:
        yield Cause.BOOKED_ALREADY
        return
    if offer is None:
        yield _without_acceptance(application, at)
        return
    if reported.currency != offer.currency:
        yield Cause.CURRENCY_DIFFERS
    if reported.amount != offer.amount:
        yield Cause.AMOUNT_DIFFERS
    if reported.rate_ppm != offer.rate_ppm:
        yield Cause.RATE_DIFFERS
    yield from _of_the_day(application, offer, reported, at)
    if _unready(application, offer, at):
        yield Cause.NOT_READY


def _reported(
    organization_id: UUID, actor: Actor, application_id: UUID, reported: Reported
) -> BookingDone:
    application = application_fundable(organization_id, application_id)
    booking = booking_of(organization_id, application_id)
    if booking is not None and _same(booking, reported):
        return BookingDone(booking, None, repeated=True)
    offer, at = accepted_offer(application), now(organization_id)
    causes = list(causes_of(application, offer, reported, at))
    if not causes and offer is not None:
        moment = moment_booked(reported, offer, at)
        made = booking_make(application, offer, reported, actor, at, booked_at=moment)
        _case_answered(made, reported, actor, at)
        return BookingDone(made, None, repeated=False)
    known = case_reported(organization_id, application_id, reported.content_hash)
    if known is not None:
        return BookingDone(None, known, repeated=True)
    return BookingDone(None, _case_open(application, reported, causes, actor, at), repeated=False)


def _case_open(
    application: Application,
    reported: Reported,
    causes: Sequence[BookingCause],
    actor: Actor,
    at: datetime,
) -> BookingCase:
    """Inside the caller's `enter`; the event names causes, never figures."""
    newest = Offer.objects.filter(
        organization_id=application.organization_id, application_id=application.id
    ).order_by("-offered_at", "-id")
    case = BookingCase(
        organization_id=application.organization_id,
        application=application,
        offer=newest.first(),
        reference=reported.reference,
        amount=reported.amount,
        currency=reported.currency,
        rate_ppm=reported.rate_ppm,
        booked_on=reported.booked_on,
        causes=[cause.value for cause in causes],
        content_hash=reported.content_hash,
        reported_by_kind=actor.kind,
        reported_by_id=actor.id,
        opened_at=at,
    )
    case.save(force_insert=True)
    event_record(
        organization_id=application.organization_id,
        actor=actor,
        type="booking.mismatched",
        subject=("application", application.id),
        data={"case": str(case.id), "causes": case.causes},
    )
    return case


def _cases_close(application: Application, reported: Reported, actor: Actor, at: datetime) -> None:
    """A report that matches answers what stood open about the same loan with other figures."""
    others = _cases(application, reported).exclude(content_hash=reported.content_hash)
    _reopened(others)
    others.filter(status=BookingCaseStatus.OPEN).update(
        status=BookingCaseStatus.SETTLED,
        resolution=BookingResolution.CORRECTED,
        reason=BookingReason.TYPED_WRONG,
        settled_by=actor.id,
        settled_at=at,
    )


def _case_answered(booking: Booking, reported: Reported, actor: Actor, at: datetime) -> None:
    """The same report matches now: what stood in its way is settled."""
    same = _cases(booking.application, reported).filter(content_hash=reported.content_hash)
    _reopened(same)
    same.filter(status=BookingCaseStatus.OPEN).update(
        status=BookingCaseStatus.SETTLED,
        resolution=BookingResolution.BOOK,
        reason=BookingReason.READY_NOW,
        settled_by=actor.id,
        settled_at=at,
        booking=booking,
    )


def _cases(application: Application, reported: Reported) -> QuerySet[BookingCase]:
    return BookingCase.objects.filter(
        organization_id=application.organization_id,
        application_id=application.id,
        reference=reported.reference,
    )


def _reopened(cases: QuerySet[BookingCase]) -> None:
    """Whoever waits for a second person need not any more."""
    cases.filter(status=BookingCaseStatus.WAITING).update(
        status=BookingCaseStatus.OPEN, resolution=None, reason=None, proposed_by=None
    )


def _without_acceptance(application: Application, at: datetime) -> BookingCause:
    offer = (
        Offer.objects.filter(
            organization_id=application.organization_id, application_id=application.id
        )
        .order_by("-offered_at", "-id")
        .first()
    )
    if offer is None or offer.status == OfferStatus.SUPERSEDED:
        return Cause.NO_APPROVAL
    if offer.status == OfferStatus.LAPSED or offer.expires_at < at:
        return Cause.EXPIRED
    return Cause.NOT_ACCEPTED


def _of_the_day(
    application: Application, offer: Offer, reported: Reported, at: datetime
) -> Iterator[BookingCause]:
    """The loan's day lies between acceptance and the offer's end, a day either side for the hour
    of where the loan system stands."""
    slack = timedelta(days=1)
    accepted = application.accepted_at or at
    if reported.booked_on > offer.expires_at.date():
        yield Cause.EXPIRED
    elif not accepted.date() - slack <= reported.booked_on <= at.date() + slack:
        yield Cause.DATE_OUTSIDE


def _unready(application: Application, offer: Offer, at: datetime) -> bool:
    """A condition open, an exception over, or a check that does not stand clear: one word for all,
    for the last must not be told."""
    organization_id = application.organization_id
    return (
        Condition.objects.filter(
            organization_id=organization_id,
            decision_id=offer.decision_id,
            status=ConditionStatus.OPEN,
        ).exists()
        or PolicyException.objects.filter(
            organization_id=organization_id, decision_id=offer.decision_id, expires_at__lte=at
        ).exists()
        or bool(applications_suspect(organization_id, [application.id]))
    )


def _refuse_unready(application: Application, offer: Offer, at: datetime) -> None:
    if applications_suspect(application.organization_id, [application.id]):
        raise Conflict("the application is not ready to be funded", code="not_ready")
    if PolicyException.objects.filter(
        organization_id=application.organization_id,
        decision_id=offer.decision_id,
        expires_at__lte=at,
    ).exists():
        raise Conflict("the exception from policy has ended", code="exception_ended")


def _same(booking: Booking, reported: Reported) -> bool:
    """Whether a booking is of this report; one by hand has the offer's rate and its own day."""
    return (booking.reference, booking.amount, booking.rate_ppm, booking.booked_on) == (
        reported.reference,
        reported.amount,
        reported.rate_ppm,
        reported.booked_on,
    )


def _met_another(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name in MET_ANOTHER
