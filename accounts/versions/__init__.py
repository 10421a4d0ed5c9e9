"""The API's dated versions, and how a change of its documents is expressed.

A version is one file of this package, named after its day: `v2026_11_01.py` says
`VERSION = Version("2026-11-01", …)`. A file that is added is a version that exists; nothing else
need be touched. Keys made from then on are pinned to it, older keys stay where they are.

The views speak the newest version only. What changed against the version before stands in the new
version's file as `Change`s, each with a function that lifts an old request and one that lowers a
new answer; a request of an older version passes every change in between, oldest first, and its
answer passes them back, newest first. A field that is added, a new value of an enum or a new
address needs no version: clients are told to expect those.
"""

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

Document = Any
"""A parsed JSON body: objects as dict, decimals as Decimal (a request) or text (an answer)."""


def unchanged(document: Document) -> Document:
    """The half of a change that leaves requests, or answers, as they are."""
    return document


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one or several operations, named by their `operation_id`.

    request: takes a body as the version before sent it, gives it as this version reads it.
    answer: takes a document as this version answers, gives it as the version before expects it.
    Both may change the document they get and must return it.
    """

    summary: str
    operations: frozenset[str]
    request: Callable[[Document], Document] = unchanged
    answer: Callable[[Document], Document] = unchanged


@dataclass(frozen=True, slots=True)
class Version:
    """A day's form of the API, and what it changed against the version before."""

    name: str
    summary: str
    changes: tuple[Change, ...] = ()


class UnknownVersion(LookupError):
    """No version has this name."""


@cache
def versions() -> tuple[Version, ...]:
    """Every version, oldest first."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    modules = (import_module(f"{__name__}.{name}") for name in names)
    return tuple(sorted((module.VERSION for module in modules), key=lambda v: v.name))


def latest() -> str:
    """The version that the views speak, and that new keys are pinned to."""
    return versions()[-1].name


def known(name: str) -> bool:
    return any(version.name == name for version in versions())


def lifted(document: Document, *, version: str, operation: str) -> Document:
    """A request's body as the views read it. Raises UnknownVersion."""
    for change in _changes_after(version, operation):
        document = change.request(document)
    return document


def lowered(document: Document, *, version: str, operation: str) -> Document:
    """An answer as `version` expects it. Raises UnknownVersion."""
    for change in reversed(_changes_after(version, operation)):
        document = change.answer(document)
    return document


@cache
def _changes_after(version: str, operation: str) -> tuple[Change, ...]:
    """What later versions changed about an operation, oldest first."""
    if not known(version):
        raise UnknownVersion(version)
    return tuple(_of(operation, (v for v in versions() if v.name > version)))


def _of(operation: str, later: Iterable[Version]) -> Iterable[Change]:
    for version in later:
        yield from (change for change in version.changes if operation in change.operations)
