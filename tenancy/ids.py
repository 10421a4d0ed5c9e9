"""Identifiers: made in Python, because hashes and COPY need them before the row exists."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A version 7 UUID: rows made together lie together in the index."""
    return uuid7()


def first_id_at(moment: datetime) -> UUID:
    """The least id that could have been made then: ids are in order of time, to the millisecond."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0x2 << 62))


def public_id(prefix: str, value: UUID) -> str:
    """The form outsiders see, such as `app_018f…`: it says what it names."""
    return f"{prefix}_{value.hex}"


def parse_public_id(prefix: str, text: str) -> UUID | None:
    """The identifier in `text`, or None for anything that `public_id` would not have written."""
    head, separator, tail = text.partition("_")
    if head != prefix or not separator or len(tail) != 32 or tail != tail.lower():
        return None
    try:
        return UUID(hex=tail)
    except ValueError:
        return None
