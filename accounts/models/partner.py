"""Partners: brokers, merchants and branches that bring applications, and see only their own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import PartnerKind
from tenancy.models import TenantModel


class Partner(TenantModel):
    slug = models.SlugField(_("short name"))
    name = models.CharField(_("name"), max_length=120)
    kind = models.TextField(_("kind"), choices=PartnerKind.choices)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(name="partner_slug_once", fields=["organization", "slug"]),
            models.CheckConstraint(
                name="partner_kind_known", condition=Q(kind__in=PartnerKind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name
