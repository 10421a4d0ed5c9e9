"""Webhooks for OpenAPI: endpoints, deliveries, attempts, and what is asked about them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from events.webhooks.types import NAMES
from underwriting.api.schemas.common import TEXT, AnyObject, Listing, nullable

MOMENT = serializers.DateTimeField
TYPES_HELP = "Names of types, groups such as `application.*`, or `*`."


class WebhookRequest(serializers.Serializer[Any]):
    url = TEXT(help_text="https, at a public address.")
    types = serializers.ListField(child=TEXT(), help_text=TYPES_HELP)
    description = TEXT(required=False)
    contact = TEXT(required=False, help_text="E-mail address of whoever is told of its trouble.")
    version = TEXT(required=False, help_text="The key's, if left out.")


class WebhookChange(serializers.Serializer[Any]):
    url = TEXT(required=False)
    types = serializers.ListField(child=TEXT(), required=False, help_text=TYPES_HELP)
    description = TEXT(required=False)
    contact = TEXT(required=False)
    version = TEXT(required=False)
    status = TEXT(required=False, help_text="enabled or disabled.")
    skip_missed = serializers.BooleanField(
        required=False, help_text="When enabling: leave out what happened meanwhile."
    )


class Webhook(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    url = TEXT()
    description = TEXT()
    types = serializers.ListField(child=TEXT())
    version = TEXT()
    contact = TEXT()
    partner = nullable(TEXT, help_text="The partner whose endpoint it is; null: the lender's.")
    status = TEXT(help_text="enabled or disabled; more may come.")
    disabled_at = nullable(MOMENT)
    disabled_for = nullable(TEXT, help_text="asked, gone or failing; more may come.")
    failing_since = nullable(MOMENT, help_text="The first failure since the last success.")
    former_secret_until = nullable(MOMENT, help_text="Until then two signatures are sent.")
    created_at = MOMENT()


class WebhookWithSecret(Webhook):
    secret = TEXT(help_text="Shown this once: `whsec_` and 32 bytes in base64.")


class WebhookPage(Listing):
    data = Webhook(many=True)  # type: ignore[assignment]  # the field hides an attribute


class WebhookRotation(serializers.Serializer[Any]):
    overlap_hours = serializers.IntegerField(
        required=False, help_text="How long the former secret signs too: 0 to 168, 24 if left out."
    )


class WebhookTrial(serializers.Serializer[Any]):
    type = TEXT(required=False, help_text="In test mode any type; else webhook.test.")


class WebhookTrialSent(serializers.Serializer[Any]):
    object = TEXT()
    event = TEXT(help_text="The `webhook-id` of the message.")


class WebhookReplay(serializers.Serializer[Any]):
    since = MOMENT()
    until = MOMENT(required=False, help_text="Now, if left out.")
    types = serializers.ListField(child=TEXT(), required=False, help_text=TYPES_HELP)
    missed_only = serializers.BooleanField(
        required=False, help_text="Leave out what was delivered or still waits: true if left out."
    )


class WebhookReplayed(serializers.Serializer[Any]):
    object = TEXT()
    deliveries = serializers.IntegerField(help_text="How many messages go out again.")


class WebhookDelivery(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    webhook = TEXT()
    event = TEXT(help_text="The `webhook-id` of the message, the same for every attempt.")
    type = TEXT(help_text=f"One of {', '.join(NAMES)}; more may come.")
    status = TEXT(help_text="pending, sending, delivered, given_up, cancelled; more may come.")
    replayed = serializers.BooleanField()
    attempts = serializers.IntegerField()
    next_attempt_at = nullable(MOMENT)
    created_at = MOMENT()
    closed_at = nullable(MOMENT)


class WebhookDeliveryPage(Listing):
    data = WebhookDelivery(many=True)  # type: ignore[assignment]  # the field hides an attribute


class ResponseHeader(serializers.Serializer[Any]):
    name = TEXT()
    value = TEXT()


class WebhookAttempt(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    sent_at = MOMENT()
    milliseconds = serializers.IntegerField()
    status = nullable(serializers.IntegerField)
    failure = nullable(
        TEXT, help_text="refused, unresolved, tls, unreachable, timeout, malformed; more may come."
    )
    request_headers = AnyObject(child=TEXT())
    response_headers = ResponseHeader(many=True)
    response_body = TEXT(help_text="At most 4 KiB.")
    truncated = serializers.BooleanField()


class WebhookDeliveryInFull(WebhookDelivery):
    payload = TEXT(help_text="The body as it is signed and sent.")
    log = WebhookAttempt(many=True)


DELIVERY_STATUS = OpenApiParameter("status", str, description="Only deliveries in this status.")
DELIVERY_TYPE = OpenApiParameter("type", str, description="Only messages of this type.")

WEBHOOK = {
    "id": "whe_019d5b7c2f4a7c8e9a1b2c3d4e5f6071",
    "object": "webhook",
    "url": "https://broker.example/hooks/assay",
    "description": "Loan desk",
    "types": ["application.*", "offer.accepted"],
    "version": "2026-11-01",
    "contact": "it@broker.example",
    "partner": None,
    "status": "enabled",
    "disabled_at": None,
    "disabled_for": None,
    "failing_since": None,
    "former_secret_until": None,
    "created_at": "2026-11-21T10:00:00.120000Z",
}
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # noqa: S105 - the standard's example
ASKED = {name: WEBHOOK[name] for name in ("url", "types", "description", "contact")}
DELIVERY = {
    "id": "whd_019d5b7c2f4a7c8e9a1b2c3d4e5f6099",
    "object": "webhook_delivery",
    "webhook": WEBHOOK["id"],
    "event": "evt_019d5b7c2f4a7c8e9a1b2c3d4e5f6088",
    "type": "application.decided",
    "status": "delivered",
    "replayed": False,
    "attempts": 1,
    "next_attempt_at": None,
    "created_at": "2026-11-21T10:00:00.120000Z",
    "closed_at": "2026-11-21T10:00:00.310000Z",
}
DELIVERY_IN_FULL = {
    **DELIVERY,
    "payload": (
        '{"data":{"application":"app_019d5b7c2e117a3f8d2e4c6b8a90f1e2",'
        '"decision":"dec_019d5b7c2f3b7d11a0c4e8f2b6d90a57",'
        '"request_id":"req_019d5b7c2e0f7a3f8d2e4c6b8a90f1e2"},'
        '"timestamp":"2026-11-21T10:00:00.100000Z","type":"application.decided"}'
    ),
    "log": [
        {
            "number": 1,
            "sent_at": "2026-11-21T10:00:00.180000Z",
            "milliseconds": 95,
            "status": 204,
            "failure": None,
            "request_headers": {
                "webhook-id": "evt_019d5b7c2f4a7c8e9a1b2c3d4e5f6088",
                "webhook-timestamp": "1795255200",
                "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
            },
            "response_headers": [{"name": "Date", "value": "Sat, 21 Nov 2026 10:00:00 GMT"}],
            "response_body": "",
            "truncated": False,
        }
    ],
}
REPLAY = {
    "since": "2026-11-20T00:00:00Z",
    "until": "2026-11-21T00:00:00Z",
    "types": ["application.*"],
    "missed_only": True,
}


def listed(row: dict[str, Any]) -> dict[str, Any]:
    return {"object": "list", "data": [row], "has_more": False, "next": None}


def answer(value: Any, status: str = "200") -> OpenApiExample:
    return OpenApiExample("An answer", value=value, response_only=True, status_codes=[status])


def asked(value: Any) -> OpenApiExample:
    return OpenApiExample("A request", value=value, request_only=True)
