"""Nested members as paths to single values: {"expect": {"band": "A"}} is expect/band.

Elements of a list that are no single values are counted from one: parties[1]/income.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from underwriting.policy.literal_text import TextRefused

Segment = str | int

MOST_SEGMENTS = 12
MOST_ELEMENTS = 1_000

_STEP = re.compile(r"([^\[\]/]*)((?:\[[1-9][0-9]{0,3}\])*)\Z")
_ESCAPES = (("~", "~0"), ("/", "~1"), ("[", "~2"), ("]", "~3"))


def flatten(value: Mapping[str, Any]) -> dict[str, Any]:
    """Path to leaf: a scalar, a list of scalars, or an empty list or object."""
    return dict(_leaves("", value))


def unflatten(leaves: Mapping[str, Any]) -> dict[str, Any]:
    """The nested value of these leaves; TextRefused names a path that contradicts another."""
    root: dict[Segment, Any] = {}
    for path, leaf in leaves.items():
        _put(root, path, segments_of(path), leaf)
    return {str(name): _settled(value) for name, value in root.items()}


def segments_of(path: str) -> tuple[Segment, ...]:
    """The steps of a path: names, and places in lists counted from one."""
    found: list[Segment] = []
    for step in path.split("/"):
        match = _STEP.match(step)
        if match is None or (not match.group(1) and not found):
            raise TextRefused(f"{path[:80]} is no path")
        found.append(_unescaped(match.group(1)))
        found += [int(number) for number in re.findall(r"[0-9]+", match.group(2))]
    if len(found) > MOST_SEGMENTS:
        raise TextRefused(f"{path[:80]} is nested deeper than {MOST_SEGMENTS}")
    return tuple(found)


def path_of(segments: tuple[Segment, ...]) -> str:
    """The path of these steps."""
    path = ""
    for step in segments:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += ("/" if path else "") + _escaped(step)
    return path


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and (value or not path):
        for name, item in value.items():
            yield from _leaves(f"{path}/{_escaped(name)}" if path else _escaped(name), item)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value, start=1):
            yield from _leaves(f"{path}[{number}]", item)
    else:
        yield path, value


class _Branch(dict[Segment, Any]):
    """What further steps lead into; its keys are names, or places in a list."""


def _put(root: dict[Segment, Any], path: str, steps: tuple[Segment, ...], leaf: Any) -> None:
    at = root
    for step in steps[:-1]:
        at = at.setdefault(step, _Branch())
        if not isinstance(at, _Branch):
            raise TextRefused(f"{path[:80]} stands beside a value for all of it")
    if steps[-1] in at:
        raise TextRefused(f"{path[:80]} is said twice")
    at[steps[-1]] = leaf


def _settled(value: Any) -> Any:
    """Branches as objects and lists; places in a list may have gaps, which close."""
    if not isinstance(value, _Branch):
        return value
    numbers = [step for step in value if isinstance(step, int)]
    if len(numbers) == len(value):
        return [_settled(value[number]) for number in sorted(numbers)]
    if numbers:
        raise TextRefused("a list cannot have names")
    return {str(name): _settled(item) for name, item in value.items()}


def _escaped(name: str) -> str:
    for sign, escape in _ESCAPES:
        name = name.replace(sign, escape)
    return name


def _unescaped(name: str) -> str:
    for sign, escape in reversed(_ESCAPES):
        name = name.replace(escape, sign)
    return name
