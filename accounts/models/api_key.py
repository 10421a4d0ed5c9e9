"""API keys: shown once, kept as a digest, dead the moment they are revoked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Transform
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope
from accounts.models.partner import Partner
from tenancy.models import TenantForeignKey, TenantModel

DIGEST_BYTES = 32


@models.BinaryField.register_lookup
class Octets(Transform):
    """`octet_length(column)`, for constraints over digests."""

    lookup_name = "octets"
    function = "octet_length"
    output_field = models.IntegerField()


class ApiKey(TenantModel):
    """A partner's key, or the lender's own without a partner. Live and test keys belong to the
    organization and to its test twin: the mode is the organization's."""

    partner = TenantForeignKey(Partner, related_name="api_keys", null=True)
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(_("begins with"), max_length=20)
    digest = models.BinaryField(max_length=DIGEST_BYTES)
    scopes = ArrayField(models.TextField(choices=Scope.choices), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes = [
            # looked up before the organization is known
            models.Index(name="api_key_by_digest", fields=["digest"]),
        ]
        constraints = [
            models.UniqueConstraint(name="api_key_digest_once", fields=["organization", "digest"]),
            models.CheckConstraint(
                name="api_key_digest_is_sha256",
                condition=Q(digest__octets=DIGEST_BYTES),
            ),
            models.CheckConstraint(
                name="api_key_expires_later",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
            ),
            models.CheckConstraint(
                name="api_key_revoked_later",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
            ),
            models.CheckConstraint(
                name="api_key_scopes_known", condition=Q(scopes__contained_by=Scope.values)
            ),
            models.CheckConstraint(name="api_key_has_a_scope", condition=Q(scopes__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"
