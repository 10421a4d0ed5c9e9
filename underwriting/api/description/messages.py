"""The `webhooks` section: every type of message that goes out, with its schema and an example."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from events.webhooks.types import TYPES, Id, MessageType, payload_of
from tenancy.ids import public_id
from underwriting.api.description.refusals import REQUEST_ID

Document = dict[str, Any]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SHOWN = UUID("019aa75a-d2a4-7f5e-8f3d-6b1c2e4f5a60")
MESSAGE = "evt_019aa75ad2a47f5e8f3d6b1c2e4f5a60"
SIGNING: tuple[tuple[str, str, str], ...] = (
    ("webhook-id", "The message's id: the same on every attempt. Tell repeats by it.", MESSAGE),
    ("webhook-timestamp", "When this attempt was made, in seconds since 1970.", "1795253400"),
    (
        "webhook-signature",
        "Standard Webhooks 1.0: `v1,` and the signature, one for each secret in use.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
)


def messages() -> dict[str, Document]:
    """Every published type, as OpenAPI 3.1 names what we send to you."""
    return {each.name: {"post": _operation(each)} for each in TYPES}


def message_schemas() -> dict[str, Document]:
    """A schema for each type's body."""
    return {_component(each): _schema(each) for each in TYPES}


def example_of(told: MessageType) -> Document:
    """A message as it is sent, with identifiers that are nobody's."""
    ids = {each.name: public_id(each.prefix, SHOWN) for each in told.ids}
    found: Document = json.loads(payload_of(told.name, AT, ids, REQUEST_ID))
    return found


def _operation(told: MessageType) -> Document:
    return {
        "operationId": f"webhook_{told.name.replace('.', '_')}",
        "summary": told.summary,
        **({"description": told.more} if told.more else {}),
        "tags": ["Webhooks"],
        "parameters": [_header(*each) for each in SIGNING],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{_component(told)}"},
                    "examples": {told.name: {"value": example_of(told)}},
                }
            },
        },
        "responses": {
            "2XX": {"description": "Any 2xx says that you have it."},
            "410": {"description": "Switches the endpoint off."},
            "429": {"description": "`Retry-After` is honoured."},
        },
    }


def _header(name: str, about: str, example: str) -> Document:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": about,
        "schema": {"type": "string"},
        "example": example,
    }


def _schema(told: MessageType) -> Document:
    ids = {each.name: _id(each) for each in told.ids}
    request = {
        "type": ["string", "null"],
        "description": "The request that caused it, where one did.",
    }
    return _object(
        {
            "type": {"type": "string", "const": told.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": _object({**ids, "request_id": request}, optional=tuple(ids)),
        },
        description=told.summary,
    )


def _id(one: Id) -> Document:
    return {"type": "string", "pattern": f"^{one.prefix}_[0-9a-f]{{32}}$"}


def _object(
    properties: Mapping[str, Document], *, optional: tuple[str, ...] = (), **more: Any
) -> Document:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required, **more}


def _component(told: MessageType) -> str:
    words = told.name.replace("_", ".").split(".")
    return "".join(word.capitalize() for word in words) + "Message"
