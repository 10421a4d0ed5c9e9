"""What a data set leaves out on purpose: declared conditions, each with reason and count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.dictionary import Dictionary, Field
from ml.readers import lexical
from ml.thresholds import typed_value
from ml.values import days_of
from scoring.training.rows import LoanRows
from tenancy.errors import FieldError, Invalid

Mask = npt.NDArray[np.bool_]
OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "missing", "known")
ORDERED: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
}  # fmt: skip
LABELS = ("disposition", "outcome", "external_ref")
"""What is known of a row beside its facts; texts."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows where `field` `operator` `value` are left out; `value` in the dictionary's human form,
    a list of them for "in", None for "missing" and "known"."""

    field: str
    operator: str
    value: Any
    reason: str

    def document(self, rows: int) -> dict[str, Any]:
        """As a data set keeps it, with how many rows it took out."""
        return {
            "field": self.field,
            "operator": self.operator,
            "value": self.value,
            "reason": self.reason,
            "rows": rows,
        }


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of application, either open."""

    first: date | None = None
    last: date | None = None

    def outside(self, rows: LoanRows) -> Mask:
        """Rows before, after, or without a date where one is asked for."""
        if self.first is None and self.last is None:
            return np.zeros(len(rows), bool)
        first, last = self.first or date.min, self.last or date.max
        return np.array([day is None or not first <= day <= last for day in rows.applied_on], bool)

    def document(self, rows: int) -> dict[str, Any]:
        days = [day and day.isoformat() for day in (self.first, self.last)]
        made = Exclusion("applied_on", "outside", days, "outside the period")
        return made.document(rows)


def exclusions_parse(documents: Sequence[Mapping[str, Any]]) -> list[Exclusion]:
    """From JSON; Invalid names every wrong place."""
    problems = []
    for index, each in enumerate(documents):
        given = dict(each)
        problems += [
            _wrong(index, name, "required", "needed, as text")
            for name in ("field", "operator", "reason")
            if not isinstance(given.get(name), str) or not str(given[name]).strip()
        ]
        if given.get("operator") not in OPERATORS:
            words = f"one of {', '.join(OPERATORS)}"
            problems.append(_wrong(index, "operator", "not_a_value", words))
        problems += [
            _wrong(index, name, "unknown", "no such member")
            for name in sorted(set(given) - {"field", "operator", "value", "reason"})
        ]
    if problems:
        raise Invalid(problems)
    return [
        Exclusion(each["field"], each["operator"], each.get("value"), each["reason"])
        for each in documents
    ]


def exclusions_apply(
    exclusions: Sequence[Exclusion], dictionary: Dictionary, frame: Frame, rows: LoanRows
) -> tuple[Mask, list[int]]:
    """The rows to leave out, shape (n,), and how many each exclusion took: a row counts once, for
    the first that fits. Invalid where a field or value is not the dictionary's."""
    gone = np.zeros(len(rows), bool)
    counts = []
    problems = []
    for index, each in enumerate(exclusions):
        try:
            hit = _hits(each, dictionary, frame, rows) & ~gone
        except ValueError as error:
            problems.append(_wrong(index, "value", "not_a_value", str(error)))
            continue
        counts.append(int(hit.sum()))
        gone |= hit
    if problems:
        raise Invalid(problems)
    return gone, counts


def _hits(each: Exclusion, dictionary: Dictionary, frame: Frame, rows: LoanRows) -> Mask:
    if each.field in LABELS:
        return _labelled(each, rows)
    column = _dates(rows) if each.field == "applied_on" else frame.columns.get(each.field)
    if column is None:
        raise ValueError(f"no field {each.field!r} may be asked about")
    if each.operator in ("missing", "known"):
        return column.null if each.operator == "missing" else ~column.null
    typed = [_typed(each.field, dictionary, value) for value in _values(each)]
    if each.operator in ORDERED:
        if column.categories is not None or isinstance(typed[0], str | bool):
            raise ValueError(f"{each.field!r} has no order")
        return np.asarray(ORDERED[each.operator](column.values, typed[0]) & ~column.null)
    same = _same(column, typed)
    return ~same & ~column.null if each.operator == "ne" else same


def _values(each: Exclusion) -> list[Any]:
    if each.operator != "in":
        return [each.value]
    if isinstance(each.value, list):
        return each.value
    message = "a list of values"
    raise ValueError(message)


def _typed(name: str, dictionary: Dictionary, value: Any) -> Any:
    if name == "applied_on":
        return days_of(date.fromisoformat(value))
    entry = dictionary.entries[name]
    if isinstance(value, str) and isinstance(entry, Field):
        value = lexical(entry, value)  # a form knows texts only
    return typed_value(entry, value)


def _same(column: Column, typed: Sequence[Any]) -> Mask:
    if column.categories is not None:
        codes = [code for code, name in enumerate(column.categories) if name in typed]
        return np.isin(column.values, codes) & ~column.null
    return np.isin(column.values, typed) & ~column.null


def _labelled(each: Exclusion, rows: LoanRows) -> Mask:
    told = {
        "disposition": rows.dispositions, "outcome": rows.outcomes, "external_ref": rows.refs,
    }[each.field]  # fmt: skip
    if each.operator in ("missing", "known"):
        missing = np.array([not text for text in told], bool)
        return missing if each.operator == "missing" else ~missing
    if each.operator in ORDERED:
        raise ValueError(f"{each.field!r} has no order")
    values = _values(each)
    same = np.array([text in values for text in told], bool)
    return ~same if each.operator == "ne" else same


def _dates(rows: LoanRows) -> Column:
    days = [None if day is None else days_of(day) for day in rows.applied_on]
    return Column.of(days, kind="date")


def _wrong(index: int, member: str, code: str, words: str) -> FieldError:
    return FieldError(f"/exclusions/{index}/{member}", code, words)
