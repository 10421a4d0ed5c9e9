"""The log of webhooks on the desk: what was sent, what came back, and sending it again."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.enums import DeliveryStatus, EndpointStatus
from events.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from events.selectors.webhooks import attempts_of
from events.webhooks.types import NAMES
from tenancy.ids import public_id
from underwriting.desk.lists import DeskList
from underwriting.desk.place import allowed, known_or_404, organization_of
from underwriting.desk.webhook_changes import MANAGE, delivery_again
from underwriting.desk.webhook_words import came_back, delivery_state
from underwriting.desk.words import moment


class TypeFilter(admin.SimpleListFilter):
    """From the list of types: asking a growing table which there are takes ever longer."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in NAMES]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]
    ) -> QuerySet[WebhookDelivery]:
        return queryset.filter(type=self.value()) if self.value() in NAMES else queryset


class EndpointFilter(admin.SimpleListFilter):
    title = _("endpoint")
    parameter_name = "endpoint"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = WebhookEndpoint.objects.filter(organization_id=organization_of(request))
        return [(str(each.id), each.url) for each in found.order_by("url")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]
    ) -> QuerySet[WebhookDelivery]:
        wanted, known = self.value(), {key for key, _url in self.lookup_choices}
        return queryset.filter(endpoint_id=UUID(wanted)) if wanted in known else queryset


class WebhookDeliveryAdmin(DeskList[WebhookDelivery]):
    change_list_template = "admin/desk/list.html"
    list_title = _("Webhook deliveries")
    empty_words = _(
        "Nothing was sent with these filters. An endpoint’s page sends it a test message."
    )
    list_display = ("what", "where", "state", "attempts", "created")
    list_filter = ("status", TypeFilter, EndpointFilter)
    list_select_related = ("endpoint",)
    ordering = ("-id",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.again_view)
        name = "events_webhookdelivery_again"
        return [path("<uuid:delivery_id>/again/", view, name=name), *super().get_urls()]

    def again_view(self, request: HttpRequest, delivery_id: UUID) -> HttpResponse:
        known_or_404(request, WebhookDelivery.objects.all(), delivery_id)
        return delivery_again(self, request, delivery_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        delivery = self.get_object(request, object_id)
        if delivery is None or request.method == "POST":
            raise Http404
        if not self.has_view_permission(request, delivery):
            return super().change_view(request, object_id, form_url, extra_context)
        on = delivery.endpoint.status == EndpointStatus.ENABLED
        context = {
            **self.admin_site.each_context(request),
            "title": delivery.type,
            "delivery": delivery,
            "state": delivery_state(delivery),
            "figures": _figures(delivery, on=on),
            "payload": json.dumps(json.loads(delivery.payload), ensure_ascii=False, indent=1),
            "attempts": [_attempt(each) for each in attempts_of(delivery)],
            "may_repeat": allowed(request, MANAGE)
            and on
            and delivery.status != DeliveryStatus.SENDING,
        }
        return TemplateResponse(request, "admin/desk/webhook_delivery.html", context)

    @admin.display(description=_("Message"))
    def what(self, delivery: WebhookDelivery) -> SafeString:
        again = gettext("sent again") if delivery.replayed else ""
        return format_html(
            '<span class="code">{}</span><span class="sub">{}</span>', delivery.type, again
        )

    @admin.display(description=_("Endpoint"))
    def where(self, delivery: WebhookDelivery) -> SafeString:
        return format_html('<span class="code">{}</span>', delivery.endpoint.url)

    @admin.display(description=_("State"))
    def state(self, delivery: WebhookDelivery) -> SafeString:
        return delivery_state(delivery)

    @admin.display(description=_("Created"), ordering="id")
    def created(self, delivery: WebhookDelivery) -> str:
        return moment(delivery.created_at)


def _figures(delivery: WebhookDelivery, *, on: bool) -> list[tuple[str, str]]:
    found = [
        (gettext("Endpoint"), delivery.endpoint.url),
        (gettext("Message"), public_id("evt", delivery.event_id)),
        (gettext("Delivery"), public_id("whd", delivery.id)),
        (gettext("Created"), moment(delivery.created_at)),
        (gettext("Closed"), moment(delivery.closed_at) if delivery.closed_at else ""),
        (gettext("Next attempt"), moment(delivery.due_at) if delivery.due_at and on else ""),
    ]
    return [(name, text) for name, text in found if text]


def _attempt(attempt: WebhookAttempt) -> dict[str, Any]:
    code = attempt.status_code
    return {
        "number": attempt.number,
        "at": moment(attempt.started_at),
        "ms": attempt.ms,
        "came": came_back(attempt),
        "tone": "good" if code is not None and 200 <= code < 300 else "bad",
        "sent": sorted(attempt.request_headers.items()),
        "received": attempt.response_headers,
        "body": attempt.response_body,
        "truncated": attempt.truncated,
    }
