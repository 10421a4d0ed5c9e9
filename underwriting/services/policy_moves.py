"""What the services of policies share, inside the caller's `enter`: a version, a step, an event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from accounts.selectors.memberships import authority
from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from underwriting.enums import PolicyMove, PolicyStatus
from underwriting.models import PolicyStep, PolicyVersion

DRAFT = "underwriting.draft_policy"
PUBLISH = "underwriting.publish_policy"


def refuse_without(organization_id: UUID, actor: Actor, permission: str) -> None:
    if not permitted(organization_id, actor, permission):
        raise Forbidden("you may not do this with policies", code="permission")


def permitted(organization_id: UUID, actor: Actor, permission: str) -> bool:
    allowed = authority(organization_id, actor.id) if actor.kind == "user" else None
    return allowed is not None and permission in allowed.permissions


def refuse_no_words(note: str) -> str:
    """The words stripped; Invalid where there are none."""
    if not note.strip():
        raise Invalid([FieldError("/note", "required", "say why")])
    return note.strip()


def version_locked(organization_id: UUID, policy_version_id: UUID) -> PolicyVersion:
    """The version, held until the transaction ends: steps follow one another."""
    found = (
        PolicyVersion.objects.select_for_update(of=("self",))
        .select_related("product")
        .filter(organization_id=organization_id, id=policy_version_id)
        .first()
    )
    if found is None:
        raise NotFound("no such policy version")
    return found


def refuse_unless(version: PolicyVersion, *states: PolicyStatus) -> None:
    if version.status not in states:
        raise Conflict(f"a policy that is {version.status} cannot become this", code="status")


def next_number(organization_id: UUID, product_id: UUID) -> int:
    newest = PolicyVersion.objects.filter(
        organization_id=organization_id, product_id=product_id
    ).aggregate(newest=Max("number"))["newest"]
    return int(newest or 0) + 1


def step_taken(version: PolicyVersion, actor: Actor, kind: PolicyMove, **said: Any) -> PolicyStep:
    """One step of a version; the database carries it out. The version is read again."""
    before = PolicyStep.objects.filter(
        organization_id=version.organization_id, policy_version_id=version.id
    ).aggregate(newest=Max("number"))["newest"]
    step = PolicyStep(
        organization_id=version.organization_id,
        policy_version=version,
        number=int(before or 0) + 1,
        kind=kind,
        actor_kind=actor.kind,
        actor_id=actor.id,
        **{
            "revision": version.revision,
            "content_hash": version.content_hash,
            "made_at": now(version.organization_id),
            **said,
        },
    )
    step.save(force_insert=True)
    _read_again(version)
    return step


def policy_recorded(version: PolicyVersion, actor: Actor, kind: str, **data: Any) -> None:
    event_record(
        organization_id=version.organization_id,
        actor=actor,
        type=f"policy.{kind}",
        subject=("policy_version", version.id),
        data={
            "product": str(version.product_id),
            "number": version.number,
            "content": version.content_hash,
            **data,
        },
    )


def moved(version: PolicyVersion, actor: Actor, kind: PolicyMove, **said: Any) -> PolicyVersion:
    """A step and the event that tells of it."""
    step_taken(version, actor, kind, **said)
    told: dict[str, datetime | None] = {
        name: said[name] for name in ("effective_from",) if said.get(name)
    }
    data = {name: at.isoformat() for name, at in told.items() if at}
    policy_recorded(version, actor, kind.value, **data)
    return version


MOVED = (
    "status", "approver_id", "checked_at", "submitted_at", "published_at", "effective_from",
    "effective_to", "revision", "content_hash", "document", "findings",
)  # fmt: skip


def _read_again(version: PolicyVersion) -> None:
    fresh = (
        PolicyVersion.objects.filter(organization_id=version.organization_id, id=version.id)
        .values(*MOVED)
        .get()
    )
    for name, value in fresh.items():
        setattr(version, name, value)
