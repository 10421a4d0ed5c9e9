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
Codes = Callable[[Mapping[str, Value]], tuple[int, ...]]
Evaluate = Callable[[Values, Sequence[Values]], list[SetResult]]

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
    sets = [(node, node.scope == "party", _set_codes(node)) for node in program.sets]
    with_parties = any(by_party for _, by_party, _ in sets)

    def evaluate(application: Values, parties: Sequence[Values]) -> list[SetResult]:
        values = clean_application(application)
        members = [clean_party(party) for party in parties] if with_parties else []
        results: list[SetResult] = []
        for node, by_party, codes in sets:
            if by_party:
                results += [
                    set_result(node, position, codes(member))
                    for position, member in enumerate(members)
                ]
            else:
                results.append(set_result(node, None, codes(values)))
        return results

    return evaluate


def cleaner(inputs: Sequence[Input]) -> Clean:
    """A function that keeps these inputs and makes missing whatever is not of their type."""
    exact = [(item.name, item.exact) for item in inputs]
    tests = [(item.name, _allowed(item)) for item in inputs]
    narrowed = [(name, allowed) for name, allowed in tests if allowed is not None]

    def clean(values: Values) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, python_type in exact:
            value = values.get(name)
            found[name] = value if type(value) is python_type else None
        for name, allowed in narrowed:
            if found[name] is not None and not allowed(found[name]):
                found[name] = None
        return found

    return clean


def _allowed(item: Input) -> Callable[[Any], bool] | None:
    if item.kind not in ("number", "date"):
        return None if item.categories is None else item.categories.__contains__
    specials = item.specials
    if specials:
        return lambda value: -LIMIT <= value <= LIMIT and value not in specials
    return lambda value: -LIMIT <= value <= LIMIT


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
    test = condition_test(condition)

    def answer(values: Mapping[str, Value]) -> int:
        value = values[name]
        if value is None:
            return unsayable
        return HIT if test(value) else MISS

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
