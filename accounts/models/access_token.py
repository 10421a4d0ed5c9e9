"""Access tokens of OAuth 2 clients: short-lived, kept as a digest, dead with their client."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.enums import Scope
from accounts.models.api_key import DIGEST_BYTES, ApiKey
from tenancy.models import TenantForeignKey, TenantModel

LONGEST_LIFE = timedelta(hours=1)


class AccessToken(TenantModel):
    """What a client got for its secret. Whose it is, and what else it may, is its client's: a
    scope that the client loses is lost to its tokens too."""

    client = TenantForeignKey(ApiKey, related_name="tokens")
    digest = models.BinaryField(max_length=DIGEST_BYTES)
    scopes = ArrayField(models.TextField(choices=Scope.choices))
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            # looked up before the organization is known
            models.Index(name="access_token_by_digest", fields=["digest"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="access_token_digest_once", fields=["organization", "digest"]
            ),
            models.CheckConstraint(
                name="access_token_digest_is_sha256", condition=Q(digest__octets=DIGEST_BYTES)
            ),
            models.CheckConstraint(
                name="access_token_is_short_lived",
                condition=Q(expires_at__gt=F("issued_at"))
                & Q(expires_at__lte=F("issued_at") + LONGEST_LIFE),
            ),
            models.CheckConstraint(
                name="access_token_scopes_known",
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
