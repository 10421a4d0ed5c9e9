"""What only a test twin may: let time pass, and see everything that falls due at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.utils import timezone

from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.services.organizations import clock_move
from underwriting.enums import OfferStatus, PullStatus, RunStatus
from underwriting.models import DecisionRun, Offer, Pull
from underwriting.services.decisions import application_decide
from underwriting.services.offers import offer_expire

MOST_AT_ONCE = 500
"""Of each kind, in the call itself; what is left is found by the sweeps within seconds."""
MOST_ROUNDS = 12

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Advanced:
    """Where the clock stands now, and what fell due on the way."""

    at: datetime
    ahead: timedelta
    offers_expired: int
    decided: int


def clock_advance(*, organization_id: UUID, actor: Actor, by: timedelta) -> Advanced:
    """Move a twin's clock and do what its time has brought: offers lapse, vendors are asked again.

    Keys, policies and duties need no doing: they are read by the clock. Conflict (`not_a_twin`)
    for a live organization, `clock_too_far` beyond ten years.
    """
    with enter(organization_id):
        ahead = clock_move(organization_id, by)
        at = now(organization_id)
        offers = _lapsed(organization_id, at)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="clock.advanced",
            subject=("organization", organization_id),
            data={"seconds": int(by.total_seconds())},
        )
    expired = sum(
        offer_expire(organization_id=organization_id, offer_id=offer_id) for offer_id in offers
    )
    return Advanced(at, ahead, expired, _resumed(organization_id, by))


def _lapsed(organization_id: UUID, at: datetime) -> list[UUID]:
    rows = Offer.objects.filter(
        organization_id=organization_id, status=OfferStatus.OPEN, expires_at__lt=at
    )
    return list(rows.order_by("expires_at").values_list("id", flat=True)[:MOST_AT_ONCE])


def _resumed(organization_id: UUID, by: timedelta) -> int:
    """How many applications are decided because vendors were asked again, or given up, meanwhile.

    Who still gives no answer is asked again at once, until nothing waits less long than that.
    """
    decided, until = 0, timezone.now() + by
    for _ in range(MOST_ROUNDS):
        runs = _waited(organization_id, until)
        if not runs:
            break
        decided += sum(_decided(organization_id, run_id) for run_id in runs)
    return decided


def _waited(organization_id: UUID, until: datetime) -> list[UUID]:
    """Runs that wait for a vendor no longer than until then: their time has come now."""
    with enter(organization_id):
        world = timezone.now()
        waiting = DecisionRun.objects.filter(
            organization_id=organization_id, status=RunStatus.WAITING, resume_at__lte=until
        )
        runs = list(waiting.order_by("resume_at").values_list("id", flat=True)[:MOST_AT_ONCE])
        DecisionRun.objects.filter(
            organization_id=organization_id, id__in=runs, status=RunStatus.WAITING
        ).update(resume_at=world)
        Pull.objects.filter(
            organization_id=organization_id,
            run_id__in=runs,
            status=PullStatus.WAITING,
            next_at__gt=world,
        ).update(next_at=world)
    return runs


def _decided(organization_id: UUID, run_id: UUID) -> bool:
    """One that fails does not keep the others waiting: the sweep finds it again."""
    try:
        decision = application_decide(
            organization_id=organization_id, run_id=run_id, holder="sandbox"
        )
    except Exception:
        log.exception("sandbox.failed", run=str(run_id))
        return False
    return decision is not None
