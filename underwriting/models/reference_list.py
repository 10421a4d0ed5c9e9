"""A lender's own lists: what is blocked, allowed or watched, by whom, why and until when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import EntryReason, ListHolds, ListKind, RemovalReason
from underwriting.models.policy import Period


class ReferenceList(TenantModel):
    """A list that policies name by its code. What it is and holds never changes.

    A `sensitive` one (fraud) is read only by people who may: nobody else sees its entries.
    """

    code = models.TextField()
    kind = models.TextField(choices=ListKind.choices)
    holds = models.TextField(choices=ListHolds.choices)
    names = models.JSONField()
    sensitive = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.TextField()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        constraints = [
            models.UniqueConstraint(
                name="reference_list_code_once", fields=["organization", "code"]
            ),
            models.CheckConstraint(
                name="reference_list_code_formed",
                condition=Q(code__regex=r"^[A-Za-z][A-Za-z0-9_]{0,62}$"),
            ),
            models.CheckConstraint(
                name="reference_list_kind_known", condition=Q(kind__in=ListKind.values)
            ),
            models.CheckConstraint(
                name="reference_list_holds_known", condition=Q(holds__in=ListHolds.values)
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ListEntry(TenantModel):
    """One value on a list, from a time until a time, added by one person and taken off by another.

    `digest` is the keyed fingerprint that applications are compared with; `value` is kept only
    where it names no person. Label and words are sealed under the entry's own key, which goes
    when the entry has been over for as long as records are kept: the row stays and says when.
    On a list of kind allow an entry counts once a second person has confirmed it.
    """

    reference_list = TenantForeignKey(ReferenceList, related_name="entries")
    kind = models.TextField(choices=ListKind.choices)
    digest = models.BinaryField(null=True)
    value = models.TextField(null=True)
    wrapped_key = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.TextField(choices=EntryReason.choices)
    added_at = models.DateTimeField()
    added_by = models.TextField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.TextField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.TextField(null=True)
    removal = models.TextField(choices=RemovalReason.choices, null=True)
    removal_sealed = models.BinaryField(null=True)
    keep_until = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="list_entry_kind_known", condition=Q(kind__in=ListKind.values)
            ),
            models.CheckConstraint(
                name="list_entry_reason_known", condition=Q(reason__in=EntryReason.values)
            ),
            models.CheckConstraint(
                name="list_entry_ends_later",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="list_entry_of_a_person_ends",
                condition=Q(value__isnull=False)
                | Q(ends_at__isnull=False)
                | Q(purged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="list_entry_confirmed_by_another",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(
                    Q(kind=ListKind.ALLOW, confirmed_at__isnull=False, confirmed_by__isnull=False),
                    ~Q(confirmed_by=F("added_by")),
                ),
            ),
            models.CheckConstraint(
                name="list_entry_removed_by_another",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removal__isnull=True)
                | Q(
                    Q(removed_at__isnull=False, removed_by__isnull=False, removal__isnull=False),
                    Q(removal__in=RemovalReason.values, removed_at__gte=F("added_at")),
                    ~Q(removed_by=F("added_by")),
                ),
            ),
            models.CheckConstraint(
                name="list_entry_purged_is_empty",
                condition=Q(purged_at__isnull=True, digest__isnull=False)
                | Q(
                    purged_at__isnull=False,
                    digest__isnull=True,
                    value__isnull=True,
                    wrapped_key__isnull=True,
                    sealed__isnull=True,
                    removal_sealed__isnull=True,
                ),
            ),
            ExclusionConstraint(
                name="list_entry_once_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("reference_list", RangeOperators.EQUAL),
                    ("digest", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(removed_at__isnull=True, digest__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="list_entry_by_digest", fields=["organization", "digest", "reference_list"]
            ),
            models.Index(
                name="list_entry_due",
                fields=["keep_until"],
                condition=Q(purged_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.id.hex[-8:]}"
