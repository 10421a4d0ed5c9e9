"""A policy's tables with every value typed, and every mistake in them located."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ml.values import LIMIT
from underwriting.policy.document import Policy
from underwriting.policy.findings import Finding
from underwriting.policy.inputs import Input
from underwriting.policy.literals import LiteralRefused, Typed, typed_literal
from underwriting.policy.tables import Table, TableLine

ORDERED = ("number", "date")
LISTED = ("category", "boolean")


class TypedLine(NamedTuple):
    """A line's band (None: all), what it covers, and what it sets; amounts in minor units."""

    number: int
    band: str | None
    low: int
    high: int
    values: frozenset[Typed] | None
    rate_ppm: int | None
    max_amount: int | None
    max_term_months: int | None


class TypedTable(NamedTuple):
    """A table whose values are those of its input."""

    number: int
    name: str
    by: Input
    lines: tuple[TypedLine, ...]


class TableCompiler:
    """Types the tables of a policy; what is wrong gathers in `findings`."""

    def __init__(self, policy: Policy, inputs: Mapping[str, Input], minor_units: int) -> None:
        self.findings: list[Finding] = []
        self._bands = frozenset(band.name for band in policy.bands)
        self._inputs = inputs
        self._money = Input("max_amount", "application", "money", minor_units)
        made = (self._table(index, table) for index, table in enumerate(policy.tables or ()))
        self.tables = tuple(table for table in made if table is not None)

    def _table(self, index: int, table: Table) -> TypedTable | None:
        where = f"/tables/{index}"
        item = self._inputs.get(table.by)
        if item is None or item.scope != "application" or "." in item.name:
            message = f"{table.by} is no field of the application that rules may read"
            self._wrong("table_input", f"{where}/by", table, message)
            return None
        if item.kind not in (*ORDERED, *LISTED):
            self._wrong("table_input", f"{where}/by", table, f"{table.by} has no ranges")
            return None
        lines = [
            typed
            for number, line in enumerate(table.lines)
            if (typed := self._line(f"{where}/lines/{number}", table, item, number, line))
        ]
        return TypedTable(index, table.name, item, tuple(lines))

    def _line(
        self, where: str, table: Table, item: Input, number: int, line: TableLine
    ) -> TypedLine | None:
        before = len(self.findings)
        if line.band is not None and line.band not in self._bands:
            self._wrong("table_band", f"{where}/band", table, f"there is no band {line.band}")
        if (line.rate_ppm, line.max_amount, line.max_term_months) == (None, None, None):
            self._wrong("table_line", where, table, "the line sets nothing")
        for member, message in _misplaced(item, line):
            self._wrong("table_line", f"{where}/{member}", table, message)
        low, high = (
            self._value(f"{where}/{member}", table, item, value)
            for member, value in (("from", line.low), ("to", line.high))
        )
        values = [self._value(f"{where}/in", table, item, value) for value in line.values or ()]
        amount = self._value(f"{where}/max_amount", table, self._money, line.max_amount)
        if len(self.findings) > before:
            return None
        lowest, highest = _or(low, -LIMIT), _or(high, LIMIT)
        if lowest > highest:
            self._wrong("table_line", f"{where}/to", table, "the range ends before it begins")
            return None
        listed = frozenset(v for v in values if v is not None) if line.values else None
        limit = None if amount is None else int(amount)
        rate, term = line.rate_ppm, line.max_term_months
        return TypedLine(number, line.band, lowest, highest, listed, rate, limit, term)

    def _value(self, where: str, table: Table, item: Input, value: object) -> Typed | None:
        if value is None:
            return None
        try:
            return typed_literal(item, value)
        except LiteralRefused as refused:
            self._wrong("type", where, table, str(refused))
            return None

    def _wrong(self, code: str, where: str, table: Table, message: str) -> None:
        finding = Finding("error", code, where, f"table {table.name}: {message}")
        self.findings.append(finding)


def _misplaced(item: Input, line: TableLine) -> Iterator[tuple[str, str]]:
    """Members that do not go with this kind of input."""
    if item.kind in ORDERED and line.values is not None:
        yield "in", f"{item.name} is covered from … to, not by a list"
    if item.kind in LISTED:
        for member, value in (("from", line.low), ("to", line.high)):
            if value is not None:
                yield member, f"{item.name} is covered by a list, not from … to"


def _or(value: Typed | None, otherwise: int) -> int:
    return otherwise if value is None else int(value)


def typed_tables(
    policy: Policy, inputs: Mapping[str, Input], minor_units: int
) -> tuple[Sequence[TypedTable], Sequence[Finding]]:
    """The tables that are right, and everything that is wrong in the others."""
    compiler = TableCompiler(policy, inputs, minor_units)
    return compiler.tables, compiler.findings
