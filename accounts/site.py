"""The desk: Django's admin as the lender's people see it."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, site
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.backends import membership_of
from accounts.desk.navigation import Group, Link, Section, menu
from accounts.middleware import DESK_LANGUAGES
from tenancy.context import current_organization_id
from tenancy.enter import reading

__all__ = ["DeskSite", "Link", "Section", "desk_site"]

READS = frozenset({"GET", "HEAD"})
Panel = Callable[[HttpRequest], Mapping[str, Any]]


class DeskSite(AdminSite):
    """Who may come in: members of a lender, and platform operators (to their own pages)."""

    site_header = _("Assay")
    site_title = _("Assay desk")
    index_title = _("Today")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.sections: list[Section] = []
        """The menu; rooms add theirs where they register their pages."""
        self.panels: list[Panel] = []
        """What the first page shows: each gives a part of its context, inside the tenant."""

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_active or not user.is_authenticated:
            return False
        return membership_of(user) is not None or user.is_superuser

    def admin_view(self, view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any) -> Any:
        """Pages that only read do so inside the lender; what writes calls a service instead."""
        return super().admin_view(_guarded(_reading_in_tenant(view)), *args, **kwargs)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        member = membership_of(request.user)
        return {
            **super().each_context(request),
            "member": member,
            "memberships": getattr(request.user, "memberships_now", []),
            "member_role": member.role_label if member else "",
            "menu": self.menu(request),
            "desk_languages": DESK_LANGUAGES,
        }

    def menu(self, request: HttpRequest) -> list[Group]:
        """The menu as this person sees it."""
        if not self.has_permission(request):
            return []
        admins = {model._meta.label_lower: admin for model, admin in self._registry.items()}
        return menu(self.sections, admins, request)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page: what waits for this person."""
        context = dict(extra_context or {})
        if membership_of(request.user) is not None:
            for panel in self.panels:
                context.update(panel(request))
        return super().index(request, context)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """allauth signs people in, second factor included; the admin's own form never shows."""
        if request.user.is_authenticated:
            return render(request, "admin/no_membership.html", status=403)
        secured: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return secured

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """allauth changes passwords; the admin's own page would skip its checks."""
        raise Http404


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Roles that must have a second factor set one up before they see anything."""

    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if needs_second_factor(request):
            messages.warning(request, _("Your role asks for a second factor: please set one up."))
            return redirect("mfa_activate_totp")
        return view(request, *args, **kwargs)

    return inside


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the person's role must have a second factor (ASSAY_REQUIRE_MFA) and has none."""
    member = membership_of(request.user)
    if member is None or member.role not in settings.ASSAY_REQUIRE_MFA:
        return False
    return not is_mfa_enabled(request.user)


def _reading_in_tenant(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in READS and current_organization_id() is not None:
            return reading(view)(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    return inside


def desk_site() -> DeskSite:
    """The one desk; Django knows it as its default admin site."""
    return cast(DeskSite, site)
