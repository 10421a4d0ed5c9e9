"""Checks of price and limit tables: lines that clash, values left out, cheaper riskier bands.

What no line covers has the band's own price, so a gap is a warning and never an application without
a price.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from ml.values import LIMIT, Value, date_of, scaled_text
from underwriting.decisioning.price_tables import Priced, PriceTables
from underwriting.decisioning.product import Product
from underwriting.policy.band_checks import own_limit
from underwriting.policy.document import Band, Policy
from underwriting.policy.findings import Finding, Severity
from underwriting.policy.inputs import Input
from underwriting.policy.table_compiler import (
    ORDERED,
    TypedLine,
    TypedTable,
    typed_tables,
)
from underwriting.regulation import Pack

SETTINGS = ("rate_ppm", "max_amount", "max_term_months")
MOST_LINES = 300
"""Lines of one table that are compared with each other."""


class _Price(NamedTuple):
    """What a band costs and lends at one value; LIMIT where it lends without limit."""

    rate_ppm: int
    max_amount: int
    max_term_months: int


def table_findings(
    policy: Policy, inputs: Mapping[str, Input], product: Product | None, pack: Pack | None
) -> Iterator[Finding]:
    """What is wrong with a policy's tables."""
    minor_units = product.minor_units if product else 2
    tables, findings = typed_tables(policy, inputs, minor_units)
    yield from findings
    rated = [table for table in tables if any(line.rate_ppm is not None for line in table.lines)]
    for table in rated[1:]:
        message = f"the rate is set by table {rated[0].name} already: this one's never counts"
        yield _finding("error", "table_twice", table, None, message)
    caps = [r.rate_cap_ppm for r in (product, pack) if r is not None and r.rate_cap_ppm is not None]
    for table in tables:
        yield from _capped(table, min(caps, default=LIMIT))
        if len(table.lines) > MOST_LINES:
            message = f"more than {MOST_LINES} lines: not examined for gaps and overlaps"
            yield _finding("warning", "not_examined", table, None, message)
            continue
        yield from _overlaps(table)
        yield from _gaps(table, policy, product)
        yield from _order(table, policy, product)


def _finding(
    severity: Severity, code: str, table: TypedTable, line: int | None, message: str
) -> Finding:
    where = f"/tables/{table.number}" + ("" if line is None else f"/lines/{line}")
    return Finding(severity, code, where, f"table {table.name}: {message}")


def _capped(table: TypedTable, cap: int) -> Iterator[Finding]:
    for line in table.lines:
        if line.rate_ppm is not None and line.rate_ppm > cap:
            message = f"{line.rate_ppm} ppm is above the cap of {cap}"
            yield _finding("error", "rate_cap", table, line.number, message)


def _overlaps(table: TypedTable) -> Iterator[Finding]:
    """Lines of which a later one says nothing where an earlier one covers the same."""
    for first, second in combinations(table.lines, 2):
        if first.band is not None and first.band != second.band:
            continue
        twice = [name for name in SETTINGS if None not in (_of(first, name), _of(second, name))]
        shared = _shared(table.by, first, second)
        if twice and shared is not None:
            where = f"line {first.number + 1} sets {twice[0]} for {shared} already"
            yield _finding("error", "table_overlap", table, second.number, where)


def _of(line: TypedLine, name: str) -> int | None:
    found: int | None = getattr(line, name)
    return found


def _shared(item: Input, first: TypedLine, second: TypedLine) -> str | None:
    """A value that both lines cover, in words."""
    if item.kind in ORDERED:
        low = max(first.low, second.low)
        return _words(item, low) if low <= min(first.high, second.high) else None
    if first.values is None or second.values is None:
        listed = first.values or second.values or {"every value"}
    else:
        listed = first.values & second.values
    return _words(item, min(listed, key=repr)) if listed else None


def _gaps(table: TypedTable, policy: Policy, product: Product | None) -> Iterator[Finding]:
    """The first value of each band that the table leaves to the band, though it sets others."""
    tables = PriceTables([table], [band.name for band in policy.bands])
    points = _points(table, product)
    for number, band in enumerate(policy.bands):
        found = [tables.row(number, {table.by.name: point}) for point in points]
        for name in SETTINGS:
            each = [getattr(one, name) for one in found]
            if None in each and any(value is not None for value in each):
                value = _words(table.by, points[each.index(None)])
                message = f"no {name} for band {band.name} at {table.by.name} {value}: as the band"
                yield _finding("warning", "table_gap", table, None, message)


def _order(table: TypedTable, policy: Policy, product: Product | None) -> Iterator[Finding]:
    """Where a riskier band costs less, or lends more or longer, than the one before it."""
    bands = sorted(policy.bands, key=lambda band: band.max_pd_ppm)
    tables = PriceTables([table], [band.name for band in bands])
    said: set[str] = set()
    for point in _points(table, product):
        each = [tables.row(number, {table.by.name: point}) for number in range(len(bands))]
        prices = [_price(*pair, product) for pair in zip(bands, each, strict=True)]
        for (safer, one), (riskier, other) in pairwise(zip(bands, prices, strict=True)):
            at = f"at {table.by.name} {_words(table.by, point)}"
            for code, wrong, what in (
                ("table_rate", other.rate_ppm < one.rate_ppm, "costs less"),
                ("table_limit", other.max_amount > one.max_amount, "lends more"),
                ("table_limit", other.max_term_months > one.max_term_months, "lends longer"),
            ):
                if wrong and what not in said:
                    said.add(what)
                    message = f"band {riskier.name} is riskier than {safer.name} and {what} {at}"
                    yield _finding("warning", code, table, None, message)


def _price(band: Band, found: Priced, product: Product | None) -> _Price:
    """What the band costs and lends where the table says this: the strictest limit counts."""
    amounts = (found.max_amount, None if product is None else own_limit(band, product))
    terms = (found.max_term_months, band.max_term_months)
    return _Price(
        band.rate_ppm if found.rate_ppm is None else found.rate_ppm,
        min((each for each in amounts if each is not None), default=LIMIT),
        min((each for each in terms if each is not None), default=LIMIT),
    )


def _points(table: TypedTable, product: Product | None) -> Sequence[Value]:
    """A value of every segment of the table, within what there can be."""
    item = table.by
    if item.kind == "boolean":
        return (False, True)
    if product is not None and product.term is not None and item.name == product.term.field:
        return product.term.values
    if item.kind not in ORDERED:
        return sorted(item.categories or {v for line in table.lines for v in line.values or ()})
    low, high = _range(item, product)
    bounds = {bound for line in table.lines for bound in (line.low, line.high + 1)}
    return [low, *sorted(bound for bound in bounds if low < bound <= high)]


def _range(item: Input, product: Product | None) -> tuple[int, int]:
    if product is not None and item.name == product.amount.field:
        return product.lowest, product.highest
    return item.range or (-LIMIT, LIMIT)


def _words(item: Input, value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    if item.kind != "date":
        return scaled_text(value, item.scale)
    return date_of(value).isoformat() if abs(value) < 700_000 else str(value)
