"""What is posted about webhooks, read; a wrong member is named by its pointer."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.versions import known
from tenancy.errors import FieldError, Invalid

Read = Callable[[Any], Any]
MOST_HOURS = 168


class Wrong(ValueError):
    """A member's value is not what it should be; `code` and words say why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def members_of(
    body: Any, readers: Mapping[str, Read], required: Collection[str] = ()
) -> dict[str, Any]:
    """The members of a body, each read by its reader; none but these, and these required ones."""
    if not isinstance(body, dict):
        raise Invalid([FieldError("", "type", "The body is a JSON object.")])
    errors = [
        FieldError(f"/{name}", "required", "This member is required.")
        for name in required
        if name not in body
    ]
    found = {}
    for name, value in body.items():
        try:
            found[name] = readers.get(name, _unknown)(value)
        except Wrong as wrong:
            errors.append(FieldError(f"/{str(name)[:60]}", wrong.code, str(wrong)))
    if errors:
        raise Invalid(errors)
    return found


def _unknown(value: Any) -> Any:
    raise Wrong("unknown", "There is no such member.")


def text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1_000 or "\x00" in value:
        raise Wrong("type", "This is a text.")
    return value


def texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Wrong("type", "This is a list of texts.")
    return value


def yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("type", "This is true or false.")
    return value


def hours(value: Any) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_HOURS:
        raise Wrong("range", f"This is a whole number from 0 to {MOST_HOURS}.")
    return timedelta(hours=value)


def moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Wrong("format", "This is a time such as 2026-11-21T10:00:00Z.") from error
    if found.tzinfo is None:
        raise Wrong("format", "This time says no zone.")
    return found.astimezone(UTC)


def version(value: Any) -> str:
    if not isinstance(value, str) or not known(value):
        raise Wrong("unknown", "There is no such version.")
    return value


def status(value: Any) -> str:
    if value not in ("enabled", "disabled"):
        raise Wrong("unknown", "This is enabled or disabled.")
    return str(value)


ENDPOINT: dict[str, Read] = {
    "url": text,
    "types": texts,
    "description": text,
    "contact": text,
    "version": version,
}
CHANGE: dict[str, Read] = {**ENDPOINT, "status": status, "skip_missed": yes_or_no}
ROTATE: dict[str, Read] = {"overlap_hours": hours}
TRIAL: dict[str, Read] = {"type": text}
REPLAY: dict[str, Read] = {
    "since": moment,
    "until": moment,
    "types": texts,
    "missed_only": yes_or_no,
}
