"""What a dictionary must hold beyond its shape: names, texts, bounds, lawful use, expressions.

Sources: 12 CFR 1002.5-6 (prohibited bases), Regulation B 1002.9(b)(2) (specific reasons); a fact
known only after the decision separates outcomes perfectly and decides nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from ml.dictionary.derivations import derivation_problems
from ml.dictionary.entries import Derived, Entry, Field, Group
from ml.dictionary.reading import FieldReader

RESERVED = frozenset(
    {"party", "as_of", "model", "context", "request", "true", "false", "and", "or", "not", "in"}
)
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
    if not problems:
        problems += derivation_problems(dictionary.fields, dictionary.derived, dictionary.groups)
    return problems


def _names(dictionary: _Described) -> Iterator[Problem]:
    names = [entry.name for entry in (*dictionary.fields, *dictionary.derived)]
    names += [group.name for group in dictionary.groups]
    for name in {name for name in names if names.count(name) > 1}:
        yield name, "this name stands twice"
    for name in RESERVED.intersection(names):
        yield name, "this name is reserved"


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
    try:
        reader = FieldReader(field)
    except (ValueError, TypeError):
        yield field.name, "min, max or a special code is not a value of this type"
        return
    if reader.low is not None and reader.high is not None and reader.low > reader.high:
        yield field.name, "min is above max"


def _texts(entry: Entry, languages: tuple[str, ...]) -> Iterator[Problem]:
    if entry.reason is None and {"model", "policy"}.intersection(entry.uses):
        yield entry.name, "what decides needs a reason that an applicant can read"
    for member, texts in _translated(entry):
        missing = [language for language in languages if not texts.get(language, "").strip()]
        if missing:
            yield entry.name, f"{member} has no text in {', '.join(missing)}"


def _translated(entry: Entry) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "label", entry.label
    if entry.reason is not None:
        yield "reason", entry.reason.text
