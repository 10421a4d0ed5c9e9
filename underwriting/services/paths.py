"""What would have got somebody approved: found after the decision, kept with it, checked again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from events.actor import SYSTEM
from events.services import event_record
from ml.canonical import canonical
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError
from underwriting.decisioning.plan import FAULTS, Plan
from underwriting.enums import DecisionKind, PathStatus
from underwriting.models import ApprovalPath, Decision, Party
from underwriting.models.decision import ADVERSE
from underwriting.services.evaluation import keyed_hash
from underwriting.services.overrules import hashes_of_decision
from underwriting.services.plans import plan_for
from underwriting.verdicts import computed_from

AT_ONCE = 200

log = structlog.get_logger(__name__)


def path_find(*, organization_id: UUID, decision_id: UUID) -> ApprovalPath | None:
    """Look for the path of an adverse decision and keep it, once; None where none is due.

    The search holds no transaction and rests on what the decision pinned, so that it says the
    same whenever it is made; the days for which it is honoured count from the decision.
    """
    with enter(organization_id, read_only=True):
        decision = _due(organization_id, decision_id)
    if decision is None:
        return None
    plan = _plan(decision)
    if plan is None or plan.policy.paths is None:
        return None
    document = path_again(decision, plan)
    if document is None:
        return None
    until = decision.decided_at + timedelta(days=plan.policy.paths.honoured_days)
    return _kept(decision, document, until)


def _kept(decision: Decision, document: bytes, until: datetime) -> ApprovalPath | None:
    """Write it down unless it stands there, the person was erased, or its days are over."""
    organization_id = decision.organization_id
    status = PathStatus(json.loads(document)["status"])
    found = status == PathStatus.FOUND
    with enter(organization_id):
        if ApprovalPath.objects.filter(
            organization_id=organization_id, decision_id=decision.id
        ).exists():
            return None
        at = now(organization_id)
        first = Party.objects.select_related("customer").get(
            organization_id=organization_id, application_id=decision.application_id, position=0
        )
        if first.customer.salt is None or (found and until <= at):
            return None
        path = ApprovalPath(
            organization_id=organization_id,
            application_id=decision.application_id,
            decision_id=decision.id,
            customer_id=first.customer_id,
            status=status,
            document=document.decode(),
            content_hash=keyed_hash(bytes(first.customer.salt), document),
            computed_at=at,
            honoured_until=until if found else None,
        )
        path.save(force_insert=True)
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type="path.recorded",
            subject=("application", decision.application_id),
            data={"decision": str(decision.id), "path": path.content_hash},
        )
    return path


def path_again(decision: Decision, plan: Plan) -> bytes | None:
    """Canonical bytes of a decision's path under its plan; None where it has none."""
    found = plan.path(computed_from(json.loads(decision.inputs or "{}")))
    return None if found is None else canonical(found)


@dataclass(frozen=True, slots=True)
class PathChecked:
    """Whether a stored path comes out again: identical, different, altered or erased."""

    path_id: UUID
    status: str


def paths_verify(*, organization_id: UUID) -> Iterator[PathChecked]:
    """Find every stored path again under what its decision pinned; nothing is written."""
    after: UUID | None = None
    while True:
        with enter(organization_id, read_only=True):
            rows = ApprovalPath.objects.filter(organization_id=organization_id).order_by("id")
            if after is not None:
                rows = rows.filter(id__gt=after)
            chunk = list(rows.select_related("decision", "customer")[:AT_ONCE])
        if not chunk:
            return
        for path in chunk:
            yield PathChecked(path.id, _checked(path))
        after = chunk[-1].id


def _checked(path: ApprovalPath) -> str:
    salt = path.customer.salt
    if path.document is None or path.decision.inputs is None or salt is None:
        return "erased"
    stored = path.document.encode()
    if keyed_hash(bytes(salt), stored) != path.content_hash:
        return "altered"
    plan = _plan(path.decision)
    return "identical" if plan and path_again(path.decision, plan) == stored else "different"


def _due(organization_id: UUID, decision_id: UUID) -> Decision | None:
    return Decision.objects.filter(
        organization_id=organization_id,
        id=decision_id,
        in_force=True,
        kind=DecisionKind.AUTOMATIC,
        outcome__in=ADVERSE,
        inputs__isnull=False,
        paths__isnull=True,
    ).first()


def _plan(decision: Decision) -> Plan | None:
    hashes = hashes_of_decision(decision)
    if hashes is None:
        return None
    try:
        return plan_for(decision.organization_id, hashes)
    except (*FAULTS, DomainError):
        log.exception("path.no_plan", decision=str(decision.id))
        return None
