"""Policies: drafted, changed and checked by some, published by another; then they never change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from events.actor import Actor
from scoring.models import Product
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from underwriting.enums import Obstacle, PolicyMove, PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.policy.document import Policy
from underwriting.policy.findings import PolicyRefused
from underwriting.selectors.gates import backtest_done, gates_in_force
from underwriting.selectors.obstacles import Obstruction, obstacles
from underwriting.selectors.policies import own_work
from underwriting.selectors.policy_checks import checked_against, has_errors, policy_findings
from underwriting.selectors.policy_trials import has_decided
from underwriting.services.backtests import backtest_wanted
from underwriting.services.consents import consent_texts_publish
from underwriting.services.gates import gates_judge
from underwriting.services.policy_moves import (
    DRAFT,
    PUBLISH,
    moved,
    next_number,
    policy_recorded,
    refuse_no_words,
    refuse_unless,
    refuse_without,
    step_taken,
    version_locked,
)
from underwriting.services.policy_twins import policy_copy_to_twin

OPEN = (PolicyStatus.DRAFT, PolicyStatus.CHECKED)


def policy_draft(
    *, organization_id: UUID, actor: Actor, product_id: UUID, document: bytes | Mapping[str, Any]
) -> PolicyVersion:
    """A new draft; Invalid names every place of the document that is wrong."""
    policy = _parsed(document)
    with enter(organization_id):
        refuse_without(organization_id, actor, DRAFT)
        product = (
            Product.objects.select_for_update()
            .filter(organization_id=organization_id, id=product_id)
            .first()
        )
        if product is None:
            raise NotFound("no such product")
        return _drafted(product, actor, policy)


def policy_draft_save(
    *,
    organization_id: UUID,
    actor: Actor,
    policy_version_id: UUID,
    document: bytes | Mapping[str, Any],
    revision: int,
) -> PolicyVersion:
    """Put another document in a draft's place; whoever does so cannot approve it any more.

    `revision` is the one that was read: Conflict "revision" when somebody saved since. A checked
    policy becomes a draft again. The same document changes nothing.
    """
    policy = _parsed(document)
    with enter(organization_id):
        refuse_without(organization_id, actor, DRAFT)
        version = version_locked(organization_id, policy_version_id)
        refuse_unless(version, *OPEN)
        if version.revision != revision:
            raise Conflict("somebody else saved this policy meanwhile", code="revision")
        if version.content_hash == policy.content_hash:
            return version
        if has_decided(version):
            raise Conflict("a split test decided by it: copy it instead", code="has_decided")
        _saved(version, actor, policy)
        policy_recorded(version, actor, "saved", revision=version.revision)
    return version


def policy_copy(*, organization_id: UUID, actor: Actor, policy_version_id: UUID) -> PolicyVersion:
    """A new draft that begins as a version stands; who wrote an unpublished one stays known."""
    with enter(organization_id):
        refuse_without(organization_id, actor, DRAFT)
        source = version_locked(organization_id, policy_version_id)
        product = Product.objects.select_for_update().get(
            organization_id=organization_id, id=source.product_id
        )
        return _drafted(product, actor, Policy.parse(source.document), source)


def policy_check(*, organization_id: UUID, actor: Actor, policy_version_id: UUID) -> PolicyVersion:
    """Run the static checks and the policy's own test cases; with an error it stays a draft."""
    with enter(organization_id):
        version = version_locked(organization_id, policy_version_id)
        refuse_unless(version, *OPEN)
        version.findings = policy_findings(organization_id, version)
        version.save(update_fields=["findings"])
        step_taken(
            version, actor, PolicyMove.CHECKED, against=checked_against(organization_id, version)
        )
        policy_recorded(
            version,
            actor,
            "checked",
            errors=has_errors(version.findings),
            findings=len(version.findings),
        )
    return version


def policy_submit(*, organization_id: UUID, actor: Actor, policy_version_id: UUID) -> PolicyVersion:
    """Hand a checked policy to whoever publishes it; its document is frozen from here on."""
    with enter(organization_id):
        refuse_without(organization_id, actor, DRAFT)
        version = version_locked(organization_id, policy_version_id)
        refuse_unless(version, PolicyStatus.CHECKED)
        submitted = moved(version, actor, PolicyMove.SUBMITTED)
        backtest_wanted(submitted, actor)
        return submitted


def policy_withdraw(
    *, organization_id: UUID, actor: Actor, policy_version_id: UUID
) -> PolicyVersion:
    """Take one's own submission back; it is a draft again. Only those who worked on it may."""
    with enter(organization_id):
        refuse_without(organization_id, actor, DRAFT)
        version = version_locked(organization_id, policy_version_id)
        refuse_unless(version, PolicyStatus.SUBMITTED)
        if not own_work(version, actor.id):
            raise Forbidden("it is somebody else's to withdraw", code="not_theirs")
        return moved(version, actor, PolicyMove.WITHDRAWN)


def policy_return(
    *, organization_id: UUID, actor: Actor, policy_version_id: UUID, note: str
) -> PolicyVersion:
    """Give a submitted policy back to its author, saying what has to change."""
    words = refuse_no_words(note)
    with enter(organization_id):
        refuse_without(organization_id, actor, PUBLISH)
        version = version_locked(organization_id, policy_version_id)
        refuse_unless(version, PolicyStatus.SUBMITTED)
        if own_work(version, actor.id):
            raise Forbidden("somebody else answers", code="same_person")
        return moved(version, actor, PolicyMove.RETURNED, note=words)


def policy_publish(
    *,
    organization_id: UUID,
    actor: Actor,
    policy_version_id: UUID,
    effective_from: datetime | None = None,
) -> PolicyVersion:
    """Put a submitted policy in force, now or later, by one who did not work on it.

    PublicationRefused says everything that is in the way (`Obstacle`); it is a Forbidden too
    where the person is.
    """
    try:
        with enter(organization_id):
            version = version_locked(organization_id, policy_version_id)
            _one_after_the_other(version)
            _refuse_obstructed(obstacles(version, _person(actor), effective_from))
            _published(version, actor, effective_from)
    except IntegrityError as error:
        raise Conflict("something changed meanwhile", code="meanwhile") from error
    consent_texts_publish(organization_id=organization_id, actor=actor)
    policy_copy_to_twin(organization_id=organization_id, actor=actor, version=version)
    return version


def policy_install(
    *,
    organization_id: UUID,
    author: Actor,
    approver: Actor,
    product_id: UUID,
    document: bytes | Mapping[str, Any],
) -> PolicyVersion:
    """All four steps with two people, for set-ups; Invalid when the checks find an error."""
    version = policy_draft(
        organization_id=organization_id, actor=author, product_id=product_id, document=document
    )
    step: dict[str, Any] = {"organization_id": organization_id, "policy_version_id": version.id}
    checked = policy_check(actor=author, **step)
    if checked.status != PolicyStatus.CHECKED:
        raise Invalid(
            [
                FieldError(finding["pointer"], finding["code"], finding["message"])
                for finding in checked.findings
                if finding["severity"] == "error"
            ]
        )
    policy_submit(actor=author, **step)
    return policy_publish(actor=approver, **step)


class PublicationRefused(Conflict):
    """Why it cannot be published: every reason, and the first one's code."""

    def __init__(self, found: Sequence[Obstruction]) -> None:
        self.obstructions = tuple(found)
        super().__init__(" ".join(str(each.code.label) for each in found), code=found[0].code.value)


class PublicationForbidden(PublicationRefused, Forbidden):
    """Not by this person, whatever else stands in the way."""


def _refuse_obstructed(found: Sequence[Obstruction]) -> None:
    if not found:
        return
    personal = found[0].code in (Obstacle.PERMISSION, Obstacle.SAME_PERSON)
    raise (PublicationForbidden if personal else PublicationRefused)(found)


def _one_after_the_other(version: PolicyVersion) -> None:
    """Two policies of a product are published one after the other: the second sees the first."""
    Product.objects.select_for_update().get(
        organization_id=version.organization_id, id=version.product_id
    )


def _published(version: PolicyVersion, actor: Actor, effective_from: datetime | None) -> None:
    """What the gates say is kept first: the trigger on the step judges by it."""
    at = now(version.organization_id)
    done = backtest_done(version)
    if done is not None:
        gates_judge(done, gates_in_force(version.organization_id, version.product_id))
    start = max(effective_from or at, at)
    moved(version, actor, PolicyMove.PUBLISHED, made_at=at, effective_from=start)


def _person(actor: Actor) -> str:
    """A key, an applicant and the system publish nothing."""
    return actor.id if actor.kind == "user" else ""


def _parsed(document: bytes | Mapping[str, Any]) -> Policy:
    try:
        return Policy.parse(document)
    except PolicyRefused as refused:
        raise Invalid(
            [FieldError(pointer, "policy", text) for pointer, text in refused.problems]
        ) from refused


def _drafted(
    product: Product, actor: Actor, policy: Policy, source: PolicyVersion | None = None
) -> PolicyVersion:
    version = PolicyVersion(
        organization_id=product.organization_id,
        product=product,
        number=next_number(product.organization_id, product.id),
        document=policy.canonical().decode(),
        content_hash=policy.content_hash,
        copied_from=source,
        author_id=actor.id,
        created_at=now(product.organization_id),
    )
    version.save(force_insert=True)
    return moved(version, actor, PolicyMove.DRAFTED)


def _saved(version: PolicyVersion, actor: Actor, policy: Policy) -> None:
    """The step says who changed it; without one the database keeps the document as it is."""
    step_taken(
        version,
        actor,
        PolicyMove.SAVED,
        revision=version.revision + 1,
        content_hash=policy.content_hash,
    )
    version.document = policy.canonical().decode()
    version.content_hash = policy.content_hash
    version.revision += 1
    version.save(update_fields=["document", "content_hash", "revision"])
    version.status, version.findings, version.checked_at = PolicyStatus.DRAFT, [], None
