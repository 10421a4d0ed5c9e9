"""Webhook endpoints on the desk: where messages go, how they do, and what was sent lately."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Partner
from events.enums import EndpointStatus
from events.models import WebhookDelivery, WebhookEndpoint
from underwriting.desk.lists import DeskList
from underwriting.desk.place import allowed
from underwriting.desk.webhook_changes import MANAGE, endpoint_add, pages
from underwriting.desk.webhook_words import delivery_state, endpoint_state
from underwriting.desk.words import NOTHING, moment

LATELY = 20


class WebhookEndpointAdmin(DeskList[WebhookEndpoint]):
    change_list_template = "admin/desk/list.html"
    list_title = _("Webhooks")
    empty_words = _(
        "Nobody is told of anything yet. Add an endpoint: its system then hears of applications,"
        " decisions and offers as they happen."
    )
    list_display = ("address", "hears", "state", "since")
    ordering = ("-created_at",)

    def get_urls(self) -> list[URLPattern]:
        view, called = self.admin_site.admin_view, "events_webhookendpoint"
        return [
            *(
                path(f"<uuid:endpoint_id>/{name}/", view(page), name=f"{called}_{name}")
                for name, page in pages(self).items()
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        return super().get_queryset(request).exclude(status=EndpointStatus.DELETED)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        names = partner_names(self.get_queryset(request))

        @admin.display(description=_("Partner"))
        def partner(endpoint: WebhookEndpoint) -> str:
            return names.get(endpoint.partner_id, NOTHING)

        first, *others = self.list_display
        return [first, partner, *others]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Whether the button shows; the page asks again."""
        return allowed(request, MANAGE)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return endpoint_add(self, request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        endpoint = self.get_object(request, object_id)
        if endpoint is None or request.method == "POST":
            raise Http404
        if not self.has_view_permission(request, endpoint):
            return super().change_view(request, object_id, form_url, extra_context)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Webhook endpoint"),
            "endpoint": endpoint,
            "state": endpoint_state(endpoint),
            "on": endpoint.status == EndpointStatus.ENABLED,
            "figures": _figures(endpoint),
            "deliveries": _lately(endpoint),
            "may_manage": allowed(request, MANAGE),
        }
        return TemplateResponse(request, "admin/desk/webhook.html", context)

    @admin.display(description=_("Address"), ordering="url")
    def address(self, endpoint: WebhookEndpoint) -> SafeString:
        return format_html(
            '<span class="code">{}</span><span class="sub">{}</span>',
            endpoint.url,
            endpoint.description,
        )

    @admin.display(description=_("Types"))
    def hears(self, endpoint: WebhookEndpoint) -> SafeString:
        return format_html('<span class="code">{}</span>', ", ".join(endpoint.types))

    @admin.display(description=_("State"), ordering="status")
    def state(self, endpoint: WebhookEndpoint) -> SafeString:
        return endpoint_state(endpoint)

    @admin.display(description=_("Since"), ordering="created_at")
    def since(self, endpoint: WebhookEndpoint) -> str:
        return moment(endpoint.created_at)


def partner_names(endpoints: QuerySet[WebhookEndpoint]) -> dict[Any, str]:
    """Names of the partners whose endpoints these are."""
    ids = endpoints.filter(partner_id__isnull=False).values_list("partner_id", flat=True)
    return dict(Partner.objects.filter(id__in=list(ids)).values_list("id", "name"))


def _figures(endpoint: WebhookEndpoint) -> list[tuple[str, str]]:
    one = WebhookEndpoint.objects.filter(organization_id=endpoint.organization_id, id=endpoint.id)
    found = [
        (gettext("Partner"), partner_names(one).get(endpoint.partner_id, "")),
        (gettext("Types"), ", ".join(endpoint.types)),
        (gettext("API version"), endpoint.version),
        (gettext("Is written to"), endpoint.contact or gettext("Owners and developers")),
        (gettext("Since"), moment(endpoint.created_at)),
        (gettext("Switched off"), moment(endpoint.disabled_at)),
        (gettext("Failing since"), moment(endpoint.failing_since)),
        (gettext("Two secrets sign until"), moment(endpoint.former_until)),
    ]
    return [(name, text) for name, text in found if text and text != NOTHING]


def _lately(endpoint: WebhookEndpoint) -> list[dict[str, Any]]:
    found = WebhookDelivery.objects.filter(
        organization_id=endpoint.organization_id, endpoint_id=endpoint.id
    ).order_by("-id")[:LATELY]
    return [
        {
            "url": reverse("admin:events_webhookdelivery_change", args=[each.id]),
            "type": each.type,
            "state": delivery_state(each),
            "attempts": each.attempts,
            "created": moment(each.created_at),
            "next": moment(each.due_at) if endpoint.status == EndpointStatus.ENABLED else NOTHING,
        }
        for each in found
    ]
