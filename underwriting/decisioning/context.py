"""The context of pinned inputs: the day, what is owed, what lists, counters and checks said.

What must be there and is not, and what is there and cannot be read, is named: such an application
goes to a person. What nobody asked for is simply missing to the rules.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ml.values import Value
from underwriting.policy.inputs import CHECK_RESULTS, CHECKS, Input
from underwriting.policy.literals import LiteralRefused, literal_taker, typed_literal
from underwriting.policy.lookups import LIST, VELOCITY

PPM = 1_000_000
MAX_LOOKUPS = 200
_KNOWN = frozenset(
    {
        "as_of",
        "exposure",
        "open_offers",
        "in_flight",
        "draw_ppm",
        "lookups",
        "days_since_decline",
        "checks",
    }
)
_LOOKUP = re.compile(rf"^({LIST}|{VELOCITY})\.[a-z][a-z0-9_]{{0,62}}\Z")
_DECLINED = Input("context.days_since_decline", "application", "integer")
_CHECKS = {
    name.partition(".")[2]: Input(
        name, "application", "category", categories=frozenset(CHECK_RESULTS)
    )
    for name in CHECKS
}

Given = tuple[Input, Any]


class InputsRefused(ValueError):
    """Inputs that may not exist; `field` is what is wrong with them."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{code}: {field}")
        self.code = code
        self.field = field


class Unknown(NamedTuple):
    """A fact that could not be read: its field and, for a party's, the party's position."""

    field: str
    party: int | None


class ContextReader:
    """Reads contexts in one currency."""

    def __init__(self, minor_units: int) -> None:
        always = (
            ("as_of", Input("context.as_of", "application", "date")),
            ("exposure", Input("context.exposure", "application", "money", minor_units)),
            ("open_offers", Input("context.open_offers", "application", "money", minor_units)),
            ("in_flight", Input("context.in_flight", "application", "integer")),
        )
        self._always = tuple((name, item.name, literal_taker(item)) for name, item in always)

    def read(self, document: Any) -> tuple[dict[str, Value], list[Unknown]]:
        """Typed values by input name; InputsRefused where it is no context at all."""
        if not isinstance(document, Mapping) or not _KNOWN.issuperset(document):
            raise InputsRefused("shape", "context")
        values: dict[str, Value] = {}
        unknown: list[Unknown] = []
        for name, full_name, take in self._always:
            try:
                values[full_name] = take(document.get(name))
            except LiteralRefused:
                values[full_name] = None
                unknown.append(Unknown(full_name, None))
        values["context.draw_ppm"] = _draw(document.get("draw_ppm"))
        if len(document) > len(self._always):
            for item, given in _asked(document):
                if given is not None:
                    _take(item, given, values, unknown)
        return values, unknown


def _take(item: Input, given: Any, values: dict[str, Value], unknown: list[Unknown]) -> None:
    try:
        values[item.name] = typed_literal(item, given)
    except LiteralRefused:
        values[item.name] = None
        unknown.append(Unknown(item.name, None))


def _asked(document: Mapping[str, Any]) -> Iterator[Given]:
    """What only some contexts hold, in an order of its own."""
    yield _DECLINED, document.get("days_since_decline")
    checks = _members(document, "checks", len(CHECKS))
    if not _CHECKS.keys() >= set(checks):
        raise InputsRefused("shape", "checks")
    for name in sorted(checks):
        yield _CHECKS[name], checks[name]
    lookups = _members(document, "lookups", MAX_LOOKUPS)
    for name in sorted(lookups):
        if not _LOOKUP.match(name):
            raise InputsRefused("shape", "lookups")
        yield _lookup(name), lookups[name]


def _members(document: Mapping[str, Any], name: str, most: int) -> Mapping[str, Any]:
    found = document.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping) or len(found) > most:
        raise InputsRefused("shape", name)
    if not all(isinstance(key, str) for key in found):
        raise InputsRefused("shape", name)
    return found


def _lookup(name: str) -> Input:
    listed = name.startswith(f"{LIST}.")
    return Input(name, "application", "boolean" if listed else "integer")


def _draw(given: Any) -> int | None:
    """The lot that was drawn; nothing else may stand there."""
    if given is None or (type(given) is int and 0 <= given < PPM):
        return given
    raise InputsRefused("shape", "draw_ppm")
