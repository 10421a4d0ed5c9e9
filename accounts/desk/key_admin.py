"""Keys on the desk: what each may, from where, how often, and whether its secrets are in use."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.desk.keys import (
    api_key_add,
    api_key_alter,
    api_key_end,
    api_key_settle,
    api_key_turn,
)
from accounts.desk.listing import EMPTY, AccountsAdmin, button, tag
from accounts.enums import Scope
from accounts.models import ApiKey
from accounts.services.rate_limits import Rate, own_rate
from tenancy.ids import public_id

PAGES = {
    "api_key_change": api_key_alter,
    "api_key_rotate": api_key_turn,
    "api_key_retire": api_key_settle,
    "api_key_revoke": api_key_end,
}


class ApiKeyAdmin(AccountsAdmin):
    add_permission = "accounts.manage_api_keys"
    list_display = ("called", "whose", "may", "state", "used", "actions_on")
    list_display_links = ("called",)
    list_select_related = ("partner",)
    list_filter = ("kind",)
    search_fields = ("name", "prefix", "retiring_prefix")
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-created_at",)
    fields = (
        "name", "kind", "client_id", "beginning", "whose", "may", "state", "version",
        "addresses", "rate", "used", "created", "expires", "requests", "actions_on",
    )  # fmt: skip
    readonly_fields = (
        "client_id", "beginning", "whose", "may", "state", "addresses", "rate", "used", "created",
        "expires", "requests", "actions_on",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(
                f"<uuid:row_id>/{name}/",
                self.admin_site.admin_view(page(self)),
                name=f"accounts_{name}",
            )
            for name, page in PAGES.items()
        ]
        return [*pages, *super().get_urls()]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return api_key_add(self, request)

    @admin.display(description=_("Key"), ordering="name")
    def called(self, key: ApiKey) -> SafeString:
        """By its name, and by how its secrets begin."""
        return format_html('{}<br><span class="sub">{}</span>', key.name, self.beginning(key))

    @admin.display(description=_("Id"))
    def client_id(self, key: ApiKey) -> SafeString:
        """As the API, the log and an OAuth 2 client name it."""
        return format_html('<span class="code">{}</span>', public_id("key", key.id))

    @admin.display(description=_("Begins with"))
    def beginning(self, key: ApiKey) -> SafeString:
        """Both secrets, while two overlap."""
        shown = format_html('<span class="code">{}…</span>', key.prefix)
        if not retiring(key):
            return shown
        until = gettext("retires %(when)s") % {"when": short_moment(key.retires_at)}
        return format_html(
            '{}<br><span class="code">{}…</span> {}',
            shown,
            key.retiring_prefix,
            until,
        )

    @admin.display(description=_("Partner"), ordering="partner__name")
    def whose(self, key: ApiKey) -> SafeString | str:
        if key.partner is None:
            return EMPTY
        address = reverse("admin:accounts_partner_change", args=[key.partner.pk])
        return format_html('<a href="{}">{}</a>', address, key.partner.name)

    @admin.display(description=_("May"))
    def may(self, key: ApiKey) -> SafeString | str:
        if set(key.scopes) == set(Scope.values):
            return gettext("Everything")
        return format_html_join(" ", '<span class="code">{}</span>', ((s,) for s in key.scopes))

    @admin.display(description=_("State"), ordering="revoked_at")
    def state(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return tag("quiet", _("Revoked"))
        if key.expires_at and key.expires_at <= timezone.now():
            return tag("quiet", _("Expired"))
        if retiring(key):
            return tag("info", _("Rotating"))
        return tag("good", _("Active"))

    @admin.display(description=_("Last used"), ordering="last_used_at")
    def used(self, key: ApiKey) -> SafeString | str:
        """When, and from which neighbourhood; of two secrets, each."""
        lines = [short_moment(key.last_used_at)]
        if key.last_used_from:
            lines.append(gettext("from %(where)s") % {"where": key.last_used_from})
        if retiring(key):
            when = short_moment(key.retiring_used_at)
            lines.append(gettext("the retiring one: %(when)s") % {"when": when})
        return format_html(
            "{}{}",
            lines[0],
            format_html_join(
                "", '<br><span class="sub">{}</span>', ((line,) for line in lines[1:])
            ),
        )

    @admin.display(description=_("Only from"))
    def addresses(self, key: ApiKey) -> str:
        return ", ".join(key.allowed_networks) or gettext("Everywhere")

    @admin.display(description=_("Rate"))
    def rate(self, key: ApiKey) -> str:
        rate = own_rate(key.rate_per_minute, key.burst)
        return rate_text(rate)

    @admin.display(description=_("created"))
    def created(self, key: ApiKey) -> str:
        return short_moment(key.created_at)

    @admin.display(description=_("expires"))
    def expires(self, key: ApiKey) -> str:
        return short_moment(key.expires_at)

    @admin.display(description=_("Requests"))
    def requests(self, key: ApiKey) -> SafeString:
        address = reverse("admin:accounts_apirequest_changelist")
        return format_html('<a href="{}?key={}">{}</a>', address, key.id, gettext("Its requests"))

    @admin.display(description=_("Actions"))
    def actions_on(self, key: ApiKey) -> SafeString | str:
        if key.revoked_at:
            return ""
        wanted = [("api_key_change", _("Change")), ("api_key_rotate", _("Rotate"))]
        if retiring(key):
            wanted.append(("api_key_retire", _("End the old one")))
        wanted.append(("api_key_revoke", _("Revoke")))
        links = ((button(f"accounts_{name}", key.pk, label),) for name, label in wanted)
        return format_html(
            '<span class="row-actions">{}</span>', format_html_join(" ", "{}", links)
        )


def retiring(key: ApiKey) -> bool:
    return key.retires_at is not None and key.retires_at > timezone.now()


def short_moment(moment: Any) -> str:
    """As the rest of the desk writes a moment."""
    return date_format(timezone.localtime(moment), "j M Y, H:i") if moment else EMPTY


def rate_text(rate: Rate) -> str:
    words = gettext("%(rate)s a minute, %(burst)s at once")
    return words % {"rate": f"{rate.per_minute:,}", "burst": f"{rate.burst:,}"}
