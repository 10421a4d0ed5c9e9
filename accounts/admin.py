"""Members, invitations, partners and keys on the desk: looked at here, changed by services."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.desk.changes import (
    api_key_add,
    api_key_end,
    invitation_add,
    invitation_end,
    membership_finish,
    partner_add,
    partner_end,
)
from accounts.models import ApiKey, Invitation, Membership, Partner, User
from tenancy.admin import TenantAdmin

EMPTY = "–"


def tag(kind: str, label: object) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', kind, label)


def button(name: str, row_id: object, label: object) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{name}", args=[row_id]), label)


class AccountsAdmin(TenantAdmin[Any]):
    """A list with a way to add (a form that calls a service) and one to end what is there."""

    add_permission: ClassVar[str]
    empty_value_display = EMPTY

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Whether the button shows; the page asks again."""
        return request.user.has_perm(self.add_permission)

    @admin.display(description=_("since"), ordering="created_at")
    def since(self, row: Any) -> str:
        """The day is enough in a list."""
        return date_format(row.created_at, "SHORT_DATE_FORMAT")

    def ending(self, name: str, page: Any) -> list[URLPattern]:
        """The address of the page that ends a row, before Django's own."""
        view = self.admin_site.admin_view(page(self))
        return [path(f"<uuid:row_id>/{name}/", view, name=f"accounts_{name}"), *super().get_urls()]


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


@admin.register(ApiKey)
class ApiKeyAdmin(AccountsAdmin):
    add_permission = "accounts.manage_api_keys"
    list_display = ("name", "beginning", "partner", "may", "state", "last_used_at", "end")
    exclude = ("digest",)
    list_select_related = ("partner",)
    ordering = ("-created_at",)

    def get_urls(self) -> list[URLPattern]:
        return self.ending("api_key_revoke", api_key_end)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return api_key_add(self, request)

    @admin.display(description=_("Begins with"), ordering="prefix")
    def beginning(self, key: ApiKey) -> SafeString:
        return format_html('<span class="code">{}…</span>', key.prefix)

    @admin.display(description=_("May"))
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description=_("State"), ordering="revoked_at")
    def state(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return tag("quiet", _("Revoked"))
        if key.expires_at and key.expires_at <= timezone.now():
            return tag("quiet", _("Expired"))
        return tag("good", _("Active"))

    @admin.display(description="")
    def end(self, key: ApiKey) -> SafeString | str:
        return "" if key.revoked_at else button("accounts_api_key_revoke", key.pk, _("Revoke"))


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
