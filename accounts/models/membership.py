"""Memberships: who works at which lender, as what, and up to which amount."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import UNDERWRITING_ROLES, Role
from accounts.models.user import User
from tenancy.models import TenantModel


class Membership(TenantModel):
    """One person's role at one lender. `approval_limit` is in minor units of the product's
    currency; without one an underwriter approves nothing alone."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.TextField(_("role"), choices=Role.choices)
    approval_limit = models.BigIntegerField(_("approval limit"), null=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                name="membership_one_active_a_person",
                fields=["organization", "user"],
                condition=Q(active=True),
            ),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="membership_limit_not_negative",
                condition=Q(approval_limit__isnull=True) | Q(approval_limit__gte=0),
            ),
            models.CheckConstraint(
                name="membership_limit_is_an_underwriters",
                condition=Q(approval_limit__isnull=True) | Q(role__in=UNDERWRITING_ROLES),
            ),
            models.CheckConstraint(
                name="membership_ended_agrees",
                condition=Q(active=True, ended_at__isnull=True)
                | Q(active=False, ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
