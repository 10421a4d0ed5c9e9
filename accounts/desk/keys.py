"""What owners and developers do to keys: make, change, rotate, retire, revoke."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.desk.changes import KEYS, Admin, View, confirm, named, place_of
from accounts.desk.key_forms import ApiKeyForm, KeyChangeForm, RotationForm, change_initial
from accounts.desk.pages import ServicePage
from accounts.models import ApiKey, Partner
from accounts.services.api_keys import (
    api_key_change,
    api_key_create,
    api_key_retire,
    api_key_revoke,
    api_key_rotate,
)
from tenancy.enter import enter
from tenancy.ids import public_id


def api_key_add(admin: Admin, request: HttpRequest) -> HttpResponse:
    """The one page that shows a raw secret, in the answer that made it."""
    here = place_of(request)
    partners = _partners(request, here["organization_id"])

    def create(data: dict[str, Any]) -> HttpResponse:
        data["partner"] = partners.get(data["partner"])
        data["expires_at"] = data.pop("expires_on")
        key, raw = api_key_create(**here, **data)
        return _once(page, request, key, raw)

    choices = [(str(partner.id), partner.name) for partner in partners.values()]
    page = ServicePage(
        admin=admin,
        permission=KEYS,
        form=ApiKeyForm(request.POST or None, partners=choices),
        call=create,
        title=_("Make an API key"),
        button=_("Make the key"),
        done="",
    )
    return page.answer(request)


def api_key_turn(admin: Admin) -> View:
    """Rotation: a new secret, shown once, beside the one before it."""

    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        def rotate(data: dict[str, Any]) -> HttpResponse:
            key, raw = api_key_rotate(
                **place_of(request), api_key_id=row_id, overlap=data["overlap"]
            )
            return _once(page, request, key, raw)

        page = ServicePage(
            admin=admin,
            permission=KEYS,
            form=RotationForm(request.POST or None),
            call=rotate,
            title=_("Rotate this key"),
            button=_("Make a new secret"),
            done="",
            lead=_("A secret that was still retiring from the last rotation ends now."),
            extra={"named": named(admin, request)},
        )
        return page.answer(request)

    return view


def api_key_alter(admin: Admin) -> View:
    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        def change(data: dict[str, Any]) -> None:
            api_key_change(**place_of(request), api_key_id=row_id, **data)

        return ServicePage(
            admin=admin,
            permission=KEYS,
            form=_change_form(admin, request, row_id),
            call=change,
            title=_("Change this key"),
            button=_("Save"),
            done=_("The key was changed. It holds from its next request on."),
            lead=_("Scopes and the partner stay: what may do something else is another key."),
        ).answer(request)

    return view


def _change_form(admin: Admin, request: HttpRequest, row_id: UUID) -> KeyChangeForm:
    """The key as it is, or what was typed; one that is not in use here is not found."""
    if request.method == "POST":
        return KeyChangeForm(request.POST)
    key = admin.get_queryset(request).filter(pk=row_id, revoked_at__isnull=True).first()
    if key is None:
        raise Http404
    return KeyChangeForm(initial=change_initial(key))


def api_key_settle(admin: Admin) -> View:
    """The end of an overlap, earlier than was said."""
    return _asked_once(
        admin,
        api_key_retire,
        title=_("End the secret that is retiring?"),
        lead=_("Whatever still uses it is refused from the next request on."),
        button=_("End it now"),
        done=_("Only the new secret works now."),
    )


def api_key_end(admin: Admin) -> View:
    return _asked_once(
        admin,
        api_key_revoke,
        title=_("Revoke this key?"),
        lead=_("Whatever uses it is refused from the next request on. This cannot be undone."),
        button=_("Revoke"),
        done=_("The key was revoked."),
    )


def _asked_once(admin: Admin, service: Callable[..., None], **words: str) -> View:
    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        def run() -> None:
            service(**place_of(request), api_key_id=row_id)

        return confirm(admin, request, KEYS, run, **words)

    return view


def _once(page: ServicePage, request: HttpRequest, key: ApiKey, raw: str) -> HttpResponse:
    return page.page(
        request,
        "admin/key_once.html",
        key=key,
        raw=raw,
        client_id=public_id("key", key.id) if key.kind == "client" else "",
        token_url=f"{settings.ASSAY_BASE_URL}/v1/oauth/token",
        title=_("Your key"),
    )


def _partners(request: HttpRequest, organization_id: UUID) -> dict[str, Partner]:
    """Partners a key can be made for, by id. Pages that are shown read in their tenant already."""
    found = Partner.objects.filter(organization_id=organization_id, active=True).order_by("name")
    if request.method != "POST":
        return {str(partner.id): partner for partner in found}
    with enter(organization_id, read_only=True):
        return {str(partner.id): partner for partner in found}
