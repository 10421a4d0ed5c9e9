"""What a dictionary must hold beyond its shape: names, texts, bounds, lawful use, expressions.

Sources: 12 CFR 1002.5-6 (prohibited bases), Regulation B 1002.9(b)(2) (specific reasons); a fact
known only after the decision separates outcomes perfectly and decides nothing.
"""

import keyword
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from ml.dictionary.actionable import actionable_problems
from ml.dictionary.derivations import derivation_problems
from ml.dictionary.entries import Derived, Entry, Field, Group, Reason, Texts
from ml.dictionary.reading import FieldReader

RESERVED = frozenset(keyword.kwlist) | {
    *("application", "as_of", "context", "false", "limit", "model", "party", "price", "request"),
    "true",
}
"""Names that expressions and policies read as something else."""
NUMERIC = ("integer", "decimal", "money")
Problem = tuple[str, str]


class _Described(Protocol):
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def fields(self) -> tuple[Field, ...]: ...
    @property
    def derived(self) -> tuple[Derived, ...]: ...
    @property
    def groups(self) -> tuple[Group, ...]: ...


def broken_rules(dictionary: _Described) -> list[Problem]:
    """Every rule a parsed dictionary breaks, with the field it concerns."""
    stated = [*dictionary.fields, *(f for group in dictionary.groups for f in group.fields)]
    entries: list[Entry] = [*stated, *dictionary.derived]
    problems = list(_names(dictionary))
    for field in stated:
        problems += _field_problems(field)
    for entry in entries:
        problems += _texts(entry, dictionary.languages)
    problems += _catalogue(entries)
    if not problems:
        problems += derivation_problems(dictionary.fields, dictionary.derived, dictionary.groups)
    return problems


def _names(dictionary: _Described) -> Iterator[Problem]:
    names = [entry.name for entry in (*dictionary.fields, *dictionary.derived)]
    names += [group.name for group in dictionary.groups]
    inner = [[field.name for field in group.fields] for group in dictionary.groups]
    for listed in (names, *inner):
        for name in (name for name, count in Counter(listed).items() if count > 1):
            yield name, "this name stands twice"
        for name in sorted(RESERVED.intersection(listed)):
            yield name, "this name is reserved"
    for group in dictionary.groups:
        if sum(field.type == "date" for field in group.fields) > 1:
            yield group.name, "a group has one date at most: the one its rows are counted by"
        for field in group.fields:
            if field.changeable:
                yield field.name, "a fact among many of its kind has no smallest change"


def _field_problems(field: Field) -> Iterator[Problem]:
    if field.prohibited_basis and not set(field.uses) <= {"capacity", "monitoring"}:
        yield field.name, f"{field.prohibited_basis} is a prohibited basis: no model, no policy"
    if field.known == "decision" and not set(field.uses) <= {"monitoring"}:
        yield field.name, "known only after the decision: it may be monitored, nothing else"
    if (field.type == "category") != bool(field.values):
        yield field.name, "a category has values, and only a category"
    if len({category.value for category in field.values}) < len(field.values):
        yield field.name, "a value stands twice"
    if field.type == "text" and "model" in field.uses:
        yield field.name, "a text cannot be scored"
    if field.special and field.type not in (*NUMERIC, "category"):
        yield field.name, "only numbers and categories have special codes"
    if field.type == "category" and (field.min, field.max) != (None, None):
        yield field.name, "a category has no min and no max"
    yield from _bounds_problems(field)


def _bounds_problems(field: Field) -> Iterator[Problem]:
    try:
        reader = FieldReader(field)
    except (ValueError, TypeError):
        yield field.name, "min, max or a special code is not a value of this type"
        return
    if reader.low is not None and reader.high is not None and reader.low > reader.high:
        yield field.name, "min is above max"
    for problem in actionable_problems(field, reader):
        yield field.name, problem


def _catalogue(entries: Sequence[Entry]) -> Iterator[Problem]:
    """One code, one text: the catalogue is read by code alone."""
    known: dict[str, Reason] = {}
    for entry in entries:
        if entry.reason and known.setdefault(entry.reason.code, entry.reason) != entry.reason:
            yield entry.name, f"reason {entry.reason.code} has another text elsewhere"


def _texts(entry: Entry, languages: tuple[str, ...]) -> Iterator[Problem]:
    if entry.scale and entry.type not in ("decimal", "money"):
        yield entry.name, "only a decimal or an amount of money has a scale"
    if entry.reason is None and {"model", "policy"}.intersection(entry.uses):
        yield entry.name, "what decides needs a reason that an applicant can read"
    for member, texts in _translated(entry):
        missing = [language for language in languages if not texts.get(language, "").strip()]
        if missing:
            yield entry.name, f"{member} has no text in {', '.join(missing)}"


def _translated(entry: Entry) -> Iterator[tuple[str, Texts]]:
    """The texts that must be there, and those that must be whole if they are there."""
    yield "label", entry.label
    if entry.reason is not None:
        yield "reason", entry.reason.text
    if not isinstance(entry, Field):
        return
    optional: list[tuple[str, Texts | None]] = [
        ("help", entry.help),
        ("missing_means", entry.missing_means),
        *((f"value {category.value}", category.label) for category in entry.values),
    ]
    for member, texts in optional:
        if texts:
            yield member, texts
