"""API keys: shown once, kept as a digest, dead the moment they are revoked.

The tables' rules that Django cannot express are in `accounts/key_functions.py`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Transform
from django.utils.translation import gettext_lazy as _

from accounts.enums import KeyKind, Scope
from accounts.models.partner import Partner
from tenancy.models import TenantForeignKey, TenantModel

DIGEST_BYTES = 32
MOST_PER_MINUTE = 6_000_000
MOST_NETWORKS = 50


@models.BinaryField.register_lookup
class Octets(Transform):
    """`octet_length(column)`, for constraints over digests."""

    lookup_name = "octets"
    function = "octet_length"
    output_field = models.IntegerField()


class ApiKey(TenantModel):
    """A partner's key, or the lender's own without a partner. Live and test keys belong to the
    organization and to its test twin: the mode is the organization's.

    While a secret is being rotated the one before it lives on: it is the `retiring` one, until
    `retires_at`. Without numbers of its own a key has the installation's rate.
    """

    partner = TenantForeignKey(Partner, related_name="api_keys", null=True)
    kind = models.TextField(_("kind"), choices=KeyKind.choices, default=KeyKind.KEY)
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(_("begins with"), max_length=20)
    digest = models.BinaryField(max_length=DIGEST_BYTES)
    scopes = ArrayField(models.TextField(choices=Scope.choices), verbose_name=_("scopes"))
    version = models.CharField(_("API version"), max_length=10)
    allowed_networks = ArrayField(
        models.TextField(), verbose_name=_("allowed networks"), default=list
    )
    rate_per_minute = models.IntegerField(_("requests a minute"), null=True)
    burst = models.IntegerField(_("requests at once"), null=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    last_used_from = models.TextField(_("last used from"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    retiring_prefix = models.CharField(_("retiring"), max_length=20, null=True)
    retiring_digest = models.BinaryField(max_length=DIGEST_BYTES, null=True)
    retires_at = models.DateTimeField(_("retires"), null=True)
    retiring_used_at = models.DateTimeField(_("retiring one last used"), null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes = [
            # looked up before the organization is known
            models.Index(name="api_key_by_digest", fields=["digest"]),
            models.Index(
                name="api_key_by_retiring_digest",
                fields=["retiring_digest"],
                condition=Q(retiring_digest__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="api_key_digest_once", fields=["organization", "digest"]),
            models.UniqueConstraint(
                name="api_key_retiring_digest_once",
                fields=["organization", "retiring_digest"],
            ),
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
            models.CheckConstraint(name="api_key_kind_known", condition=Q(kind__in=KeyKind.values)),
            models.CheckConstraint(
                name="api_key_version_is_a_day",
                condition=Q(version__regex=r"^20\d\d-[01]\d-[0-3]\d$"),
            ),
            models.CheckConstraint(
                name="api_key_networks_at_most_fifty",
                condition=Q(allowed_networks__len__lte=MOST_NETWORKS),
            ),
            models.CheckConstraint(
                name="api_key_rate_within_reason",
                condition=Q(rate_per_minute__isnull=True, burst__isnull=True)
                | Q(
                    rate_per_minute__isnull=False,
                    rate_per_minute__range=(1, MOST_PER_MINUTE),
                    burst__isnull=False,
                    burst__range=(1, MOST_PER_MINUTE),
                ),
            ),
            models.CheckConstraint(
                name="api_key_retiring_agrees",
                condition=Q(
                    retiring_prefix__isnull=True,
                    retiring_digest__isnull=True,
                    retires_at__isnull=True,
                    retiring_used_at__isnull=True,
                )
                | Q(
                    retiring_prefix__isnull=False,
                    retiring_digest__isnull=False,
                    retiring_digest__octets=DIGEST_BYTES,
                    retires_at__isnull=False,
                    retires_at__gt=F("created_at"),
                )
                & ~Q(retiring_digest=F("digest")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"
