"""Events of the chain."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Listing, nullable


class EventSubject(serializers.Serializer[Any]):
    kind = TEXT()
    id = TEXT()


class ThinEvent(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    sequence = serializers.IntegerField(help_text="Without gaps, from 1.")
    type = TEXT(help_text="More may come.")
    created_at = serializers.DateTimeField()
    subject = EventSubject()
    actor = EventSubject()
    request_id = nullable(TEXT, help_text="The request that caused it, where one did.")
    hash = TEXT()


class WholeEvent(ThinEvent):
    data = AnyObject(help_text="Identifiers, hashes, codes, whole numbers.")  # type: ignore[assignment]
    previous_hash = TEXT()


class EventPage(Listing):
    data = ThinEvent(many=True)  # type: ignore[assignment]  # the field hides an attribute


TYPE = OpenApiParameter("type", str, description="Only of this type.")
SUBJECT = OpenApiParameter("subject", str, description="Only about this: an id of ours.")
CREATED_FROM = OpenApiParameter("created_from", str, description="RFC 3339; from then on.")
CREATED_BEFORE = OpenApiParameter("created_before", str, description="RFC 3339; before then.")
AFTER = OpenApiParameter(
    "after", int, description="Only the segment behind the event of this number."
)

EVENT: dict[str, Any] = {
    "id": "evt_019d5b7c2f4a7c8e9a1b2c3d4e5f6071",
    "object": "event",
    "sequence": 1871,
    "type": "offer.accepted",
    "created_at": "2026-11-22T08:15:00.030000Z",
    "subject": {"kind": "application", "id": "app_019d5b7c2e117a3f8d2e4c6b8a90f1e2"},
    "actor": {"kind": "api_key", "id": "019d5b7c-0001-7a3f-8d2e-4c6b8a90f1e2"},
    "request_id": "req_019d5b7c3f4a7c8e9a1b2c3d4e5f6071",
    "hash": "3f" * 32,
}
WHOLE: dict[str, Any] = {
    **EVENT,
    "data": {
        "offer": "019d5b7c-2f4a-7c8e-9a1b-2c3d4e5f6071",
        "decision": "019d5b7c-2f3b-7d11-a0c4-e8f2b6d90a57",
    },
    "previous_hash": "a1" * 32,
}
EXPORT = (
    '{"kind":"header","schema":"assay.events/1","organization":"…"}\n'
    '{"kind":"event","id":"…","sequence":1,…}\n'
    '{"kind":"end","sequence":1,"hash":"…","signature":"…"}\n'
)
