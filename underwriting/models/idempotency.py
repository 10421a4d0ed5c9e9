"""Requests already answered."""

from django.db import models

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.models.application import Application


class IdempotencyRecord(TenantModel):
    """A caller's key, the fingerprint of the body it came with, and the application it made."""

    scope = models.TextField()
    key = models.TextField()
    body_hash = models.TextField()
    application = TenantForeignKey(Application, related_name="idempotency_records")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="idempotency_key_once", fields=["organization", "scope", "key"]
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.id.hex[-8:]}"
