"""Hits opened with a decision, and settled by people: cleared, or confirmed."""

from uuid import UUID

from accounts.selectors.memberships import authority
from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from tenancy.ids import new_id
from tenancy.vault import seal
from underwriting.enums import HitReason, HitStatus, HitStepKind
from underwriting.models import CheckHit, HitStep, Party
from underwriting.models.hit import TWO_PEOPLE
from underwriting.selectors.exposures import customers_locked
from underwriting.selectors.hits import note_aad
from underwriting.selectors.pulls import PullsRead
from underwriting.services.offers import funding_announce, funding_waits

SEES_FRAUD = "underwriting.view_fraud"
SETTLES = "underwriting.settle_hit"
PROPOSED = {
    HitStatus.CLEARING: HitStatus.CLEARED,
    HitStatus.CONFIRMING: HitStatus.CONFIRMED,
}
STEPS = {HitStatus.CLEARED: HitStepKind.CLEAR, HitStatus.CONFIRMED: HitStepKind.CONFIRM}


def hits_open(organization_id: UUID, application_id: UUID, pulls: PullsRead) -> None:
    """What does not stand clear, written down. Inside the caller's `enter`, customers locked."""
    standing = list(pulls.standing())
    if not standing:
        return
    parties = {
        party.position: party
        for party in Party.objects.filter(
            organization_id=organization_id, application_id=application_id
        )
    }
    at = now(organization_id)
    CheckHit.objects.bulk_create(
        CheckHit(
            organization_id=organization_id,
            application_id=application_id,
            party=parties[found.position],
            customer_id=parties[found.position].customer_id,
            pull_id=found.pull_id,
            kind=found.kind,
            cause=cause,
            opened_at=at,
        )
        for found, cause in standing
    )


def hit_clear(
    *, organization_id: UUID, actor: Actor, hit_id: UUID, reason: str, note: str = ""
) -> CheckHit:
    """It is not what it looked like. Of sanctions a second person must say so too."""
    return _settle(organization_id, actor, hit_id, HitStatus.CLEARED, reason, note)


def hit_confirm(
    *, organization_id: UUID, actor: Actor, hit_id: UUID, reason: str, note: str = ""
) -> CheckHit:
    """It is what it looked like: nothing is ever funded on it."""
    return _settle(organization_id, actor, hit_id, HitStatus.CONFIRMED, reason, note)


def hit_second(
    *, organization_id: UUID, actor: Actor, hit_id: UUID, agree: bool, note: str = ""
) -> CheckHit:
    """The second person's word on what the first proposed; a disagreement opens it again."""
    with enter(organization_id):
        hit = _locked(organization_id, actor, hit_id)
        proposed = PROPOSED.get(HitStatus(hit.status))
        if proposed is None:
            raise Conflict("nothing was proposed", code="status")
        if hit.proposed_by == actor.id:
            raise Forbidden("somebody else agrees", code="same_person")
        reason = HitReason(hit.reason or HitReason.NOT_EXPLAINED)
        kind = HitStepKind.AGREE if agree else HitStepKind.DISAGREE
        if agree:
            _changed(hit, status=proposed, settled_by=actor.id, settled_at=now(organization_id))
        else:
            _changed(hit, status=HitStatus.OPEN, proposed_by=None, reason=None)
        _follows(hit, actor, kind, reason, note)
    return hit


def _settle(
    organization_id: UUID, actor: Actor, hit_id: UUID, to: HitStatus, reason: str, note: str
) -> CheckHit:
    if reason not in HitReason.values:
        raise Invalid([FieldError("/reason", "required", "Say why.")])
    with enter(organization_id):
        hit = _locked(organization_id, actor, hit_id)
        if hit.status != HitStatus.OPEN:
            raise Conflict("somebody has taken this up already", code="status")
        if hit.kind == TWO_PEOPLE:
            waits = next(each for each, end in PROPOSED.items() if end == to)
            _changed(hit, status=waits, reason=reason, proposed_by=actor.id)
        else:
            at = now(organization_id)
            _changed(hit, status=to, reason=reason, settled_by=actor.id, settled_at=at)
        _follows(hit, actor, STEPS[to], HitReason(reason), note)
    return hit


def _locked(organization_id: UUID, actor: Actor, hit_id: UUID) -> CheckHit:
    """The hit under its customer's lock, for somebody who may settle it."""
    found = authority(organization_id, actor.id) if actor.kind == "user" else None
    if found is None or SETTLES not in found.permissions:
        raise Forbidden("this takes the right to settle hits", code="permission")
    rows = CheckHit.objects.filter(organization_id=organization_id, id=hit_id)
    hit = rows.select_related("customer").first()
    if hit is None:
        raise NotFound("no such hit")
    customers_locked(organization_id, [hit.customer_id])
    hit.refresh_from_db(fields=["status", "reason", "proposed_by", "settled_by"])
    return hit


def _changed(hit: CheckHit, **columns: object) -> None:
    changed = CheckHit.objects.filter(
        organization_id=hit.organization_id, id=hit.id, status=hit.status
    ).update(**columns)
    if not changed:
        raise Conflict("somebody has taken this up already", code="status")
    for name, value in columns.items():
        setattr(hit, name, value)


def _follows(hit: CheckHit, actor: Actor, kind: HitStepKind, reason: HitReason, note: str) -> None:
    """The step with its note sealed, the event, and the loan system if nothing stands any more.

    The event names neither the application nor what was found: the chain is read by many.
    """
    step = HitStep(
        id=new_id(),
        organization_id=hit.organization_id,
        application_id=hit.application_id,
        hit=hit,
        number=HitStep.objects.filter(organization_id=hit.organization_id, hit=hit).count() + 1,
        kind=kind,
        reason=reason,
        actor_id=actor.id,
        taken_at=now(hit.organization_id),
    )
    key = hit.customer.wrapped_key
    if note.strip() and key is not None:
        sealed = seal(hit.organization_id, bytes(key), note.strip().encode(), note_aad(step.id))
        step.note = sealed
    step.save(force_insert=True)
    cleared = hit.status == HitStatus.CLEARED
    waits = funding_waits(hit.organization_id, hit.customer_id) if cleared else []
    event_record(
        organization_id=hit.organization_id,
        actor=actor,
        type="check.looked_at",
        subject=("check", hit.id),
        data={"step": str(step.id), "number": step.number},
    )
    funding_announce(hit.organization_id, waits)
