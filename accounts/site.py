"""The desk: Django's admin as the lender's people see it."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts.backends import membership_of
from tenancy.context import current_organization_id
from tenancy.enter import reading

READS = frozenset({"GET", "HEAD"})


class DeskSite(AdminSite):
    """Who may come in: members of a lender, and platform operators (to their own pages)."""

    site_header = _("Assay")
    site_title = _("Assay desk")
    index_title = _("Today")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_active or not user.is_authenticated:
            return False
        return membership_of(user) is not None or user.is_superuser

    def admin_view(self, view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any) -> Any:
        """Pages that only read do so inside the lender; what writes calls a service instead."""
        return super().admin_view(_reading_in_tenant(view), *args, **kwargs)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        member = membership_of(request.user)
        return {
            **super().each_context(request),
            "member": member,
            "memberships": getattr(request.user, "memberships_now", []),
        }

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """allauth signs people in, second factor included; the admin's own form never shows."""
        if request.user.is_authenticated:
            raise Http404
        secured: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return secured

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """allauth changes passwords; the admin's own page would skip its checks."""
        raise Http404


def _reading_in_tenant(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in READS and current_organization_id() is not None:
            return reading(view)(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    return inside
