"""What is changed about webhooks on the desk: each page one form and one service."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm, ServiceForm
from accounts.desk.pages import ServicePage
from accounts.models import Partner
from accounts.versions import latest
from events.models import WebhookEndpoint
from events.services.endpoints import (
    endpoint_change,
    endpoint_create,
    endpoint_delete,
    endpoint_disable,
    endpoint_enable,
    secret_rotate,
    webhook_test,
)
from events.services.replays import deliveries_replay, delivery_replay
from tenancy.enter import enter
from underwriting.desk.place import allowed, organization_of
from underwriting.desk.webhook_forms import (
    EnableForm,
    EndpointForm,
    NewEndpointForm,
    ReplayForm,
    RotationForm,
)

MANAGE = "events.manage_webhooks"
Admin = ModelAdmin[Any]
View = Callable[..., HttpResponse]
ONCE = "admin/desk/secret_once.html"


def pages(admin: Admin) -> dict[str, View]:
    """The pages about one endpoint, by the end of their address."""
    makers = {
        "edit": _edit,
        "rotate": _rotate,
        "test": _test,
        "replay": _replay,
        "disable": _disable,
        "enable": _enable,
        "remove": _remove,
    }
    return {name: _about_one(admin, make) for name, make in makers.items()}


def _about_one(admin: Admin, make: Callable[[Admin, HttpRequest, WebhookEndpoint], Any]) -> View:
    def view(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
        if not allowed(request, MANAGE):
            raise PermissionDenied
        page: ServicePage = make(admin, request, _endpoint(admin, request, endpoint_id))
        return page.answer(request)

    return view


def endpoint_add(admin: Admin, request: HttpRequest) -> HttpResponse:
    """The page that shows the first secret, in the answer that made it."""
    if not allowed(request, MANAGE):
        raise PermissionDenied
    form = NewEndpointForm(_posted(request), partners=_partners(request))

    def create(data: dict[str, Any]) -> HttpResponse:
        partner = data.pop("partner")
        _made, secret = endpoint_create(
            **place_of(request),
            **data,
            version=latest(),
            partner_id=UUID(partner) if partner else None,
        )
        return page.page(request, ONCE, secret=secret, title=_("The endpoint’s secret"))

    page = ServicePage(
        admin=admin,
        permission=MANAGE,
        form=form,
        call=create,
        title=_("Add a webhook endpoint"),
        lead=_("It hears of what happens from now on."),
        button=_("Add"),
        done="",
    )
    return page.answer(request)


def delivery_again(admin: Admin, request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send one message again."""
    return ServicePage(
        admin=admin,
        permission=MANAGE,
        form=ConfirmForm(_posted(request)),
        call=lambda _data: _nothing(delivery_replay(**place_of(request), delivery_id=delivery_id)),
        title=_("Send this message again?"),
        lead=_(
            "It keeps its id, so that a careful receiver takes it once. One that still waits is"
            " sent at once."
        ),
        button=_("Send again"),
        done=_("It is on its way."),
    ).answer(request)


def _edit(admin: Admin, request: HttpRequest, endpoint: WebhookEndpoint) -> ServicePage:
    names = ("url", "types", "description", "contact")
    initial = {name: getattr(endpoint, name) for name in names}
    return _page(
        admin,
        request,
        endpoint,
        form=EndpointForm(_posted(request), initial=initial),
        call=lambda data: _nothing(endpoint_change(**_place(request, endpoint), changes=data)),
        title=_("Change the endpoint"),
        button=_("Save"),
        done=_("Saved. What waits goes to the new address too."),
    )


def _rotate(admin: Admin, request: HttpRequest, endpoint: WebhookEndpoint) -> ServicePage:
    form = RotationForm(_posted(request))

    def rotate(_data: dict[str, Any]) -> HttpResponse:
        _changed, secret = secret_rotate(**_place(request, endpoint), overlap=form.overlap)
        return page.page(request, ONCE, secret=secret, title=_("The endpoint’s new secret"))

    page = _page(
        admin,
        request,
        endpoint,
        form=form,
        call=rotate,
        title=_("Rotate the secret"),
        button=_("Make a new secret"),
        done="",
    )
    return page


def _test(admin: Admin, request: HttpRequest, endpoint: WebhookEndpoint) -> ServicePage:
    return _page(
        admin,
        request,
        endpoint,
        form=ConfirmForm(_posted(request)),
        call=lambda _data: _nothing(webhook_test(**_place(request, endpoint))),
        title=_("Send a test message?"),
        lead=_("A webhook.test message, signed like every other. The log shows what comes back."),
        button=_("Send"),
        done=_("The test message is on its way."),
    )


def _replay(admin: Admin, request: HttpRequest, endpoint: WebhookEndpoint) -> ServicePage:
    posted = _posted(request)
    fresh = ReplayForm.of_the_last_day(datetime.now(UTC))
    return _page(
        admin,
        request,
        endpoint,
        form=fresh if posted is None else ReplayForm(posted),
        call=lambda data: _nothing(deliveries_replay(**_place(request, endpoint), **data)),
        title=_("Send again what happened in a time"),
        lead=_(
            "Messages are made anew from what was recorded, so also what the endpoint never got."
            " What happens now does not wait for them."
        ),
        button=_("Send again"),
        done=_("They are on their way; the log shows each."),
    )


def _disable(admin: Admin, request: HttpRequest, endpoint: WebhookEndpoint) -> ServicePage:
    return _page(
        admin,
        request,
        endpoint,
        form=ConfirmForm(_posted(request)),
        call=lambda _data: _nothing(endpoint_disable(**_place(request, endpoint))),
        title=_("Switch this endpoint off?"),
        lead=_("Nothing is sent until somebody switches it on. What happens meanwhile is kept."),
        button=_("Switch off"),
        done=_("The endpoint is switched off."),
    )


def _enable(admin: Admin, request: HttpRequest, endpoint: WebhookEndpoint) -> ServicePage:
    return _page(
        admin,
        request,
        endpoint,
        form=EnableForm(_posted(request)),
        call=lambda data: _nothing(endpoint_enable(**_place(request, endpoint), **data)),
        title=_("Switch this endpoint on?"),
        button=_("Switch on"),
        done=_("The endpoint is switched on."),
    )


def _remove(admin: Admin, request: HttpRequest, endpoint: WebhookEndpoint) -> ServicePage:
    return _page(
        admin,
        request,
        endpoint,
        form=ConfirmForm(_posted(request)),
        call=lambda _data: endpoint_delete(**_place(request, endpoint)),
        title=_("Delete this endpoint?"),
        lead=_("Nothing more is sent to it and its secret is destroyed. This cannot be undone."),
        button=_("Delete"),
        done=_("The endpoint was deleted."),
        button_class="bad",
    )


def _page(
    admin: Admin,
    request: HttpRequest,
    endpoint: WebhookEndpoint,
    *,
    form: ServiceForm,
    call: Callable[[dict[str, Any]], HttpResponse | None],
    button_class: str = "",
    **words: str,
) -> ServicePage:
    extra = {"named": endpoint.url, "button_class": button_class}
    return ServicePage(admin=admin, permission=MANAGE, form=form, call=call, extra=extra, **words)


def _endpoint(admin: Admin, request: HttpRequest, endpoint_id: UUID) -> WebhookEndpoint:
    """This lender's, and none that was deleted. What is posted has no transaction of its own."""
    rows = admin.get_queryset(request).filter(id=endpoint_id)
    if request.method != "POST":
        found = rows.first()
    else:
        with enter(organization_of(request), read_only=True):
            found = rows.first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def _partners(request: HttpRequest) -> list[Any]:
    organization_id = organization_of(request)
    found = Partner.objects.filter(organization_id=organization_id, active=True).order_by("name")
    if request.method != "POST":
        return [(str(partner.id), partner.name) for partner in found]
    with enter(organization_id, read_only=True):
        return [(str(partner.id), partner.name) for partner in found]


def _place(request: HttpRequest, endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {**place_of(request), "endpoint_id": endpoint.id}


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _nothing(_done: object) -> None:
    """The list shows what became of it."""
