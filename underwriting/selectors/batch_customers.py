"""Who of a chunk is known already, and what is known of them. Call inside `enter`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from underwriting.enums import HitStatus, IndexKind, PathStatus
from underwriting.models import Application, ApprovalPath, BlindIndexEntry, CheckHit, Customer
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


def known_customers(organization_id: UUID, digests: Sequence[bytes]) -> KnownCustomers:
    """Whoever the fingerprints lead to, as `customers_resolve` looks for each."""
    entries = BlindIndexEntry.objects.filter(
        organization_id=organization_id, kind__in=FINDING, digest__in=digests
    ).values_list("kind", "digest", "customer_id")
    found = [(kind, bytes(digest), customer) for kind, digest, customer in entries]
    ids = {customer for _, _, customer in found}
    rows = Customer.objects.filter(
        organization_id=organization_id, id__in=ids, erased_at__isnull=True
    ).values_list("id", "wrapped_key", "salt")
    keys = {row_id: Keys(bytes(key or b""), bytes(salt or b"")) for row_id, key, salt in rows}
    numbered = BlindIndexEntry.objects.filter(
        organization_id=organization_id, customer_id__in=list(keys), kind=IndexKind.NATIONAL_ID
    ).values_list("customer_id", flat=True)
    return KnownCustomers(
        {(kind, digest): customer for kind, digest, customer in found if customer in keys},
        keys,
        frozenset(numbered),
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
    rows = Application.objects.filter(
        organization_id=organization_id, external_id__in=external_ids
    ).values_list("external_id", "id", "partner_id", "submission_hash")
    return {str(name): (row_id, partner, content) for name, row_id, partner, content in rows}
