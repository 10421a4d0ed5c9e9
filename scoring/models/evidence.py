"""What is known about a model, and what the lender earns and loses by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import EvidenceKind
from scoring.models.product import HASH, Product
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel


class ModelEvidence(TenantModel):
    """One kind of evidence about one model version. It never changes."""

    model_version = TenantForeignKey(ModelVersion, related_name="evidence", verbose_name=_("model"))
    kind = models.TextField(_("kind"), choices=EvidenceKind.choices)
    document = models.JSONField()
    content_hash = models.TextField(_("content hash"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("evidence about a model")
        verbose_name_plural = _("evidence about models")
        constraints = [
            models.UniqueConstraint(
                name="model_evidence_kind_once",
                fields=["organization", "model_version", "kind"],
            ),
            models.CheckConstraint(
                name="model_evidence_kind_known", condition=Q(kind__in=EvidenceKind.values)
            ),
            models.CheckConstraint(
                name="model_evidence_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of a model"


class ProductEconomics(TenantModel):
    """What a product earns, loses and costs, as the lender states it; a version never changes."""

    product = TenantForeignKey(Product, related_name="economics", verbose_name=_("product"))
    number = models.PositiveIntegerField(_("number"))
    document = models.JSONField()
    content_hash = models.TextField(_("content hash"))
    published_at = models.DateTimeField(_("published"))
    published_by_kind = models.TextField()
    published_by_id = models.TextField(_("published by"))

    class Meta:
        verbose_name = _("economics")
        verbose_name_plural = _("economics")
        constraints = [
            models.UniqueConstraint(
                name="product_economics_number_once",
                fields=["organization", "product", "number"],
            ),
            models.CheckConstraint(
                name="product_economics_number_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="product_economics_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
        ]

    def __str__(self) -> str:
        return f"economics {self.number}"
