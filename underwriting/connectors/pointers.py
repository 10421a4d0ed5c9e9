"""Members of one JSON document placed into another by JSON pointers (RFC 6901)."""

from collections.abc import Mapping
from typing import Any

from underwriting.connectors.contract import ConnectorError, Failure

_ABSENT = object()


def moved(given: Any, wanted: Mapping[str, str]) -> dict[str, Any]:
    """A document with, at each pointer, what stands at the other one, if anything does."""
    made: dict[str, Any] = {}
    for place, source in wanted.items():
        value = found(given, source)
        if value is not _ABSENT:
            put(made, place, value)
    return made


def found(document: Any, pointer: str) -> Any:
    """What stands at a pointer, or the mark of nothing."""
    for step in _steps(pointer):
        if isinstance(document, Mapping) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return _ABSENT
    return document


def put(document: dict[str, Any], pointer: str, value: Any) -> None:
    """Set a member, making the objects on the way; malformed where something else stands there."""
    *path, last = _steps(pointer)
    place: Any = document
    for step in path:
        place = place.setdefault(step, {})
        if not isinstance(place, dict):
            raise ConnectorError(Failure.MALFORMED)
    place[last] = value


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
