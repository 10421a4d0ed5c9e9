from django.db import models
from django.db.models import Q

from events.models.event import HEX_HASH
from tenancy.models import Organization, TenantModel


class ChainHead(models.Model):
    """The last link of an organization's chain, made with the organization by a trigger.

    `events_append` locks it, so that numbers have no gaps; the application may only read it.
    """

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    sequence = models.BigIntegerField(default=0)
    hash = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="chain_head_not_negative", condition=Q(sequence__gte=0)),
            models.CheckConstraint(
                name="chain_head_hash_is_sha256", condition=Q(hash__regex=HEX_HASH)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} at {self.sequence}"


class Checkpoint(TenantModel):
    """A signature over a chain's head: what was sealed cannot be written anew by the owner."""

    sequence = models.BigIntegerField()
    hash = models.TextField()
    at = models.DateTimeField()
    public_key = models.TextField()
    signature = models.TextField()

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                name="checkpoint_once_per_sequence", fields=["organization", "sequence"]
            ),
            models.CheckConstraint(
                name="checkpoint_sequence_positive", condition=Q(sequence__gte=1)
            ),
            models.CheckConstraint(
                name="checkpoint_is_hexadecimal",
                condition=Q(
                    hash__regex=HEX_HASH,
                    public_key__regex=HEX_HASH,
                    signature__regex=r"^[0-9a-f]{128}$",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} sealed at {self.sequence}"
