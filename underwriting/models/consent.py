"""The consent ledger: what was shown, in which words, and that it was agreed."""

from django.db import models
from django.db.models import Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.models.application import HASH, Application, Party


class ConsentText(TenantModel):
    """One wording of one purpose in one language; a change of words is a new version."""

    purpose = models.SlugField(max_length=63)
    language = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField()
    body = models.TextField()
    content_hash = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_text_version_once",
                fields=["organization", "purpose", "language", "version"],
            ),
            models.UniqueConstraint(
                name="consent_text_content_once",
                fields=["organization", "purpose", "language", "content_hash"],
            ),
            models.CheckConstraint(
                name="consent_text_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(name="consent_text_says_something", condition=~Q(body="")),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.language} {self.version}"


class Consent(TenantModel):
    """A party agreed to a text, before anything is pulled or decided."""

    application = TenantForeignKey(Application, related_name="consents")
    party = TenantForeignKey(Party, related_name="consents")
    text = TenantForeignKey(ConsentText, related_name="consents")
    agreed_at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="consent_once", fields=["organization", "party", "text"]),
        ]

    def __str__(self) -> str:
        return f"consent {self.id.hex[-8:]}"
