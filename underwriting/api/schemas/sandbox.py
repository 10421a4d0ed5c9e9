"""What only test keys meet: personas, the clock, trials of webhooks."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, Listing


class TestPersona(serializers.Serializer[Any]):
    object = TEXT()
    word = TEXT(help_text="Stands in given names or family name, in whatever case.")
    kind = TEXT(help_text="`outcome` or `connector`; more may come.")
    effect = TEXT(help_text="What it makes happen, such as `approve`; more may come.")
    description = TEXT()
    products = serializers.ListField(
        child=TEXT(), help_text="Products of this twin in which it has an effect."
    )


class TestPersonaPage(Listing):
    data = TestPersona(many=True)  # type: ignore[assignment]  # the field hides an attribute


class TestClock(serializers.Serializer[Any]):
    object = TEXT()
    now = serializers.DateTimeField(help_text="The twin's own time.")
    ahead_seconds = serializers.IntegerField(help_text="How far it runs ahead of the world's.")


class TestClockAdvance(serializers.Serializer[Any]):
    days = serializers.IntegerField(required=False, min_value=0, max_value=366)
    hours = serializers.IntegerField(required=False, min_value=0, max_value=8_784)


class TestClockAdvanced(TestClock):
    offers_expired = serializers.IntegerField()
    applications_decided = serializers.IntegerField(
        help_text="That waited for a bureau or a check and are decided now."
    )


class TestWebhook(serializers.Serializer[Any]):
    type = TEXT(help_text="Any published type, such as `application.decided`.")
    endpoint = TEXT(
        required=False,
        help_text="One endpoint, whatever it listens to. Left out: all of yours that listen to it.",
    )


class TestWebhookTarget(serializers.Serializer[Any]):
    endpoint = TEXT()
    event = TEXT(help_text="The message's `webhook-id` ends with it.")


class TestWebhookSent(serializers.Serializer[Any]):
    object = TEXT()
    type = TEXT()
    sent_to = TestWebhookTarget(many=True)


PERSONA_EXAMPLE = OpenApiExample(
    "Personas",
    value={
        "object": "list",
        "data": [
            {
                "object": "test_persona",
                "word": "Decline",
                "kind": "outcome",
                "effect": "decline",
                "description": "Declined, whatever the policy says.",
                "products": ["personal-loan"],
            }
        ],
        "has_more": False,
        "next": None,
    },
    response_only=True,
)
CLOCK_EXAMPLE = OpenApiExample(
    "A month ahead",
    value={"object": "test_clock", "now": "2026-12-22T09:30:00Z", "ahead_seconds": 2_678_400},
    response_only=True,
)
ADVANCE_EXAMPLE = OpenApiExample("A month", value={"days": 31}, request_only=True)
ADVANCED_EXAMPLE = OpenApiExample(
    "A month later",
    value={
        "object": "test_clock",
        "now": "2026-12-22T09:30:00Z",
        "ahead_seconds": 2_678_400,
        "offers_expired": 1,
        "applications_decided": 0,
    },
    response_only=True,
)
WEBHOOK_EXAMPLE = OpenApiExample(
    "A decision", value={"type": "application.decided"}, request_only=True
)
WEBHOOK_SENT_EXAMPLE = OpenApiExample(
    "Sent to one endpoint",
    value={
        "object": "test_webhook",
        "type": "application.decided",
        "sent_to": [
            {
                "endpoint": "whe_019f1c2e7a7b7c3e8d1f2a3b4c5d6e7f",
                "event": "evt_019f1c2e7a8c7d2f9e0a1b2c3d4e5f60",
            }
        ],
    },
    response_only=True,
    status_codes=["202"],
)
