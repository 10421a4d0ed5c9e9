"""What the lists of people, partners and keys have in common."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

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
