"""Endpoints: made, changed, switched off and on, deleted; their secrets are shown once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from events.actor import Actor
from events.enums import OPEN, DeliveryStatus, DisabledFor, EndpointStatus
from events.models import ChainHead, WebhookDelivery, WebhookEndpoint
from events.selectors.webhooks import endpoint_by_id, endpoints_of
from events.services.listening import forget_listeners
from events.services.record import event_record
from events.services.rules import rules_now
from events.services.turns import secret_aad
from events.webhooks.receivers import Refused, url_check
from events.webhooks.signatures import new_secret
from events.webhooks.types import NAMES, TEST, unknown_patterns
from tenancy import clock
from tenancy.enter import enter
from tenancy.enums import Mode
from tenancy.errors import Conflict, FieldError, Invalid
from tenancy.ids import new_id
from tenancy.selectors import organization_current
from tenancy.vault import seal_own

MOST_ENDPOINTS = 50
MOST_TYPES = 50
LONGEST_DESCRIPTION = 200
LONGEST_OVERLAP = timedelta(days=7)
OVERLAP = timedelta(hours=24)

URL_REFUSED = {
    "not_a_url": "This is no address that a message could be sent to.",
    "not_https": "Messages are sent by https only.",
    "not_public": "Messages are sent to public addresses only.",
    "port": "Messages are not sent to this port.",
}


def endpoint_create(
    *,
    organization_id: UUID,
    actor: Actor,
    url: str,
    types: Sequence[str],
    version: str,
    description: str = "",
    contact: str = "",
    partner_id: UUID | None = None,
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint, and its secret, which is never seen again. It hears of what happens from now.

    Without a partner it hears of everything of the lender; a partner's of the partner's own.
    Raises Invalid with everything wrong, Conflict (`too_many_endpoints`).
    """
    given = {"url": url, "types": list(types), "description": description, "contact": contact}
    _refuse_wrong(given)
    secret, endpoint_id = new_secret(), new_id()
    with enter(organization_id):
        if endpoints_of(organization_id, partner_id).count() >= MOST_ENDPOINTS:
            raise Conflict(f"There are {MOST_ENDPOINTS} already.", code="too_many_endpoints")
        head = ChainHead.objects.values_list("sequence", flat=True).get(
            organization_id=organization_id
        )
        endpoint = WebhookEndpoint.objects.create(
            id=endpoint_id,
            organization_id=organization_id,
            partner_id=partner_id,
            version=version,
            cursor=head,
            created_at=clock.now(organization_id),
            sealed_secret=_sealed(organization_id, endpoint_id, secret),
            **given,
        )
        _record(endpoint, actor, "created", partner=str(partner_id) if partner_id else None)
    forget_listeners(organization_id)
    return endpoint, secret


def endpoint_change(
    *,
    organization_id: UUID,
    actor: Actor,
    endpoint_id: UUID,
    changes: Mapping[str, Any],
    seen_by: UUID | None = None,
) -> WebhookEndpoint:
    """Change its address, types, description, contact or version. Raises Invalid, NotFound."""
    _refuse_wrong(changes)
    with enter(organization_id):
        endpoint = _locked(organization_id, endpoint_id, seen_by)
        for name, value in changes.items():
            setattr(endpoint, name, value)
        endpoint.save(update_fields=list(changes))
        _record(endpoint, actor, "changed", fields=sorted(changes))
    return endpoint


def endpoint_disable(
    *, organization_id: UUID, actor: Actor, endpoint_id: UUID, seen_by: UUID | None = None
) -> WebhookEndpoint:
    """Send nothing more until it is enabled again. Doing it twice changes nothing."""
    with enter(organization_id):
        endpoint = _locked(organization_id, endpoint_id, seen_by)
        if endpoint.status == EndpointStatus.ENABLED:
            endpoint.status = EndpointStatus.DISABLED
            endpoint.disabled_at = clock.now(organization_id)
            endpoint.disabled_for = DisabledFor.ASKED
            endpoint.save(update_fields=["status", "disabled_at", "disabled_for"])
            _record(endpoint, actor, "disabled", why=str(DisabledFor.ASKED))
    return endpoint


def endpoint_enable(
    *,
    organization_id: UUID,
    actor: Actor,
    endpoint_id: UUID,
    seen_by: UUID | None = None,
    skip_missed: bool = False,
) -> WebhookEndpoint:
    """Go on where it stopped: nothing that happened meanwhile is lost, unless it shall be skipped.

    What waited is due at once, with the attempts it has left.
    """
    with enter(organization_id):
        endpoint = _locked(organization_id, endpoint_id, seen_by)
        if endpoint.status != EndpointStatus.ENABLED:
            at = clock.now(organization_id)
            endpoint.status, endpoint.disabled_at = EndpointStatus.ENABLED, None
            endpoint.disabled_for, endpoint.failures = "", 0
            endpoint.failing_since = endpoint.open_until = endpoint.told_at = None
            waiting = _open_of(endpoint)
            if skip_missed:
                head = ChainHead.objects.get(organization_id=organization_id).sequence
                endpoint.cursor = head
                waiting.update(status=DeliveryStatus.CANCELLED, due_at=None, closed_at=at)
            else:
                waiting.filter(status=DeliveryStatus.PENDING).update(due_at=at)
            endpoint.save(update_fields=[
                "status", "disabled_at", "disabled_for", "failures", "failing_since",
                "open_until", "told_at", "cursor",
            ])  # fmt: skip
            _record(endpoint, actor, "enabled", skipped=skip_missed)
    forget_listeners(organization_id)
    return endpoint


def endpoint_delete(
    *, organization_id: UUID, actor: Actor, endpoint_id: UUID, seen_by: UUID | None = None
) -> None:
    """Gone for whoever asks; its secrets are destroyed, its log stays as long as logs do."""
    with enter(organization_id):
        endpoint = _locked(organization_id, endpoint_id, seen_by)
        at = clock.now(organization_id)
        _open_of(endpoint).update(status=DeliveryStatus.CANCELLED, due_at=None, closed_at=at)
        endpoint.status, endpoint.disabled_at = EndpointStatus.DELETED, at
        endpoint.disabled_for, endpoint.contact = "", ""
        endpoint.sealed_secret = endpoint.sealed_former = endpoint.former_until = None
        endpoint.save(update_fields=[
            "status", "disabled_at", "disabled_for", "contact", "sealed_secret", "sealed_former",
            "former_until",
        ])  # fmt: skip
        _record(endpoint, actor, "deleted")


def endpoints_end(organization_id: UUID, partner_id: UUID, at: datetime) -> None:
    """Send a partner nothing more, when the work with it ends. Inside the caller's `enter`."""
    WebhookEndpoint.objects.filter(
        organization_id=organization_id, partner_id=partner_id, status=EndpointStatus.ENABLED
    ).update(status=EndpointStatus.DISABLED, disabled_at=at, disabled_for=DisabledFor.ASKED)


def secret_rotate(
    *,
    organization_id: UUID,
    actor: Actor,
    endpoint_id: UUID,
    seen_by: UUID | None = None,
    overlap: timedelta = OVERLAP,
) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown once. Until `overlap` is over messages carry both signatures."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        message = f"From 0 to {int(LONGEST_OVERLAP.total_seconds()) // 3600} hours."
        raise Invalid([FieldError("/overlap_hours", "range", message)])
    secret = new_secret()
    with enter(organization_id):
        endpoint = _locked(organization_id, endpoint_id, seen_by)
        at = clock.now(organization_id)
        keeps = overlap > timedelta(0)
        endpoint.sealed_former = endpoint.sealed_secret if keeps else None
        endpoint.former_until = at + overlap if keeps else None
        endpoint.sealed_secret = _sealed(organization_id, endpoint_id, secret)
        endpoint.save(update_fields=["sealed_secret", "sealed_former", "former_until"])
        hours = int(overlap.total_seconds()) // 3600
        _record(endpoint, actor, "secret_rotated", overlap_hours=hours)
    return endpoint, secret


def webhook_test(
    *,
    organization_id: UUID,
    actor: Actor,
    endpoint_id: UUID,
    seen_by: UUID | None = None,
    as_type: str = TEST,
) -> UUID:
    """Send a trial to one endpoint; the id of its event.

    In test mode it may look like any type, with identifiers that are nobody's. Raises Conflict
    (`endpoint_disabled`, `test_only`).
    """
    if as_type not in NAMES:
        raise Invalid([FieldError("/type", "unknown", "There is no such type.")])
    with enter(organization_id):
        endpoint = endpoint_by_id(organization_id, endpoint_id, seen_by)
        refuse_disabled(endpoint)
        if as_type != TEST and organization_current().mode != Mode.TEST:
            message = "Only in test mode a trial may look like something else."
            raise Conflict(message, code="test_only")
        event = event_record(
            organization_id=organization_id,
            actor=actor,
            type=TEST,
            subject=("webhook_endpoint", endpoint.id),
            data={"as": as_type},
        )
    return event.id


def refuse_disabled(endpoint: WebhookEndpoint) -> None:
    if endpoint.status != EndpointStatus.ENABLED:
        raise Conflict("The endpoint is switched off.", code="endpoint_disabled")


def _locked(organization_id: UUID, endpoint_id: UUID, seen_by: UUID | None) -> WebhookEndpoint:
    """Whoever sends holds it for as long as a turn takes; nobody's changes are lost in between."""
    endpoint_by_id(organization_id, endpoint_id, seen_by)
    return WebhookEndpoint.objects.select_for_update().get(
        organization_id=organization_id, id=endpoint_id
    )


def _open_of(endpoint: WebhookEndpoint) -> Any:
    return WebhookDelivery.objects.filter(
        organization_id=endpoint.organization_id, endpoint_id=endpoint.id, status__in=OPEN
    )


def _sealed(organization_id: UUID, endpoint_id: UUID, secret: str) -> bytes:
    return seal_own(organization_id, secret.encode(), secret_aad(endpoint_id))


def _refuse_wrong(given: Mapping[str, Any]) -> None:
    errors = [
        *_url_errors(given.get("url")),
        *_types_errors(given.get("types")),
        *_contact_errors(given.get("contact")),
    ]
    if len(given.get("description", "")) > LONGEST_DESCRIPTION:
        message = f"At most {LONGEST_DESCRIPTION} characters."
        errors.append(FieldError("/description", "length", message))
    if errors:
        raise Invalid(errors)


def _url_errors(url: str | None) -> list[FieldError]:
    if url is None:
        return []
    try:
        url_check(url, rules_now())
    except Refused as refused:
        return [FieldError("/url", refused.code, URL_REFUSED[refused.code])]
    return []


def _types_errors(types: Sequence[str] | None) -> list[FieldError]:
    if types is None:
        return []
    if not 1 <= len(types) <= MOST_TYPES:
        return [FieldError("/types", "length", f"From 1 to {MOST_TYPES} types.")]
    unknown = set(unknown_patterns(types))
    return [
        FieldError(f"/types/{place}", "unknown", "There is no such type.")
        for place, each in enumerate(types)
        if each in unknown
    ]


def _contact_errors(contact: str | None) -> list[FieldError]:
    if not contact:
        return []
    try:
        validate_email(contact)
    except ValidationError:
        return [FieldError("/contact", "format", "This is no e-mail address.")]
    return []


def _record(endpoint: WebhookEndpoint, actor: Actor, what: str, **data: Any) -> None:
    event_record(
        organization_id=endpoint.organization_id,
        actor=actor,
        type=f"webhook_endpoint.{what}",
        subject=("webhook_endpoint", endpoint.id),
        data=data,
    )
