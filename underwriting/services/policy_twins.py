"""What a policy does in the test twin when it does something in the live organization.

Each function is a transaction of its own in the twin, after the live organization's.
"""

from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError

from events.actor import Actor
from scoring.models import Product
from scoring.selectors.twins import twin_id
from tenancy.clock import now
from tenancy.enter import enter
from underwriting.enums import PolicyMove, PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.services.consents import consent_texts_publish
from underwriting.services.policy_moves import (
    moved,
    next_number,
    policy_recorded,
    step_taken,
    version_locked,
)

log = structlog.get_logger(__name__)


def policy_copy_to_twin(
    *, organization_id: UUID, actor: Actor, version: PolicyVersion
) -> PolicyVersion | None:
    """The same rules in the test twin from the same moment on, by its own clock; None without it.

    Its steps are those of the people who took them in the live organization. A twin with policies
    of its own that begin later keeps those: what the live organization does stands either way.
    """
    twin, slug = _twin_of(organization_id, version)
    if twin is None:
        return None
    try:
        with enter(twin):
            product = Product.objects.filter(organization_id=twin, slug=slug).first()
            if product is None:
                return None
            copy = _copied(product, version, actor)
    except IntegrityError:
        log.warning("policy.twin_refused", policy_version=str(version.id), exc_info=True)
        return None
    consent_texts_publish(organization_id=twin, actor=actor)
    return copy


def policy_cancel_in_twin(
    *, organization_id: UUID, actor: Actor, version: PolicyVersion, note: str
) -> PolicyVersion | None:
    """Take the copy back as well, unless the twin's clock has begun it already."""
    twin, slug = _twin_of(organization_id, version)
    if twin is None:
        return None
    with enter(twin):
        found = (
            PolicyVersion.objects.filter(
                organization_id=twin,
                product__slug=slug,
                content_hash=version.content_hash,
                status=PolicyStatus.PUBLISHED,
                effective_from__gt=now(twin),
            )
            .values_list("id", flat=True)
            .first()
        )
        if found is None:
            return None
        return moved(version_locked(twin, found), actor, PolicyMove.CANCELLED, note=note)


def _twin_of(organization_id: UUID, version: PolicyVersion) -> tuple[UUID | None, str]:
    twin = twin_id(organization_id)
    if twin is None:
        return None, ""
    with enter(organization_id, read_only=True):
        slug = Product.objects.values_list("slug", flat=True).get(
            organization_id=organization_id, id=version.product_id
        )
    return twin, slug


def _copied(product: Product, live: PolicyVersion, actor: Actor) -> PolicyVersion:
    author, approver = Actor.user(live.author_id), Actor.user(live.approver_id or "")
    at = now(product.organization_id)
    copy = PolicyVersion(
        organization_id=product.organization_id,
        product=product,
        number=next_number(product.organization_id, product.id),
        document=live.document,
        content_hash=live.content_hash,
        findings=live.findings,
        author_id=live.author_id,
        created_at=at,
    )
    copy.save(force_insert=True)
    for kind in (PolicyMove.DRAFTED, PolicyMove.CHECKED, PolicyMove.SUBMITTED):
        step_taken(copy, author, kind)
    begins: dict[str, Any] = {"effective_from": max(live.effective_from or at, at)}
    step_taken(copy, approver, PolicyMove.PUBLISHED, made_at=at, **begins)
    policy_recorded(copy, actor, "published")
    return copy
