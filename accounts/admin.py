"""Members, invitations, partners and keys on the desk: looked at here, changed by services."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest

from accounts.models import ApiKey, Invitation, Membership, Partner, User
from tenancy.admin import TenantAdmin


@admin.register(Membership)
class MembershipAdmin(TenantAdmin[Membership]):
    list_display = ("user", "role", "approval_limit", "active", "created_at", "ended_at")
    list_filter = ("active", "role")
    list_select_related = ("user",)
    ordering = ("-active", "role", "created_at")


@admin.register(Invitation)
class InvitationAdmin(TenantAdmin[Invitation]):
    list_display = ("email", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    exclude = ("digest",)
    ordering = ("-created_at",)


@admin.register(Partner)
class PartnerAdmin(TenantAdmin[Partner]):
    list_display = ("name", "slug", "kind", "active", "created_at")
    ordering = ("name",)


@admin.register(ApiKey)
class ApiKeyAdmin(TenantAdmin[ApiKey]):
    list_display = (
        "name",
        "prefix",
        "partner",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    exclude = ("digest",)
    list_select_related = ("partner",)
    ordering = ("-created_at",)


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
