"""Policy versions. Call inside `enter`."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from tenancy.errors import NotFound
from underwriting.models import PolicyStep, PolicyVersion
from underwriting.selectors.terms import policies_in_force


def policy_in_force(organization_id: UUID, product_id: UUID, at: datetime) -> PolicyVersion | None:
    """The policy that decided, or would decide, at that time."""
    return policies_in_force(organization_id, product_id, at).first()


def policy_by_id(organization_id: UUID, policy_version_id: UUID) -> PolicyVersion:
    found = (
        PolicyVersion.objects.filter(organization_id=organization_id, id=policy_version_id)
        .select_related("product")
        .first()
    )
    if found is None:
        raise NotFound("no such policy version")
    return found


def policy_by_hash(organization_id: UUID, content_hash: str) -> PolicyVersion:
    found = (
        PolicyVersion.objects.filter(organization_id=organization_id, content_hash=content_hash)
        .order_by("number")
        .first()
    )
    if found is None:
        raise NotFound("no such policy")
    return found


def policies_of(organization_id: UUID, product_id: UUID) -> list[PolicyVersion]:
    """The product's policies, newest first."""
    return list(
        PolicyVersion.objects.filter(
            organization_id=organization_id, product_id=product_id
        ).order_by("-number")
    )


def own_work(version: PolicyVersion, person: str) -> bool:
    """Whether this person wrote, changed or handed in the version, or what it was copied from.

    The database's own answer: the trigger that refuses to publish asks the same function.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT underwriting_policy_own_work(%s, %s, %s)",
            [version.organization_id, version.id, person],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def steps_of(version: PolicyVersion) -> list[PolicyStep]:
    """What was done to the version, oldest first."""
    return list(
        PolicyStep.objects.filter(
            organization_id=version.organization_id, policy_version_id=version.id
        ).order_by("number")
    )
