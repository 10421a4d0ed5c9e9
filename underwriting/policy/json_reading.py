"""From bytes that anybody may have written to a plain JSON value, or a refusal naming the place.

Bounded before anything is understood: bytes, depth, values, length of a text, size of a number.
Keys that come twice, floats, NaN and halves of characters are refused where they stand; whoever
reads the value afterwards meets text, whole numbers of 64 bits, booleans, null, lists and objects.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from underwriting.policy.findings import PolicyRefused

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 12
MAX_VALUES = 200_000
MAX_MEMBERS = 1_000
MAX_TEXT = 5_000
MAX_PROBLEMS = 100
"""Places that one refusal names."""
MAX_DIGITS = 19
LARGEST = 2**63 - 1
SHOWN = 80
_HALF = re.compile("[\ud800-\udfff]")

Path = tuple[str | int, ...]


class _Refused:
    """Stands in a parsed document where something may not be; the walk knows the place."""

    def __init__(self, message: str) -> None:
        self.message = message


def plain_json(document: bytes | str | Mapping[str, Any]) -> Any:
    """The value of a document; PolicyRefused names every place that is no value of ours."""
    document = dict(document) if isinstance(document, Mapping) else _parsed(document)
    problems = []
    for where, message in _problems(document):
        problems.append((where, message))
        if len(problems) == MAX_PROBLEMS:
            break
    if problems:
        raise PolicyRefused(problems)
    return document


def pointer(path: Sequence[str | int]) -> str:
    """The place in a document as RFC 6901 writes it; overlong keys are cut."""
    steps = (shown(str(step)).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def shown(text: str) -> str:
    """The text in a message: without halves of characters, and not too long."""
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return cut.encode("utf-8", "replace").decode()


def _parsed(document: bytes | str) -> Any:
    if len(document) > MAX_BYTES:
        raise PolicyRefused([("", f"larger than {MAX_BYTES} bytes")])
    try:
        return json.loads(
            document,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_whole,
            object_pairs_hook=_object,
        )
    except RecursionError as error:
        raise PolicyRefused([("", f"nested deeper than {MAX_DEPTH}")]) from error
    except (json.JSONDecodeError, UnicodeError) as error:
        raise PolicyRefused([("", shown(str(error)))]) from error


def _no_float(text: str) -> _Refused:
    return _Refused(f"{shown(text)}: write numbers with decimals as text")


def _whole(text: str) -> int | _Refused:
    if len(text.lstrip("-")) > MAX_DIGITS:
        return _Refused(f"{shown(text)}: too large a number")
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                found[name] = _Refused("stands here twice")
            seen.add(name)
    return found


def _problems(document: Any) -> Iterator[tuple[str, str]]:
    """Every place that is wrong, first of all too many values or too deep a nesting."""
    todo: list[tuple[Any, Path]] = [(document, ())]
    values = 0
    while todo:
        value, path = todo.pop()
        if isinstance(value, dict | list | tuple):
            if len(path) >= MAX_DEPTH:
                raise PolicyRefused([(pointer(path), f"nested deeper than {MAX_DEPTH}")])
            values += len(value)
            if values > MAX_VALUES:
                raise PolicyRefused([("", f"more than {MAX_VALUES} values")])
            yield from _keys(value, path)
            todo += [(item, (*path, step)) for step, item in _items(value)]
        else:
            message = _scalar(value)
            if message is not None:
                yield pointer(path), message


def _items(value: dict[Any, Any] | Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    return iter(value.items()) if isinstance(value, dict) else enumerate(value)


def _keys(value: Any, path: Path) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if len(value) > MAX_MEMBERS:
            yield pointer(path), f"{len(value)} members; an object has at most {MAX_MEMBERS}"
        for key in value:
            if not isinstance(key, str):
                yield pointer(path), f"a key must be text, not {type(key).__name__}"
            elif message := _text(key):
                yield pointer((*path, key)), message


def _scalar(value: Any) -> str | None:
    """What is wrong with a value that holds no others."""
    if isinstance(value, _Refused):
        return value.message
    if value is None or isinstance(value, bool):
        return None
    check: Callable[[Any], str | None] | None = _CHECKS.get(type(value))
    if check is None:
        return f"{type(value).__name__} is no value of a policy: write decimals and dates as text"
    return check(value)


def _text(value: str) -> str | None:
    if len(value) > MAX_TEXT:
        return f"a text of {len(value)} characters; at most {MAX_TEXT}"
    if _HALF.search(value):
        return "half of a character, which no encoding can store"
    return None


def _number(value: int) -> str | None:
    return None if -LARGEST - 1 <= value <= LARGEST else "too large a number"


_CHECKS: Mapping[type, Callable[[Any], str | None]] = {str: _text, int: _number}
