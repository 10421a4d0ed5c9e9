"""Policy versions, what else decisions pin, and the catalogue of reasons they may give."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from scoring.models import Product
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import PinKind, PolicyStatus
from underwriting.models.application import HASH

IN_USE = (PolicyStatus.PUBLISHED, PolicyStatus.RETIRED)


class Period(Func):
    """The half-open range of times in which a policy holds."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class PolicyVersion(TenantModel):
    """A lender's rules: draft, checked, submitted, then published by somebody else.

    A `PolicyStep` moves it, nothing else does; the document is frozen once it is submitted, and
    an exclusion constraint leaves one policy in force at a time. `revision` counts the documents
    it has had. One taken back before it began was in force from its beginning until then.
    """

    product = TenantForeignKey(Product, related_name="policy_versions")
    number = models.PositiveIntegerField()
    status = models.TextField(choices=PolicyStatus.choices, default=PolicyStatus.DRAFT)
    document = models.TextField()
    content_hash = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    copied_from = TenantForeignKey("self", null=True, related_name="copies")
    findings = models.JSONField(default=list)
    author_id = models.TextField()
    approver_id = models.TextField(null=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    effective_from = models.DateTimeField(null=True)
    effective_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(
                name="policy_number_once", fields=["organization", "product", "number"]
            ),
            models.CheckConstraint(
                name="policy_status_known", condition=Q(status__in=PolicyStatus.values)
            ),
            models.CheckConstraint(
                name="policy_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(
                name="policy_checked_before_submitted",
                condition=Q(status__in=[PolicyStatus.DRAFT, PolicyStatus.RETIRED])
                | Q(checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="policy_submitted_has_its_time",
                condition=~Q(status__in=[PolicyStatus.SUBMITTED, PolicyStatus.PUBLISHED])
                | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="policy_published_by_another",
                condition=Q(
                    ~Q(status=PolicyStatus.PUBLISHED),
                    approver_id__isnull=True,
                    published_at__isnull=True,
                    effective_from__isnull=True,
                )
                | Q(
                    ~Q(approver_id=F("author_id")),
                    status__in=IN_USE,
                    approver_id__isnull=False,
                    checked_at__isnull=False,
                    submitted_at__isnull=False,
                    published_at__isnull=False,
                    effective_from__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="policy_effective_in_order",
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=False, effective_to__gt=F("effective_from"))
                | Q(
                    status=PolicyStatus.RETIRED,
                    effective_from__isnull=False,
                    effective_to=F("effective_from"),
                ),
            ),
            models.CheckConstraint(
                name="policy_retired_has_ended",
                condition=~Q(status=PolicyStatus.RETIRED)
                | Q(effective_to__isnull=False)
                | Q(effective_from__isnull=True),
            ),
            models.CheckConstraint(name="policy_revision_counts", condition=Q(revision__gte=1)),
            ExclusionConstraint(
                name="policy_one_in_force",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("product", RangeOperators.EQUAL),
                    (
                        Period("effective_from", "effective_to", Value("[)")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=IN_USE, effective_from__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="policy_by_hash", fields=["organization", "content_hash"]),
        ]

    def __str__(self) -> str:
        return f"policy {self.number}"


class Pin(TenantModel):
    """The bytes behind a hash: regulation packs and engine locks as they were at the time."""

    kind = models.TextField(choices=PinKind.choices)
    content_hash = models.TextField()
    body = models.TextField()
    pinned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="pin_content_once", fields=["organization", "content_hash"]
            ),
            models.CheckConstraint(name="pin_kind_known", condition=Q(kind__in=PinKind.values)),
            models.CheckConstraint(name="pin_hash_formed", condition=Q(content_hash__regex=HASH)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.content_hash[7:15]}"


class ReasonCatalogue(TenantModel):
    """The reason codes that one policy and one dictionary publish together.

    A decision names its catalogue and the database compares: no adverse decision is committed
    with a reason from elsewhere.
    """

    policy_hash = models.TextField()
    dictionary_hash = models.TextField()
    codes = ArrayField(models.TextField())
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="reason_catalogue_once",
                fields=["organization", "policy_hash", "dictionary_hash"],
            ),
        ]

    def __str__(self) -> str:
        return f"catalogue {self.id.hex[-8:]}"
