"""Connectors set up for a product, version by version; a live lender's test twin gets the stub."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from accounts.selectors.memberships import authority
from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from scoring.models import Product
from scoring.selectors.twins import twin_id
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.enums import Mode
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid
from tenancy.ids import new_id
from tenancy.selectors import organization_current
from tenancy.vault import seal_own
from underwriting.connectors.contract import Kind
from underwriting.connectors.settings import STUB, ConnectorSettings, problems_of
from underwriting.models import ConnectorSetting
from underwriting.selectors.connectors import secret_aad, secret_of
from underwriting.selectors.terms import product_terms
from underwriting.services.consents import consent_text_present

MANAGE = "underwriting.manage_connectors"


def connector_set(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    document: Mapping[str, Any],
    secret: str | None = None,
) -> ConnectorSetting:
    """A new version, in force at once; `enabled` false ends the use of its kind.

    `secret` is the whole value of the secret header, kept sealed and shown to nobody again; without
    one the last version's stays, as long as the address does. A live lender's test twin gets the
    same settings with the stub behind them. Raises Invalid with everything wrong with the document,
    Forbidden, Conflict (`test_only`) for the stub in a live organization.
    """
    settings = _parsed(document)
    with enter(organization_id):
        _refuse_without(organization_id, actor)
        organization = organization_current()
        if settings.connector == STUB and organization.mode != Mode.TEST:
            raise Conflict("the stub answers in test mode only", code="test_only")
        setting = _stored(organization_id, actor, product_slug, settings, secret)
    if organization.mode == Mode.LIVE:
        _copy_to_twin(organization_id, actor, product_slug, settings)
    return setting


def _copy_to_twin(
    organization_id: UUID, actor: Actor, product_slug: str, settings: ConnectorSettings
) -> None:
    """A transaction of its own; nothing where the twin has no such product."""
    twin = twin_id(organization_id)
    if twin is None:
        return
    with enter(twin):
        if Product.objects.filter(organization_id=twin, slug=product_slug).exists():
            _stored(twin, actor, product_slug, settings.as_stub(), None)


def _stored(
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    settings: ConnectorSettings,
    secret: str | None,
) -> ConnectorSetting:
    """The row, the consent text it needs, the event. Inside the caller's `enter`."""
    terms = product_terms(organization_id, product_slug)
    _refuse_unknown_fields(settings, terms.terms.dictionary)
    Product.objects.select_for_update().get(organization_id=organization_id, id=terms.product_id)
    before = (
        ConnectorSetting.objects.filter(
            organization_id=organization_id, product_id=terms.product_id, kind=settings.kind
        )
        .order_by("-number")
        .first()
    )
    setting = ConnectorSetting(
        id=new_id(),
        organization_id=organization_id,
        product_id=terms.product_id,
        kind=settings.kind,
        number=before.number + 1 if before else 1,
        connector=settings.connector,
        inquiry=settings.inquiry,
        purpose=settings.purpose,
        enabled=settings.enabled,
        document=settings.canonical().decode(),
        content_hash=settings.content_hash,
        made_at=now(organization_id),
        made_by=actor.id,
    )
    kept = secret or _secret_kept(before, settings)
    if kept:
        setting.secret = seal_own(organization_id, kept.encode(), secret_aad(setting.id))
    setting.save(force_insert=True)
    if settings.kind == Kind.BUREAU:
        consent_text_present(organization_id, actor, "bureau_inquiry")
    event_record(
        organization_id=organization_id,
        actor=actor,
        type="connector.set",
        subject=("connector_setting", setting.id),
        data={"kind": setting.kind, "number": setting.number, "content": setting.content_hash},
    )
    return setting


def _secret_kept(before: ConnectorSetting | None, settings: ConnectorSettings) -> str | None:
    """A secret goes where it was meant to go: another address needs it given again."""
    if before is None or settings.http is None:
        return None
    http = ConnectorSettings.parse(before.document).http
    return secret_of(before) if http and http.url == settings.http.url else None


def _parsed(document: Mapping[str, Any]) -> ConnectorSettings:
    try:
        return ConnectorSettings.parse(document)
    except ValidationError as error:
        raise Invalid(
            [FieldError(pointer, "connector", text) for pointer, text in problems_of(error)]
        ) from None


def _refuse_unknown_fields(settings: ConnectorSettings, dictionary: Dictionary) -> None:
    """A bureau fills fields of a party that the dictionary knows from a bureau, and no others."""
    fit = {
        field.name
        for field in dictionary.decision_fields("party")
        if field.known == Kind.BUREAU.value
    }
    errors = [
        FieldError(f"/fields/{name}", "connector", "no field of a party known from a bureau")
        for name in settings.fields
        if name not in fit
    ]
    if errors:
        raise Invalid(errors)


def _refuse_without(organization_id: UUID, actor: Actor) -> None:
    """The system sets up demonstrations; a person needs the right to."""
    if actor.kind != "user":
        return
    found = authority(organization_id, actor.id)
    if found is None or MANAGE not in found.permissions:
        raise Forbidden("this takes the right to manage connectors", code="permission")
