"""What was done to a policy version, by whom and when: the only thing that moves it."""

from django.db import models
from django.db.models import Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import PolicyMove
from underwriting.models.application import HASH
from underwriting.models.policy import PolicyVersion

EXPLAINED = (PolicyMove.RETURNED, PolicyMove.CANCELLED, PolicyMove.RETIRED)
BY_PEOPLE = (PolicyMove.PUBLISHED, PolicyMove.RETURNED, PolicyMove.CANCELLED)


class PolicyStep(TenantModel):
    """One step in a version's life. A trigger carries it out or refuses it; the application has
    no right to change a version's state itself.

    `against` says what a check was made against: the content hashes of dictionary and product,
    the regulation pack, and how many errors were found.
    """

    policy_version = TenantForeignKey(PolicyVersion, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.TextField(choices=PolicyMove.choices)
    revision = models.PositiveIntegerField()
    content_hash = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    made_at = models.DateTimeField()
    note = models.TextField(default="")
    effective_from = models.DateTimeField(null=True)
    against = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="policy_step_number_once",
                fields=["organization", "policy_version", "number"],
            ),
            models.UniqueConstraint(
                name="policy_revision_saved_once",
                fields=["organization", "policy_version", "revision"],
                condition=Q(kind__in=[PolicyMove.DRAFTED, PolicyMove.SAVED]),
            ),
            models.CheckConstraint(
                name="policy_step_kind_known", condition=Q(kind__in=PolicyMove.values)
            ),
            models.CheckConstraint(
                name="policy_step_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(
                name="policy_step_has_an_actor", condition=~Q(actor_id="") & ~Q(actor_kind="")
            ),
            models.CheckConstraint(
                name="policy_step_says_why", condition=~Q(kind__in=EXPLAINED) | ~Q(note="")
            ),
            models.CheckConstraint(
                name="policy_step_of_a_person",
                condition=~Q(kind__in=BY_PEOPLE) | Q(actor_kind="user"),
            ),
            models.CheckConstraint(
                name="policy_step_says_from_when",
                condition=Q(kind=PolicyMove.PUBLISHED, effective_from__isnull=False)
                | (~Q(kind=PolicyMove.PUBLISHED) & Q(effective_from__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
