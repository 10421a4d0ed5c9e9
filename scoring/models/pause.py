"""A product or a whole lender paused: every application goes to a person until somebody ends it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.models.product import Product
from tenancy.models import TenantForeignKey, TenantModel


class Pause(TenantModel):
    """From its beginning to its end nothing of the product is decided by machine; without a
    product, nothing of the lender.

    Begun by a person or, being the safe direction, by the system; ended by a person alone, and
    by another than who began it where there is one.
    """

    product = TenantForeignKey(Product, related_name="pauses", null=True, verbose_name=_("product"))
    reason = models.TextField(_("reason"))
    begun_at = models.DateTimeField(_("from"))
    begun_by_kind = models.TextField(_("begun by (kind)"))
    begun_by_id = models.TextField(_("begun by"))
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = models.TextField(_("ended by"), default="")

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(
                name="pause_one_a_product",
                fields=["organization", "product"],
                condition=Q(ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="pause_one_of_a_lender",
                fields=["organization"],
                condition=Q(ended_at__isnull=True, product__isnull=True),
            ),
            models.CheckConstraint(name="pause_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="pause_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False, ended_at__gte=F("begun_at")) & ~Q(ended_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"pause {self.id}"
