"""What a lender keeps about its models beside their numbers: inventory, documents, warnings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import DocumentKind, Edition, Tier
from scoring.models.product import HASH
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel


class InventoryEntry(TenantModel):
    """Who answers for a model, how much depends on it, what it is for and what it is not for.

    A change appends an entry; the newest number counts. No model is validated without one
    (SR 26-2; regulation R18).
    """

    model_version = TenantForeignKey(
        ModelVersion, related_name="inventory", verbose_name=_("model")
    )
    number = models.PositiveIntegerField(_("number"))
    owner = models.TextField(_("owner"))
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices)
    purpose = models.TextField(_("purpose"))
    limits = models.TextField(_("limits"))
    dependencies = models.TextField(_("dependencies"))
    assumptions = models.TextField(_("assumptions"))
    monitoring_plan = models.TextField(_("monitoring plan"))
    next_review_on = models.DateField(_("next review"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by_kind = models.TextField()
    recorded_by_id = models.TextField(_("recorded by"))

    class Meta:
        verbose_name = _("entry of the inventory")
        verbose_name_plural = _("inventory of models")
        constraints = [
            models.UniqueConstraint(
                name="inventory_entry_number_once",
                fields=["organization", "model_version", "number"],
            ),
            models.CheckConstraint(
                name="inventory_entry_number_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="inventory_entry_tier_known", condition=Q(tier__in=Tier.values)
            ),
            models.CheckConstraint(
                name="inventory_entry_is_filled_in",
                condition=~Q(owner="") & ~Q(purpose="") & ~Q(limits=""),
            ),
        ]

    def __str__(self) -> str:
        return f"inventory entry {self.number}"


class ModelDocument(TenantModel):
    """A model card or validation pack as it was made; a request cites its hash. Never changes.

    `content` is the structure that HTML and PDF are drawn from, `content_hash` is its hash.
    """

    model_version = TenantForeignKey(
        ModelVersion, related_name="documents", verbose_name=_("model")
    )
    kind = models.TextField(_("document"), choices=DocumentKind.choices)
    edition = models.TextField(_("edition"), choices=Edition.choices)
    content = models.JSONField()
    content_hash = models.TextField(_("content hash"))
    pdf = models.BinaryField()
    pdf_hash = models.TextField(_("hash of the PDF"))
    made_at = models.DateTimeField(_("made"))
    made_by_kind = models.TextField()
    made_by_id = models.TextField(_("made by"))

    class Meta:
        verbose_name = _("document about a model")
        verbose_name_plural = _("documents about models")
        constraints = [
            models.UniqueConstraint(
                name="model_document_content_once",
                fields=["organization", "model_version", "content_hash"],
            ),
            models.CheckConstraint(
                name="model_document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="model_document_edition_known", condition=Q(edition__in=Edition.values)
            ),
            models.CheckConstraint(
                name="model_document_hashes_formed",
                condition=Q(content_hash__regex=HASH, pdf_hash__regex=HASH),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.edition})"


class ValidityWarning(TenantModel):
    """That a validation's end was announced, so many days before it, once."""

    model_version = TenantForeignKey(
        ModelVersion, related_name="validity_warnings", verbose_name=_("model")
    )
    valid_until = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    warned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="validity_warning_once",
                fields=["organization", "model_version", "valid_until", "days"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days before a validation ends"
