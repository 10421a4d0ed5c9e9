"""What would have got an applicant approved, as it was found and for how long it is honoured."""

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import PathStatus
from underwriting.models.application import FINGERPRINT, Application
from underwriting.models.customer import Customer
from underwriting.models.decision import Decision


class ApprovalPath(TenantModel):
    """The smallest change found for one adverse decision; what it says is not rewritten.

    `document` names facts and is emptied by erasure alone; `content_hash` is its fingerprint under
    the customer's salt. Until `honoured_until` an application that does as it says is decided by
    what the decision pinned. `customer` is the first party's.
    """

    application = TenantForeignKey(Application, related_name="paths")
    decision = TenantForeignKey(Decision, related_name="paths")
    customer = TenantForeignKey(Customer, related_name="paths")
    status = models.TextField(choices=PathStatus.choices)
    document = models.TextField(null=True)
    content_hash = models.TextField()
    computed_at = models.DateTimeField()
    honoured_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="path_once_a_decision", fields=["organization", "decision"]
            ),
            models.CheckConstraint(
                name="path_status_known", condition=Q(status__in=PathStatus.values)
            ),
            models.CheckConstraint(
                name="path_found_says_until_when",
                condition=Q(
                    status=PathStatus.FOUND,
                    honoured_until__isnull=False,
                    honoured_until__gt=F("computed_at"),
                )
                | (~Q(status=PathStatus.FOUND) & Q(honoured_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="path_hash_formed", condition=Q(content_hash__regex=FINGERPRINT)
            ),
        ]
        indexes = [
            models.Index(
                name="path_honoured",
                fields=["organization", "customer", "honoured_until"],
                condition=Q(status=PathStatus.FOUND),
            ),
        ]

    def __str__(self) -> str:
        return f"path {self.id.hex[-8:]}"

    @cached_property
    def document_data(self) -> dict[str, Any]:
        """What was found; empty once the person is erased."""
        data: dict[str, Any] = json.loads(self.document or "{}")
        return data
