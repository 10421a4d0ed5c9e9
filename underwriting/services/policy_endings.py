"""How a policy ends: taken back before it begins, retired by a person, or replaced in its time."""

from uuid import UUID

from events.actor import SYSTEM, Actor
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden
from underwriting.enums import PolicyMove, PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.selectors.policies import own_work
from underwriting.services.policy_moves import (
    DRAFT,
    PUBLISH,
    moved,
    permitted,
    policy_recorded,
    refuse_no_words,
    refuse_without,
    step_taken,
    version_locked,
)
from underwriting.services.policy_twins import policy_cancel_in_twin


def policy_cancel(
    *, organization_id: UUID, actor: Actor, policy_version_id: UUID, note: str
) -> PolicyVersion:
    """Take a scheduled policy back before it begins: the one before it stays in force.

    One approver is enough, who published it or another: nothing new begins by it. Conflict
    "begun" once it has begun.
    """
    words = refuse_no_words(note)
    with enter(organization_id):
        refuse_without(organization_id, actor, PUBLISH)
        version = version_locked(organization_id, policy_version_id)
        if version.status != PolicyStatus.PUBLISHED:
            raise Conflict("it is not scheduled", code="status")
        if version.effective_from is None or version.effective_from <= now(organization_id):
            raise Conflict("it has begun already", code="begun")
        moved(version, actor, PolicyMove.CANCELLED, note=words)
    policy_cancel_in_twin(organization_id=organization_id, actor=actor, version=version, note=words)
    return version


def policy_retire(
    *, organization_id: UUID, actor: Actor, policy_version_id: UUID, note: str
) -> PolicyVersion:
    """End a policy without another: in force, every application goes to a person from now on.

    An approver retires what is published; whoever worked on one that never was puts it aside.
    """
    words = refuse_no_words(note)
    with enter(organization_id):
        version = version_locked(organization_id, policy_version_id)
        _refuse_others(organization_id, version, actor)
        if version.status == PolicyStatus.RETIRED:
            raise Conflict("it has ended already", code="status")
        if version.effective_from is not None and version.effective_from > now(organization_id):
            raise Conflict("it has not begun: take it back instead", code="scheduled")
        return moved(version, actor, PolicyMove.RETIRED, note=words)


def policy_end(*, organization_id: UUID, policy_version_id: UUID) -> bool:
    """Say of a replaced policy that it has ended; whether it was still to be said."""
    with enter(organization_id):
        version = version_locked(organization_id, policy_version_id)
        over = version.effective_to is not None and version.effective_to <= now(organization_id)
        if version.status != PolicyStatus.PUBLISHED or not over:
            return False
        step_taken(version, SYSTEM, PolicyMove.ENDED)
        policy_recorded(version, SYSTEM, "ended")
    return True


def _refuse_others(organization_id: UUID, version: PolicyVersion, actor: Actor) -> None:
    published = version.published_at is not None
    own = not published and own_work(version, actor.id)
    if permitted(organization_id, actor, PUBLISH):
        return
    if not own or not permitted(organization_id, actor, DRAFT):
        raise Forbidden("you may not retire this policy", code="permission")
