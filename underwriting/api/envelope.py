"""The outer shape of a posted application. What is inside, the lender's dictionary decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id

REQUIRED = ("product", "request", "applicant")
ALLOWED = frozenset(
    (
        *REQUIRED, "co_applicants", "external_id", "language", "metadata", "device", "hosted",
        "return_url", "prequalification",
    ),
)  # fmt: skip
MAX_METADATA = 20
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Envelope:
    """A body whose outer shape is right. `hosted` leaves it to its applicants to finish."""

    product: str
    request: Mapping[str, Any]
    parties: tuple[Mapping[str, Any], ...]
    language: str | None
    external_id: str | None
    metadata: Mapping[str, str]
    device: str | None
    hosted: bool = False
    return_url: str | None = None
    prequalification: UUID | None = None


def envelope_of(body: Any) -> Envelope:
    """Read the body; `Invalid` names every member that is missing, unknown or mistyped."""
    if not isinstance(body, dict):
        raise Invalid([FieldError("", "type", "The body is a JSON object.")])
    errors = [
        *_names(body),
        *_texts(body),
        *_objects(body),
        *_co_applicants(body.get("co_applicants", [])),
        *_metadata(body.get("metadata", {})),
        *_hosted(body),
        *_prequalification(body),
    ]
    if errors:
        raise Invalid(errors)
    return Envelope(
        product=body["product"],
        request=body["request"],
        parties=(body["applicant"], *body.get("co_applicants", [])),
        language=body.get("language"),
        external_id=body.get("external_id"),
        metadata=body.get("metadata", {}),
        device=body.get("device"),
        hosted=body.get("hosted", False),
        return_url=body.get("return_url"),
        prequalification=parse_public_id("prq", body.get("prequalification") or ""),
    )


def _names(body: Mapping[str, Any]) -> list[FieldError]:
    missing = [
        FieldError(f"/{name}", "required", "This member is required.")
        for name in REQUIRED
        if name not in body
    ]
    unknown = [
        FieldError(f"/{_escaped(name)}", "unknown", "There is no such member.")
        for name in body
        if name not in ALLOWED
    ]
    return missing + unknown


def _texts(body: Mapping[str, Any]) -> list[FieldError]:
    return [
        FieldError(f"/{name}", "type", f"This is a text of 1 to {MAX_TEXT} characters.")
        for name in ("product", "language", "external_id", "device")
        if name in body and not _is_text(body[name])
    ]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= MAX_TEXT and "\x00" not in value


def _objects(body: Mapping[str, Any]) -> list[FieldError]:
    return [
        FieldError(f"/{name}", "type", "This is a JSON object.")
        for name in ("request", "applicant")
        if name in body and not isinstance(body[name], dict)
    ]


def _co_applicants(value: Any) -> list[FieldError]:
    if not isinstance(value, list):
        return [FieldError("/co_applicants", "type", "This is a list of applicants.")]
    return [
        FieldError(f"/co_applicants/{index}", "type", "This is a JSON object.")
        for index, party in enumerate(value)
        if not isinstance(party, dict)
    ]


def _hosted(body: Mapping[str, Any]) -> list[FieldError]:
    errors = []
    if not isinstance(body.get("hosted", False), bool):
        errors.append(FieldError("/hosted", "type", "This is true or false."))
    url = body.get("return_url")
    if url is not None and not _is_address(url):
        errors.append(FieldError("/return_url", "url", "This is an https address."))
    elif url is not None and body.get("hosted") is not True:
        message = "Only a hosted application leads back."
        errors.append(FieldError("/return_url", "url", message))
    return errors


def _prequalification(body: Mapping[str, Any]) -> list[FieldError]:
    """One of our ids; whose it is, the service asks."""
    given = body.get("prequalification")
    if given is None:
        return []
    if not _is_text(given) or parse_public_id("prq", given) is None:
        return [FieldError("/prequalification", "id", "This is not one of our ids.")]
    if body.get("hosted") is True:
        message = "What an applicant finishes comes from no prequalification."
        return [FieldError("/prequalification", "unknown", message)]
    return []


def _is_address(value: Any) -> bool:
    if not _is_text(value) or not value.startswith("https://") or not value.isprintable():
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.hostname) and " " not in value and parts.username is None


def _metadata(value: Any) -> list[FieldError]:
    if not isinstance(value, dict) or len(value) > MAX_METADATA:
        message = f"This is an object of at most {MAX_METADATA} texts."
        return [FieldError("/metadata", "type", message)]
    return [
        FieldError(f"/metadata/{_escaped(name)}", "type", f"A text of 1 to {MAX_TEXT} characters.")
        for name, text in value.items()
        if not _is_text(text) or not _is_text(name)
    ]


def _escaped(name: str) -> str:
    """A member's name as a JSON pointer writes it (RFC 6901)."""
    return name[:60].replace("~", "~0").replace("/", "~1")
