"""What a validation found, as places in the document and words for whoever wrote it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from underwriting.policy.json_reading import MAX_PROBLEMS, pointer, shown

MOST_ERRORS = 20_000
"""Beyond as many mistakes none is worth naming."""
NO_VALUE = "no value that may stand here"

Problem = tuple[str, str]


def problems_of(error: ValidationError, document: Any) -> list[Problem]:
    """Pointers into the document, each once, with what is wrong there.

    Where several types were tried, only what says most is kept: not that a text is no number, but
    that it is too long; nothing about a part whose own parts are wrong.
    """
    if error.error_count() > MOST_ERRORS:
        return [("", f"{error.error_count()} places are wrong")]
    found: dict[str, list[Any]] = {}
    for each in error.errors(include_url=False, include_input=False):
        found.setdefault(_place(document, each), []).append(each)
    above = {place[:end] for place in found for end in _ends(place)}
    problems = [
        (place, _words(errors))
        for place, errors in found.items()
        if place not in above or not all(_vague(each) for each in errors)
    ]
    return problems[:MAX_PROBLEMS]


def _place(document: Any, error: Any) -> str:
    """The pointer. Pydantic's path also names which of several types it tried: no step of ours."""
    path: list[str | int] = []
    here: Any = document
    for step in error["loc"]:
        inside = isinstance(here, Mapping) and step in here
        if inside or (isinstance(here, list | tuple) and isinstance(step, int)):
            path.append(step)
            here = here[step]
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    return pointer(path)


def _ends(place: str) -> list[int]:
    """Where the pointers of everything around a place end."""
    return [index for index, character in enumerate(place) if character == "/"]


def _vague(error: Any) -> bool:
    """Whether the error says no more than that another type, or more, was expected."""
    return bool(error["type"].endswith("_type") or error["type"] == "too_short")


def _words(errors: list[Any]) -> str:
    telling = [each for each in errors if not _vague(each)] or errors
    if len(telling) > 1 and _vague(telling[0]):
        return NO_VALUE
    error = telling[0]
    if error["type"] == "too_long":
        return f"at most {error['ctx']['max_length']} are allowed here, not {_length(error)}"
    return shown(str(error["msg"]))


def _length(error: Any) -> str:
    return str(error["ctx"].get("actual_length", "more"))
