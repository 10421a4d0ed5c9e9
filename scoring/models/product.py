"""What a lender lends, and the versions of it that decisions pin."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel

HASH = r"^sha256:[0-9a-f]{64}$"


class Product(TenantModel):
    """A credit product. What it is today is its version in force."""

    slug = models.SlugField(_("short name"), max_length=63)
    names = models.JSONField(_("names"))
    currency = models.CharField(_("currency"), max_length=3)
    minor_units = models.SmallIntegerField(_("decimals"), default=2)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(name="product_slug_once", fields=["organization", "slug"]),
            models.CheckConstraint(
                name="product_currency_is_three_letters",
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="product_minor_units_are_few",
                condition=Q(minor_units__gte=0, minor_units__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class DictionaryVersion(TenantModel):
    """A published data dictionary: canonical JSON that never changes."""

    product = TenantForeignKey(
        Product, related_name="dictionary_versions", verbose_name=_("product")
    )
    number = models.PositiveIntegerField(_("number"))
    document = models.TextField()
    content_hash = models.TextField(_("content hash"))
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("data dictionary")
        verbose_name_plural = _("data dictionaries")
        constraints = [
            models.UniqueConstraint(
                name="dictionary_number_once", fields=["organization", "product", "number"]
            ),
            models.UniqueConstraint(
                name="dictionary_content_once",
                fields=["organization", "product", "content_hash"],
            ),
            models.CheckConstraint(name="dictionary_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="dictionary_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
        ]

    def __str__(self) -> str:
        return f"dictionary {self.number}"


class ProductVersion(TenantModel):
    """A published product: its document, and the dictionary it asks with."""

    product = TenantForeignKey(Product, related_name="versions", verbose_name=_("product"))
    number = models.PositiveIntegerField(_("number"))
    dictionary_version = TenantForeignKey(
        DictionaryVersion, related_name="product_versions", verbose_name=_("data dictionary")
    )
    document = models.TextField()
    content_hash = models.TextField(_("content hash"))
    effective_from = models.DateTimeField(_("in force from"))
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("product version")
        verbose_name_plural = _("product versions")
        constraints = [
            models.UniqueConstraint(
                name="product_version_number_once", fields=["organization", "product", "number"]
            ),
            models.CheckConstraint(
                name="product_version_number_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="product_version_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
        ]
        indexes = [
            models.Index(
                name="product_version_in_force",
                fields=["organization", "product", "-effective_from", "-number"],
            ),
            models.Index(name="product_version_by_hash", fields=["organization", "content_hash"]),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
