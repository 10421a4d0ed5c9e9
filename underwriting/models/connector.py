"""How a product asks bureau and checks: settings in versions, the newest of a kind in force."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.models import Product
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.connectors.contract import BUREAU_PURPOSES, SOFT_ONLY, Inquiry, Kind, Purpose
from underwriting.connectors.settings import CONNECTORS
from underwriting.models.application import HASH

KINDS = [kind.value for kind in Kind]
INQUIRIES = [inquiry.value for inquiry in Inquiry]
BUREAU_FOR = [purpose.value for purpose in BUREAU_PURPOSES]
SOFT_FOR = [purpose.value for purpose in SOFT_ONLY]


def kind_agrees() -> Q:
    """A bureau is asked softly or hard for one of its purposes; a check is no inquiry."""
    bureau = Q(kind=Kind.BUREAU.value, inquiry__in=["soft", "hard"], purpose__in=BUREAU_FOR)
    return bureau | (~Q(kind=Kind.BUREAU.value) & Q(inquiry="none") & ~Q(purpose__in=BUREAU_FOR))


def soft_where_it_must_be() -> Q:
    """A prequalification and a review of an account pull softly (R14)."""
    return ~Q(purpose__in=SOFT_FOR) | Q(inquiry="soft")


class ConnectorSetting(TenantModel):
    """One version of how one product uses one connector; `enabled` false ends its use.

    `document` is `underwriting.connectors.settings`; the secret is sealed under the
    organization's key, apart from it, and shown to nobody again.
    """

    product = TenantForeignKey(Product, related_name="connector_settings")
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    number = models.PositiveIntegerField()
    connector = models.TextField()
    inquiry = models.TextField()
    purpose = models.TextField()
    enabled = models.BooleanField()
    document = models.TextField()
    content_hash = models.TextField()
    secret = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        verbose_name = _("connector")
        verbose_name_plural = _("connectors")
        constraints = [
            models.UniqueConstraint(
                name="connector_setting_number_once",
                fields=["organization", "product", "kind", "number"],
            ),
            models.CheckConstraint(
                name="connector_setting_known",
                condition=Q(
                    kind__in=KINDS,
                    connector__in=CONNECTORS,
                    inquiry__in=INQUIRIES,
                    purpose__in=[purpose.value for purpose in Purpose],
                ),
            ),
            models.CheckConstraint(name="connector_setting_kind_agrees", condition=kind_agrees()),
            models.CheckConstraint(
                name="connector_setting_soft_where_it_must_be", condition=soft_where_it_must_be()
            ),
            models.CheckConstraint(
                name="connector_setting_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(name="connector_setting_made_by", condition=~Q(made_by="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
