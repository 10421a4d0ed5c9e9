"""Customers: who applies, sealed, and how they are found again without being readable."""

from django.db import models
from django.db.models import Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import IndexKind

RESOLVING = (IndexKind.NATIONAL_ID, IndexKind.PERSON)


class Customer(TenantModel):
    """One person as one lender knows them.

    The key opens what is sealed about them, the salt keys the fingerprints of their facts; an
    erasure destroys both and the row stays, so that decisions keep something to point at.
    """

    wrapped_key = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customer_erased_has_no_key",
                condition=Q(erased_at__isnull=True, wrapped_key__isnull=False, salt__isnull=False)
                | Q(erased_at__isnull=False, wrapped_key__isnull=True, salt__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"customer {self.id.hex[-8:]}"


class CustomerIdentity(TenantModel):
    """Name, numbers, contact, birth date as given in one submission: sealed, never decided on."""

    customer = TenantForeignKey(Customer, related_name="identities")
    sealed = models.BinaryField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"identity {self.id.hex[-8:]}"


class BlindIndexEntry(TenantModel):
    """A keyed fingerprint to find a customer by. The resolving kinds name one customer only."""

    customer = TenantForeignKey(Customer, related_name="index_entries")
    kind = models.TextField(choices=IndexKind.choices)
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="blind_index_kind_known", condition=Q(kind__in=IndexKind.values)
            ),
            models.UniqueConstraint(
                name="blind_index_resolves_to_one",
                fields=["organization", "kind", "digest"],
                condition=Q(kind__in=RESOLVING),
            ),
            models.UniqueConstraint(
                name="blind_index_once_per_customer",
                fields=["organization", "customer", "kind", "digest"],
            ),
        ]
        indexes = [
            models.Index(name="blind_index_search", fields=["organization", "kind", "digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} entry"
