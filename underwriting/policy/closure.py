"""The row back-end: the syntax tree as Python closures, for one application with full trace.

Facts are cleaned once: a value of another type, an unknown category or a number out of range is
missing, so no comparison can raise or quietly say no. The answers are those of
underwriting.policy.columns, to the byte.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ml.values import LIMIT, Value
from underwriting.policy.inputs import Input
from underwriting.policy.literals import Typed
from underwriting.policy.texts import matches
from underwriting.policy.tree import (
    Between,
    Compare,
    ComparePair,
    Condition,
    Presence,
    Program,
    RowNode,
    SetNode,
    TextMatch,
)
from underwriting.policy.verdict import (
    HIT,
    MISS,
    MISSING,
    NOT_REACHED,
    SetResult,
    inputs_read,
    set_result,
)

Values = Mapping[str, Value]
Clean = Callable[[Values], dict[str, Value]]
Answer = Callable[[Mapping[str, Value]], int]
Pattern = tuple[int, ...]
"""A set's answers, a code for each of its rows."""
Codes = Callable[[Mapping[str, Value]], Pattern]
Result = Callable[[Mapping[str, Value], int | None], SetResult]
Evaluate = Callable[[Values, Sequence[Values]], list[SetResult]]

MOST_KEPT = 4_096
"""Patterns of answers of one set whose meaning is kept."""

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def compile_rows(program: Program) -> Evaluate:
    """A function from application values and each party's values to the result of every set.

    Party values must hold whatever a party set reads: the party's own and the application's.
    """
    clean_application = cleaner(program.application_inputs)
    clean_party = cleaner(program.party_inputs)
    sets = [(node.scope == "party", _set_result(node)) for node in program.sets]
    with_parties = any(by_party for by_party, _ in sets)

    def evaluate(application: Values, parties: Sequence[Values]) -> list[SetResult]:
        values = clean_application(application)
        members = [clean_party(party) for party in parties] if with_parties else []
        results: list[SetResult] = []
        for by_party, result in sets:
            if by_party:
                results += [result(member, at) for at, member in enumerate(members)]
            else:
                results.append(result(values, None))
        return results

    return evaluate


def _set_result(node: SetNode) -> Result:
    """A function from values and the party's position to what the set came to.

    What a pattern of answers means is read once and kept, for a set has few that occur.
    """
    codes_of = _set_codes(node)
    kept: dict[tuple[int | None, Pattern], SetResult] = {}

    def result(values: Mapping[str, Value], party: int | None) -> SetResult:
        key = party, codes_of(values)
        found = kept.get(key)
        if found is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[key] = set_result(node, *key)
        return found

    return result


def cleaner(inputs: Sequence[Input]) -> Clean:
    """A function that keeps these inputs and makes missing whatever is not of their type."""
    plain = [item.name for item in inputs if _is_number(item) and not item.specials]
    coded = [(item.name, item.specials) for item in inputs if _is_number(item) and item.specials]
    others = [(item.name, item.exact, item.categories) for item in inputs if not _is_number(item)]

    def clean(values: Values) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name in plain:
            value = values.get(name)
            found[name] = value if type(value) is int and -LIMIT <= value <= LIMIT else None
        for name, specials in coded:
            value = values.get(name)
            known = type(value) is int and -LIMIT <= value <= LIMIT and value not in specials
            found[name] = value if known else None
        for name, python_type, categories in others:
            value = values.get(name)
            known = type(value) is python_type and (categories is None or value in categories)
            found[name] = value if known else None
        return found

    return clean


def _is_number(item: Input) -> bool:
    return item.kind in ("number", "date")


def _set_codes(node: SetNode) -> Codes:
    answers = [_row_answer(row) for row in node.rows]
    if node.hit == "collect":
        return lambda values: tuple([answer(values) for answer in answers])
    stops = [row.fires_on_missing for row in node.rows]
    count = len(answers)

    def first(values: Mapping[str, Value]) -> tuple[int, ...]:
        codes = [NOT_REACHED] * count
        for index, answer in enumerate(answers):
            code = codes[index] = answer(values)
            if code == HIT or (code >= MISSING and stops[index]):
                break
        return tuple(codes)

    return first


def _row_answer(row: RowNode) -> Answer:
    positions = {name: position for position, name in enumerate(inputs_read(row))}
    conditions = [_condition(condition, positions) for condition in row.conditions]
    if len(conditions) == 1:
        return conditions[0]

    def answer(values: Mapping[str, Value]) -> int:
        missing = HIT
        for condition in conditions:
            code = condition(values)
            if code == MISS:
                return MISS
            if code != HIT and missing == HIT:
                missing = code
        return missing

    return answer


def _condition(condition: Condition, positions: Mapping[str, int]) -> Answer:
    name = condition.input.name
    unsayable = MISSING + positions[name]
    if isinstance(condition, Presence):
        known = condition.known
        return lambda values: HIT if (values[name] is not None) is known else MISS
    if isinstance(condition, ComparePair):
        return _pair(condition, unsayable, MISSING + positions[condition.other.name])
    if isinstance(condition, Compare):
        return _compared(name, OPERATORS[condition.op], condition.value, unsayable)
    test = condition_test(condition)

    def answer(values: Mapping[str, Value]) -> int:
        value = values[name]
        if value is None:
            return unsayable
        return HIT if test(value) else MISS

    return answer


def _compared(
    name: str, compare: Callable[[Any, Any], bool], against: Typed, unsayable: int
) -> Answer:
    """The commonest condition, without a function between."""

    def answer(values: Mapping[str, Value]) -> int:
        value = values[name]
        if value is None:
            return unsayable
        return HIT if compare(value, against) else MISS

    return answer


def condition_test(condition: Condition) -> Callable[[Any], bool]:
    """Whether a known value satisfies it; TypeError where one value does not say."""
    if isinstance(condition, Compare):
        compare, value = OPERATORS[condition.op], condition.value
        return lambda found: compare(found, value)
    if isinstance(condition, Between):
        low, high = condition.low, condition.high
        return lambda found: low <= found <= high
    if isinstance(condition, TextMatch):
        op, parts = condition.op, condition.parts
        return lambda found: matches(op, found, parts)
    if isinstance(condition, Presence | ComparePair):
        raise TypeError(condition)
    members = condition.values
    if condition.inside:
        return members.__contains__
    return lambda found: found not in members


def _pair(condition: ComparePair, unsayable: int, other_unsayable: int) -> Answer:
    name, other = condition.input.name, condition.other.name
    compare: Callable[[Any, Any], bool] = OPERATORS[condition.op]

    def answer(values: Mapping[str, Value]) -> int:
        value, against = values[name], values[other]
        if value is None:
            return unsayable
        if against is None:
            return other_unsayable
        return HIT if compare(value, against) else MISS

    return answer
