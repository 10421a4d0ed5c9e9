"""Finding customers, and opening what is sealed about them. Call inside `enter`."""

import json
from typing import Any
from uuid import UUID

from tenancy.vault import blind_index, open_sealed
from underwriting.enums import IndexKind
from underwriting.identity import normalized
from underwriting.models import Customer, CustomerIdentity, Party

SEARCHABLE = (IndexKind.NATIONAL_ID, IndexKind.EMAIL, IndexKind.PHONE)


def identity_aad(identity_id: UUID) -> bytes:
    """Where a sealed identity belongs: it opens in no other row."""
    return b"underwriting.customer_identity.sealed/" + identity_id.bytes


def customers_by(*, organization_id: UUID, kind: str, value: str) -> list[Customer]:
    """Customers with this identity number, e-mail or phone, compared blind."""
    if kind not in SEARCHABLE:
        raise ValueError(f"customers are not searched by {kind}")
    digest = blind_index(organization_id, kind, normalized(kind, value))
    return list(
        Customer.objects.filter(
            organization_id=organization_id,
            index_entries__kind=kind,
            index_entries__digest=digest,
        ).order_by("id")
    )


def identity_of(party: Party) -> dict[str, Any] | None:
    """Who the party said they are, opened; None once they are erased."""
    row = (
        CustomerIdentity.objects.filter(organization_id=party.organization_id, parties__id=party.id)
        .select_related("customer")
        .first()
    )
    if row is None or row.customer.wrapped_key is None:
        return None
    key, sealed = bytes(row.customer.wrapped_key), bytes(row.sealed)
    plain = open_sealed(party.organization_id, key, sealed, identity_aad(row.id))
    found: dict[str, Any] = json.loads(plain)
    return found
