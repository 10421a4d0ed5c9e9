"""Requests already answered."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from tenancy.models import TenantModel

KEPT = timedelta(days=7)


class IdempotencyRecord(TenantModel):
    """A caller's key, the fingerprint of the body it came with, what it made and what was answered.

    The key is stored with what it made, in one transaction; the answer follows. A record without
    an answer is a request under way, or one whose process died between the two: then the next try
    makes the answer again from the subject.
    """

    scope = models.TextField()
    key = models.TextField()
    body_hash = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    status_code = models.SmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    request_id = models.TextField(default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="idempotency_key_once", fields=["organization", "scope", "key"]
            ),
            models.CheckConstraint(
                name="idempotency_subject_named", condition=Q(subject_kind__regex=r"^[a-z_]{1,40}$")
            ),
            models.CheckConstraint(
                name="idempotency_answer_whole",
                condition=Q(status_code__isnull=True, body__isnull=True)
                | Q(
                    status_code__isnull=False,
                    status_code__range=(200, 299),
                    body__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="idempotency_kept_a_week", condition=Q(expires_at__gte=F("created_at") + KEPT)
            ),
        ]
        indexes = [
            models.Index(name="idempotency_by_expiry", fields=["expires_at"]),
            models.Index(
                name="idempotency_by_subject",
                fields=["organization", "subject_kind", "subject_id"],
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.id.hex[-8:]}"
