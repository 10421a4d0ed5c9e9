from django.db import models
from django.db.models import Q

from events.actor import KINDS
from tenancy.models import TenantModel

HEX_HASH = r"^[0-9a-f]{64}$"
REQUEST_ID = r"^[A-Za-z0-9_.-]{8,64}$"


class Event(TenantModel):
    """One thing that happened: audit record, outbox and webhook source.

    Rows come from the database function `events_append` alone, which numbers and chains them;
    nobody may insert, change or remove one. `data` is the canonical text that was hashed.
    `request_id` names the request that caused it, where one did; it is not part of the hash.
    """

    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    type = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    data = models.TextField()
    previous_hash = models.TextField()
    hash = models.TextField()
    request_id = models.TextField(null=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                name="event_sequence_once", fields=["organization", "sequence"]
            ),
            models.CheckConstraint(name="event_sequence_positive", condition=Q(sequence__gte=1)),
            models.CheckConstraint(
                name="event_actor_kind_known", condition=Q(actor_kind__in=KINDS)
            ),
            models.CheckConstraint(
                name="event_type_is_dotted",
                condition=Q(type__regex=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"),
            ),
            models.CheckConstraint(
                name="event_hash_is_sha256",
                condition=Q(hash__regex=HEX_HASH, previous_hash__regex=HEX_HASH),
            ),
            models.CheckConstraint(
                name="event_request_id_formed",
                condition=Q(request_id__isnull=True) | Q(request_id__regex=REQUEST_ID),
            ),
        ]
        indexes = [
            models.Index(
                name="event_by_subject",
                fields=["organization", "subject_id", "sequence"],
            ),
            models.Index(
                name="event_by_request",
                fields=["organization", "request_id"],
                condition=Q(request_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type}"
