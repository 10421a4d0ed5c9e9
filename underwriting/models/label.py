"""What a sender wrote beside an application, so that it can be found by it."""

from django.db import models

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.models.application import Application


class ApplicationLabel(TenantModel):
    """One pair of an application's `metadata`. Written by the database alone, with the
    application: an index over the JSON itself is not used under row-level security.
    """

    application = TenantForeignKey(Application, related_name="labels")
    name = models.TextField()
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="application_label_once",
                fields=["organization", "name", "value", "application"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
