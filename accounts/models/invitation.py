"""Invitations: how somebody becomes a member. The token is sent once and kept as a digest."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import UNDERWRITING_ROLES, Role
from tenancy.models import TenantModel


class Invitation(TenantModel):
    email = models.EmailField(_("e-mail address"))
    role = models.TextField(_("role"), choices=Role.choices)
    approval_limit = models.BigIntegerField(_("approval limit"), null=True)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            # looked up before the organization is known
            models.Index(name="invitation_by_digest", fields=["digest"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="invitation_digest_once", fields=["organization", "digest"]
            ),
            models.CheckConstraint(name="invitation_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="invitation_expires_later", condition=Q(expires_at__gt=F("created_at"))
            ),
            models.CheckConstraint(
                name="invitation_answered_once",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_limit_is_an_underwriters",
                condition=Q(approval_limit__isnull=True)
                | Q(approval_limit__gte=0, role__in=UNDERWRITING_ROLES),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
