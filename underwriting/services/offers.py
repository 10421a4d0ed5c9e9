"""Offers: made by a decision, answered by the applicant, lapsed by the clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from events.actor import SYSTEM, Actor
from events.models import Event
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, NotFound
from tenancy.rows import insert
from underwriting.enums import (
    ApplicationStatus,
    ConditionStatus,
    DutyKind,
    OfferKind,
    OfferStatus,
    Outcome,
)
from underwriting.models import (
    Application,
    Condition,
    Decision,
    Offer,
    Party,
)
from underwriting.selectors.exposures import applicants_locked
from underwriting.selectors.hits import applications_suspect
from underwriting.services.duties import duties_close
from underwriting.services.statuses import status_change

READY = "application.ready_to_fund"


def offer_make(decision: Decision, terms: Mapping[str, Any], expires_at: datetime) -> Offer:
    """The offer of a decision just inserted. Inside the caller's `enter`."""
    offer = Offer(
        organization_id=decision.organization_id,
        application_id=decision.application_id,
        decision_id=decision.id,
        kind=(
            OfferKind.COUNTER_OFFER
            if decision.outcome == Outcome.COUNTER_OFFER
            else OfferKind.APPROVAL
        ),
        amount=terms["amount"],
        currency=terms["currency"],
        down_payment=terms.get("down_payment"),
        term_months=terms["term_months"],
        rate_ppm=terms["rate_ppm"],
        instalment=terms["instalment"],
        total=terms["total"],
        cost_ppm=terms["cost_ppm"],
        offered_at=decision.decided_at,
        expires_at=expires_at,
    )
    insert([offer])
    return offer


def offer_accept(
    *, organization_id: UUID, actor: Actor, application_id: UUID, offer_id: UUID | None = None
) -> Offer:
    """The applicant takes the open offer, or the one that is named and no other.

    Conflict says why not: `no_offer`, `offer_expired`, `offer_superseded`, `offer_answered`. The
    applicants are locked before the hour is read: a decision that no longer counts an offer
    whose time is over can rely on it.
    """
    with enter(organization_id):
        applicants_locked(organization_id, [application_id])
        at = now(organization_id)
        _application_locked(organization_id, application_id)
        offer = _open_offer(organization_id, application_id, at, offer_id)
        _answer(offer, OfferStatus.ACCEPTED, at)
        status_change(
            organization_id=organization_id,
            application_id=application_id,
            to=ApplicationStatus.ACCEPTED,
            accepted_at=at,
        )
        duties_close(organization_id, application_id, at, kinds=(DutyKind.COUNTER_OFFER_NOTICE,))
        _record(offer, actor, "offer.accepted")
        _ready_to_fund(organization_id, application_id, offer.decision_id)
    return offer


def offer_decline(
    *, organization_id: UUID, actor: Actor, application_id: UUID, offer_id: UUID | None = None
) -> Offer:
    """The applicant refuses the open offer: the application ends as not taken."""
    with enter(organization_id):
        at = now(organization_id)
        _application_locked(organization_id, application_id)
        offer = _open_offer(organization_id, application_id, at, offer_id)
        _answer(offer, OfferStatus.DECLINED, at)
        status_change(
            organization_id=organization_id,
            application_id=application_id,
            to=ApplicationStatus.NOT_TAKEN,
            closed_at=at,
        )
        _record(offer, actor, "offer.declined")
    return offer


def offer_expire(*, organization_id: UUID, offer_id: UUID) -> bool:
    """Lapse one offer whose time is over; False when it was answered or is not due."""
    with enter(organization_id):
        at = now(organization_id)
        offer = Offer.objects.filter(organization_id=organization_id, id=offer_id).first()
        if offer is None or offer.expires_at >= at or offer.status != OfferStatus.OPEN:
            return False
        _application_locked(organization_id, offer.application_id)
        if not _answered(offer, OfferStatus.LAPSED, at):
            return False
        status_change(
            organization_id=organization_id,
            application_id=offer.application_id,
            to=ApplicationStatus.EXPIRED,
            closed_at=at,
        )
        _record(offer, SYSTEM, "offer.lapsed")
    return True


def offers_close(
    *,
    organization_id: UUID,
    application_id: UUID,
    at: datetime,
    as_status: OfferStatus = OfferStatus.SUPERSEDED,
) -> None:
    """End whatever offer stands, because something else took its place. In the caller's `enter`."""
    Offer.objects.filter(
        organization_id=organization_id,
        application_id=application_id,
        status__in=[OfferStatus.OPEN, OfferStatus.ACCEPTED],
    ).update(status=as_status, answered_at=at)


def condition_clear(*, organization_id: UUID, actor: Actor, condition_id: UUID) -> Condition:
    """A stipulation is met. The last one of an accepted offer makes it ready to fund."""
    return _condition_settle(organization_id, actor, condition_id, ConditionStatus.CLEARED)


def condition_waive(*, organization_id: UUID, actor: Actor, condition_id: UUID) -> Condition:
    """The lender does without a stipulation."""
    return _condition_settle(organization_id, actor, condition_id, ConditionStatus.WAIVED)


def _condition_settle(
    organization_id: UUID, actor: Actor, condition_id: UUID, status: ConditionStatus
) -> Condition:
    with enter(organization_id):
        rows = Condition.objects.filter(organization_id=organization_id, id=condition_id)
        condition = rows.first()
        if condition is None:
            raise NotFound("no such condition")
        _application_locked(organization_id, condition.application_id)
        settled = rows.filter(status=ConditionStatus.OPEN).update(
            status=status,
            settled_at=now(organization_id),
            settled_by_kind=actor.kind,
            settled_by_id=actor.id,
        )
        if not settled:
            raise Conflict("the condition is settled already", code="settled")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type=f"condition.{status.value}",
            subject=("application", condition.application_id),
            data={"condition": str(condition_id), "decision": str(condition.decision_id)},
        )
        _ready_to_fund(organization_id, condition.application_id, condition.decision_id)
        condition.refresh_from_db()
    return condition


def _ready_to_fund(organization_id: UUID, application_id: UUID, decision_id: UUID) -> None:
    """Tell the loan system, once everything stands: accepted, no condition and no check open."""
    accepted = Application.objects.filter(
        organization_id=organization_id,
        id=application_id,
        status=ApplicationStatus.ACCEPTED,
    ).exists()
    open_conditions = Condition.objects.filter(
        organization_id=organization_id, decision_id=decision_id, status=ConditionStatus.OPEN
    ).exists()
    suspect = applications_suspect(organization_id, [application_id])
    if accepted and not open_conditions and not suspect:
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type=READY,
            subject=("application", application_id),
            data={"decision": str(decision_id)},
        )


def funding_waits(organization_id: UUID, customer_id: UUID) -> list[tuple[UUID, UUID]]:
    """A customer's accepted applications that the loan system was not told of, with decisions.

    Inside the caller's `enter`.
    """
    rows = (
        Decision.objects.filter(
            organization_id=organization_id,
            in_force=True,
            application__status=ApplicationStatus.ACCEPTED,
            application__parties__customer_id=customer_id,
        )
        .exclude(application_id__in=_announced(organization_id, customer_id))
        .values_list("application_id", "id")
    )
    return list(rows)


def funding_announce(organization_id: UUID, waits: Sequence[tuple[UUID, UUID]]) -> None:
    """Tell the loan system of those that nothing holds up any more. In the caller's `enter`."""
    for application_id, decision_id in waits:
        _ready_to_fund(organization_id, application_id, decision_id)


def _announced(organization_id: UUID, customer_id: UUID) -> QuerySet[Event, UUID]:
    own = Party.objects.filter(organization_id=organization_id, customer_id=customer_id)
    return Event.objects.filter(
        organization_id=organization_id,
        type=READY,
        subject_id__in=own.values("application_id"),
    ).values_list("subject_id", flat=True)


def _application_locked(organization_id: UUID, application_id: UUID) -> Application:
    found = (
        Application.objects.select_for_update()
        .filter(organization_id=organization_id, id=application_id)
        .first()
    )
    if found is None:
        raise NotFound("no such application")
    return found


def _open_offer(
    organization_id: UUID, application_id: UUID, at: datetime, offer_id: UUID | None
) -> Offer:
    """The offer that may be answered; of several that were made the newest says why it may not."""
    rows = Offer.objects.filter(organization_id=organization_id, application_id=application_id)
    named = rows if offer_id is None else rows.filter(id=offer_id)
    offer = named.select_related("decision").order_by("-offered_at", "-id").first()
    if offer is None:
        raise Conflict("no offer was made", code="no_offer")
    if offer.status != OfferStatus.OPEN:
        raise _not_open(OfferStatus(offer.status))
    if not offer.decision.in_force:
        raise _not_open(OfferStatus.SUPERSEDED)
    if offer.expires_at < at:
        raise _not_open(OfferStatus.LAPSED)
    return offer


def _not_open(status: OfferStatus) -> Conflict:
    if status == OfferStatus.LAPSED:
        return Conflict("the offer's time is over", code="offer_expired")
    if status == OfferStatus.SUPERSEDED:
        return Conflict("a later decision took the offer's place", code="offer_superseded")
    return Conflict("the offer was answered already", code="offer_answered")


def _answer(offer: Offer, status: OfferStatus, at: datetime) -> None:
    if not _answered(offer, status, at):
        raise _not_open(status)


def _answered(offer: Offer, status: OfferStatus, at: datetime) -> bool:
    changed = Offer.objects.filter(
        organization_id=offer.organization_id, id=offer.id, status=OfferStatus.OPEN
    ).update(status=status, answered_at=at)
    offer.status, offer.answered_at = status, at
    return bool(changed)


def _record(offer: Offer, actor: Actor, kind: str) -> None:
    event_record(
        organization_id=offer.organization_id,
        actor=actor,
        type=kind,
        subject=("application", offer.application_id),
        data={"offer": str(offer.id), "decision": str(offer.decision_id)},
    )
