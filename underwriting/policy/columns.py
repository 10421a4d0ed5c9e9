"""The column back-end: the same syntax tree over numpy, for batches, backtests and offers.

Every answer equals that of underwriting.policy.closure. Codes come as an int16 matrix per set,
one row per application (or party) and one column per rule.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.values import LIMIT
from underwriting.policy.closure import OPERATORS
from underwriting.policy.inputs import Input
from underwriting.policy.texts import matches
from underwriting.policy.tree import (
    Between,
    Compare,
    ComparePair,
    Condition,
    Member,
    OneValue,
    Presence,
    Program,
    RowNode,
    SetNode,
    TextMatch,
)
from underwriting.policy.verdict import HIT, MISS, MISSING, inputs_read

Codes = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]
Evaluate = Callable[[Frame, Frame], list[Codes]]
Positions = Mapping[str, int]

_DTYPES: Mapping[str, str] = {"number": "iu", "date": "iu", "boolean": "b", "category": "iu"}


def compile_columns(program: Program) -> Evaluate:
    """A function from application and party frames to the codes of every set, in order.

    The party frame must hold the application's columns too, repeated per party.
    """

    sets = [(node, [_positions(row) for row in node.rows]) for node in program.sets]

    def evaluate(applications: Frame, parties: Frame) -> list[Codes]:
        by_application = _cleaned(program.application_inputs, applications)
        by_party = _cleaned(program.party_inputs, parties)
        return [
            _set_codes(node, positions, by_party, parties.rows)
            if node.scope == "party"
            else _set_codes(node, positions, by_application, applications.rows)
            for node, positions in sets
        ]

    return evaluate


def fired_rows(node: SetNode, codes: Codes) -> Mask:
    """Where any rule of the set made the outcome stricter than approval."""
    fired = np.zeros(len(codes), bool)
    for index, row in enumerate(node.rows):
        adverse = row.outcome not in ("continue", "approve")
        if adverse:
            fired |= codes[:, index] == HIT
        if row.missing in ("refer", "decline") or (row.missing == "hit" and adverse):
            fired |= codes[:, index] >= MISSING
    return fired


def _cleaned(inputs: Sequence[Input], frame: Frame) -> dict[str, Column]:
    return {item.name: _clean(item, frame.columns.get(item.name), frame.rows) for item in inputs}


def _clean(item: Input, column: Column | None, rows: int) -> Column:
    """The column with whatever is not of the input's type marked missing."""
    if column is None or not _of_kind(item, column):
        empty = ("",) if item.kind == "category" else None
        return Column(np.zeros(rows, np.int64), np.ones(rows, bool), empty)
    values, null = column.values, column.null
    if item.kind == "category" and item.categories is not None:
        known = np.array([name in item.categories for name in column.categories or ()] + [False])
        null = null | ~known[values]
    elif item.kind in ("number", "date"):
        null = null | (values > LIMIT) | (values < -LIMIT)
        for special in item.specials:
            null = null | (values == special)
    elif item.kind == "text":
        null = null | np.fromiter((not isinstance(v, str) for v in values), bool, rows)
    return Column(values, null, column.categories)


def _of_kind(item: Input, column: Column) -> bool:
    if item.kind == "text":
        return bool(column.values.dtype == object)
    if (item.kind == "category") != (column.categories is not None):
        return False
    return column.values.dtype.kind in _DTYPES[item.kind]


def _positions(row: RowNode) -> Positions:
    """What a MISSING code counts into."""
    return {name: position for position, name in enumerate(inputs_read(row))}


def _set_codes(
    node: SetNode, positions: Sequence[Positions], columns: Mapping[str, Column], rows: int
) -> Codes:
    codes = np.zeros((rows, len(node.rows)), np.int16)
    if node.hit == "collect":
        for index, row in enumerate(node.rows):
            codes[:, index] = _row_codes(row, positions[index], columns, rows)
        return codes
    open_ = np.ones(rows, bool)
    for index, row in enumerate(node.rows):
        found = np.where(open_, _row_codes(row, positions[index], columns, rows), np.int16(0))
        codes[:, index] = found
        stops = found == HIT
        if row.fires_on_missing:
            stops |= found >= MISSING
        open_ &= ~stops
    return codes


def _row_codes(
    row: RowNode, positions: Positions, columns: Mapping[str, Column], rows: int
) -> Codes:
    first, *others = row.conditions
    codes = _condition(first, positions, columns, rows)
    for condition in others:
        found = _condition(condition, positions, columns, rows)
        codes = np.where((codes == HIT) | (found == MISS), found, codes)
    return codes


def _condition(
    condition: Condition, positions: Positions, columns: Mapping[str, Column], rows: int
) -> Codes:
    column = columns[condition.input.name]
    if isinstance(condition, Presence):
        return _answers(column.null != condition.known)
    if isinstance(condition, ComparePair):
        other = columns[condition.other.name]
        codes = _answers(_pair(condition, column, other, rows))
        codes[other.null] = MISSING + positions[condition.other.name]
    else:
        codes = _answers(_holds(condition, column))
    codes[column.null] = MISSING + positions[condition.input.name]
    return codes


def _answers(holds: Mask) -> Codes:
    """HIT where it holds, MISS where not: the one is the other plus one."""
    return np.add(holds, MISS, dtype=np.int16)


def _holds(condition: OneValue, column: Column) -> Mask:
    if column.categories is not None:
        names = (*column.categories, "")
        by_code = np.array([_holds_one(condition, name) for name in names], bool)
        found: Mask = by_code[column.values]
        return found
    if column.values.dtype == object:
        each = (isinstance(v, str) and _holds_one(condition, v) for v in column.values)
        return np.fromiter(each, bool, len(column.values))
    if isinstance(condition, Compare):
        return np.asarray(OPERATORS[condition.op](column.values, condition.value), bool)
    if isinstance(condition, Between):
        return np.asarray((column.values >= condition.low) & (column.values <= condition.high))
    if isinstance(condition, TextMatch):
        raise TypeError("a number is no text")
    listed = np.isin(column.values, np.array(sorted(condition.values)))
    return np.asarray(listed == condition.inside, bool)


def _holds_one(condition: OneValue, value: str) -> bool:
    if isinstance(condition, Compare):
        return bool(OPERATORS[condition.op](value, condition.value))
    if isinstance(condition, Member):
        return (value in condition.values) == condition.inside
    if isinstance(condition, TextMatch):
        return matches(condition.op, value, condition.parts)
    raise TypeError("a text has no range")


def _pair(condition: ComparePair, column: Column, other: Column, rows: int) -> Mask:
    compare = OPERATORS[condition.op]
    if column.values.dtype == object or column.categories is not None:
        pairs = zip(column.items(), other.items(), strict=True)
        return np.fromiter((compare(a, b) for a, b in pairs), bool, rows)
    return np.asarray(compare(column.values, other.values), bool)
