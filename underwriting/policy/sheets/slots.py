"""What the document's own types say of a place in it: text, or a value; a member, or an entry."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from underwriting.policy.document import Policy
from underwriting.policy.sheets.flat import Segment


class Slot(NamedTuple):
    """A place for a value: `text` takes any text as it is. An `entry` of an open mapping may be
    null, which is something else than absent; a member that is empty has its default."""

    text: bool
    entry: bool
    default: Any = None

    def unsaid(self, value: Any) -> bool:
        """Whether an empty cell says this value."""
        empty = value is None or (value in ("", {}) and value == self.default)
        return not self.entry and empty


class _Kind(NamedTuple):
    """An annotation found on the way, and whether it is an entry's."""

    annotation: Any
    entry: bool = False
    default: Any = None


@lru_cache(maxsize=4_096)
def slot_of(steps: tuple[Segment, ...]) -> Slot:
    """The slot at these steps from the document's root; places in lists are any number."""
    kinds = _kinds_at(steps)
    leaves = _leaves(kinds)
    text = bool(leaves) and all(map(_is_text, leaves))
    defaults = [kind.default for kind in kinds]
    return Slot(text, any(kind.entry for kind in kinds), defaults[0] if defaults else None)


def choices_at(steps: tuple[Segment, ...]) -> tuple[str, ...]:
    """The words that may stand at a place, none where any may."""
    leaves = _leaves(_kinds_at(steps))
    closed = leaves and all(get_origin(leaf) is Literal for leaf in leaves)
    return tuple(str(word) for leaf in leaves for word in get_args(leaf)) if closed else ()


def _kinds_at(steps: tuple[Segment, ...]) -> list[_Kind]:
    kinds = [_Kind(Policy)]
    for step in steps:
        kinds = [found for kind in kinds for found in _step(kind.annotation, step)]
    return kinds


def _leaves(kinds: list[_Kind]) -> list[Any]:
    found = (leaf for kind in kinds for leaf in _alternatives(kind.annotation))
    return [leaf for leaf in found if leaf is not NoneType]


def _step(annotation: Any, step: Segment) -> Iterator[_Kind]:
    for each in _alternatives(annotation):
        origin = get_origin(each)
        if isinstance(each, type) and issubclass(each, BaseModel):
            for name, field in each.model_fields.items():
                if step == (field.alias or name):
                    default = field.get_default(call_default_factory=True)
                    yield _Kind(field.annotation, entry=False, default=default)
        elif isinstance(origin, type) and issubclass(origin, Mapping):
            yield _Kind(get_args(each)[1], entry=True)
        elif origin is tuple and isinstance(step, int):
            yield _Kind(get_args(each)[0], entry=True)


def _alternatives(kind: Any) -> Iterator[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for each in get_args(kind):
            yield from _alternatives(each)
    else:
        yield kind


def _is_text(kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return all(isinstance(word, str) for word in get_args(kind))
    return kind in (str, date)
