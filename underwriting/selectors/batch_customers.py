"""Who of a chunk is known already, and what is known of them. Call inside `enter`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from underwriting.enums import HitStatus, IndexKind, PathStatus
from underwriting.models import ApprovalPath, BlindIndexEntry, CheckHit
from underwriting.models.customer import RESOLVING

FINDING = (*RESOLVING, IndexKind.NAME_BIRTH)


class Keys(NamedTuple):
    """What opens a customer's data, and what keys the fingerprints of their facts."""

    wrapped_key: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class KnownCustomers:
    """Customers that some fingerprints of a chunk lead to; nobody who was erased."""

    owners: dict[tuple[str, bytes], UUID]
    keys: dict[UUID, Keys]
    numbered: frozenset[UUID]
    """Those whose identity number is known."""


# Arrays, for a chunk has tens of thousands of fingerprints.
_LED_TO = """
SELECT e.kind, e.digest, c.id, c.wrapped_key, c.salt
FROM underwriting_blindindexentry e JOIN underwriting_customer c
    ON c.organization_id = e.organization_id AND c.id = e.customer_id AND c.erased_at IS NULL
WHERE e.organization_id = %(organization)s AND e.kind = ANY (%(kinds)s)
    AND e.digest = ANY (%(digests)s)
"""

_NAMED = """
SELECT external_id, id, partner_id, submission_hash FROM underwriting_application
WHERE organization_id = %(organization)s AND external_id = ANY (%(names)s)
"""


def known_customers(organization_id: UUID, digests: Sequence[bytes]) -> KnownCustomers:
    """Whoever the fingerprints lead to, as `customers_resolve` looks for each."""
    kinds = [kind.value for kind in FINDING]
    asked: dict[str, Any] = {"kinds": kinds, "digests": list(digests)}
    with connection.cursor() as cursor:
        cursor.execute(_LED_TO, {**asked, "organization": organization_id})
        rows = cursor.fetchall()
    ids = {row[2] for row in rows}
    numbered = BlindIndexEntry.objects.filter(
        organization_id=organization_id, customer_id__in=ids, kind=IndexKind.NATIONAL_ID
    ).values_list("customer_id", flat=True)
    return KnownCustomers(
        {(kind, bytes(digest)): customer for kind, digest, customer, _, _ in rows},
        {customer: Keys(bytes(key), bytes(salt)) for _, _, customer, key, salt in rows},
        frozenset(numbered if ids else ()),
    )


def customers_suspect(organization_id: UUID, customer_ids: Collection[UUID]) -> set[UUID]:
    """Those of whom some check does not stand clear, in whichever application."""
    hits = CheckHit.objects.filter(organization_id=organization_id, customer_id__in=customer_ids)
    return set(hits.exclude(status=HitStatus.CLEARED).values_list("customer_id", flat=True))


def customers_promised(
    organization_id: UUID, customer_ids: Collection[UUID], at: datetime
) -> set[UUID]:
    """Those who were told a path that may still bind the lender."""
    paths = ApprovalPath.objects.filter(
        organization_id=organization_id,
        customer_id__in=customer_ids,
        status=PathStatus.FOUND,
        honoured_until__gt=at,
    )
    return set(paths.values_list("customer_id", flat=True))


def applications_known(
    organization_id: UUID, external_ids: Collection[str]
) -> dict[str, tuple[UUID, UUID | None, str]]:
    """Applications by external id: id, partner, fingerprint of what was asked."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"organization": organization_id, "names": list(external_ids)})
        return {name: (row_id, partner, said) for name, row_id, partner, said in cursor.fetchall()}
