"""Members, invitations, partners and keys on the desk: looked at here, changed by services."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.desk.changes import (
    invitation_add,
    invitation_end,
    membership_finish,
    partner_add,
    partner_end,
)
from accounts.desk.key_admin import ApiKeyAdmin
from accounts.desk.listing import EMPTY, AccountsAdmin, button, tag
from accounts.desk.request_admin import ApiRequestAdmin
from accounts.models import ApiKey, ApiRequest, Invitation, Membership, Partner, User


@admin.register(Membership)
class MembershipAdmin(AccountsAdmin):
    add_permission = "accounts.manage_members"
    list_display = ("person", "role", "limit", "state", "since", "end")
    list_filter = ("active", "role")
    list_select_related = ("user",)
    exclude = ("approval_limit",)
    readonly_fields = ("limit",)
    ordering = ("-active", "role", "created_at")

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nobody is added unasked: they are invited."""
        return redirect("admin:accounts_invitation_add")

    def get_urls(self) -> list[URLPattern]:
        return self.ending("membership_end", membership_finish)

    @admin.display(description=_("Person"), ordering="user__name")
    def person(self, membership: Membership) -> SafeString:
        user = membership.user
        return format_html("{}<br><span class='sub'>{}</span>", user.display_name, user.email)

    @admin.display(description=_("Approves alone up to"), ordering="approval_limit")
    def limit(self, membership: Membership) -> str:
        return limit_text(membership.approval_limit)

    @admin.display(description=_("State"), ordering="-active")
    def state(self, membership: Membership) -> SafeString:
        return tag("good", _("Active")) if membership.active else tag("quiet", _("Ended"))

    @admin.display(description="")
    def end(self, membership: Membership) -> SafeString | str:
        if not membership.active:
            return ""
        return button("accounts_membership_end", membership.pk, _("End"))


@admin.register(Invitation)
class InvitationAdmin(AccountsAdmin):
    add_permission = "accounts.manage_members"
    list_display = ("email", "role", "limit", "state", "created_at", "expires_at", "end")
    exclude = ("digest", "approval_limit")
    readonly_fields = ("limit",)
    ordering = ("-created_at",)

    def get_urls(self) -> list[URLPattern]:
        return self.ending("invitation_revoke", invitation_end)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return invitation_add(self, request)

    @admin.display(description=_("Approves alone up to"), ordering="approval_limit")
    def limit(self, invitation: Invitation) -> str:
        return limit_text(invitation.approval_limit)

    @admin.display(description=_("State"))
    def state(self, invitation: Invitation) -> SafeString:
        if invitation.accepted_at:
            return tag("good", _("Accepted"))
        if invitation.revoked_at:
            return tag("quiet", _("Withdrawn"))
        if invitation.expires_at <= timezone.now():
            return tag("quiet", _("Expired"))
        return tag("info", _("Open"))

    @admin.display(description="")
    def end(self, invitation: Invitation) -> SafeString | str:
        if invitation.accepted_at or invitation.revoked_at:
            return ""
        return button("accounts_invitation_revoke", invitation.pk, _("Withdraw"))


@admin.register(Partner)
class PartnerAdmin(AccountsAdmin):
    add_permission = "accounts.manage_partners"
    list_display = ("name", "slug", "kind", "state", "since", "end")
    list_filter = ("active", "kind")
    ordering = ("name",)

    def get_urls(self) -> list[URLPattern]:
        return self.ending("partner_deactivate", partner_end)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return partner_add(self, request)

    @admin.display(description=_("State"), ordering="-active")
    def state(self, partner: Partner) -> SafeString:
        return tag("good", _("Active")) if partner.active else tag("quiet", _("Ended"))

    @admin.display(description="")
    def end(self, partner: Partner) -> SafeString | str:
        if not partner.active:
            return ""
        return button("accounts_partner_deactivate", partner.pk, _("End"))


admin.site.register(ApiKey, ApiKeyAdmin)
admin.site.register(ApiRequest, ApiRequestAdmin)


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """For platform operators only: lenders see their members instead."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name", "language")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser", "last_login")}),
    )
    readonly_fields = ("last_login", "email")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are deactivated: their decisions keep pointing at them."""
        return False


def limit_text(minor_units: int | None) -> str:
    """An approval limit for people: whole units, cents only where there are some."""
    if minor_units is None:
        return EMPTY
    whole, cents = divmod(minor_units, 100)
    return f"{whole:,}.{cents:02}" if cents else f"{whole:,}"
