"""The profile of a table of past loans: two passes, memory bounded, nothing of it believed blindly.

The first pass counts how each column's cells are spelled and draws a sample of rows. From those
follow types, ranges, codes, and how each column goes with the outcome. The second pass reads every
row as it was understood, counts exactly what would be refused, and whether a reference is unique.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from ml.columns import Array
from ml.profiling import tally as shapes
from ml.profiling.column import ColumnProfile
from ml.profiling.dialect import Dialect, Unreadable
from ml.profiling.findings import Finding
from ml.profiling.headers import unique_headers, words_of
from ml.profiling.kinds import locale_of
from ml.profiling.outcome import FEWEST_OF_EACH, Outcomes, outcomes_of, target_among
from ml.profiling.sample import RowSample
from ml.profiling.second_pass import Checks
from ml.profiling.study import Study
from ml.profiling.table import Block, TextTable
from ml.profiling.tally import Tally

Progress = Callable[[str, float], None]
"""Called with the step and how much of all is done; raising in it stops the work."""
SAMPLES = 5
MOST_NUMERIC_HEADERS = 0.5


def silent(step: str, fraction: float) -> None:
    """For callers that do not listen."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A file, column by column. `broken` rows have another number of values than the header."""

    rows: int
    broken: int
    first_broken: int | None
    dialect: Dialect
    columns: tuple[ColumnProfile, ...]
    outcomes: Outcomes
    findings: tuple[Finding, ...] = field(default=())

    def column(self, source: str) -> ColumnProfile:
        """The column of that unique name; KeyError where there is none."""
        for each in self.columns:
            if each.source == source:
                return each
        raise KeyError(source)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "schema": "assay.profile/1",
            "rows": self.rows,
            "broken": self.broken,
            "dialect": {
                "encoding": self.dialect.encoding,
                "delimiter": self.dialect.delimiter,
                "parquet": self.dialect.parquet,
            },
            "outcome": {
                "column": self.outcomes.column,
                "meaning": dict(self.outcomes.meaning),
                "counts": dict(self.outcomes.counts),
            },
            "columns": [each.document() for each in self.columns],
            "findings": [each.document() for each in self.findings],
        }


def profile(
    table: TextTable,
    *,
    target: str = "",
    bad: Sequence[str] = (),
    size: int = 0,
    progress: Progress = silent,
) -> Profile:
    """Profile a table whose outcome column is `target` ("" looks for it), bad where it says `bad`.

    Raises Unreadable, naming what is wrong, for a file that no model can learn from. `size` is the
    expected number of rows, for `progress` alone.
    """
    first = _first_pass(table, size, progress)
    outcome = _outcome(first, target, bad)
    columns = _columns(table, first)
    progress("understanding", 0.45)
    study = Study(columns, first.tallies, first.sample, outcome)
    study.types(locale_of(first.tallies, table.dialect.delimiter))
    study.roles()
    study.risks(lambda done: progress("understanding", 0.45 + 0.15 * done))
    checks = Checks(columns, first.tallies)
    for block in table.blocks():
        checks.take(block)
        progress("checking", 0.60 + 0.40 * min(1.0, checks.rows / max(1, first.rows)))
    checks.put()
    return Profile(
        rows=first.rows,
        broken=first.broken,
        first_broken=first.first_broken,
        dialect=table.dialect,
        columns=tuple(columns),
        outcomes=outcome,
        findings=tuple(_file_findings(table, first, outcome)),
    )


@dataclass(slots=True)
class _First:
    """What the first pass remembers."""

    sources: list[str]
    tallies: list[Tally]
    sample: RowSample
    rows: int = 0
    broken: int = 0
    first_broken: int | None = None

    def take(self, block: Block) -> None:
        self.rows += block.rows
        if block.broken:
            self.broken += len(block.broken)
            self.first_broken = self.first_broken or block.broken[0]
        numbers = np.array(block.numbers, np.int64)
        kept = self.sample.keeps(numbers)
        mask = pa.array(kept)
        sampled = []
        for source, tally in zip(self.sources, self.tallies, strict=True):
            column = texts(block.columns[source])
            spellings, counts = counted(column)
            tally.add(spellings, counts)
            sampled.append(column.filter(mask))
        self.sample.add(numbers[kept], sampled)


def texts(cells: Sequence[str | None]) -> Any:
    """Cells as Arrow text; what no encoding can store becomes a question mark."""
    try:
        return pa.array(cells, pa.string())
    except (pa.ArrowInvalid, UnicodeEncodeError):
        safe = (c if c is None else c.encode(errors="replace").decode() for c in cells)
        return pa.array(list(safe), pa.string())


def counted(column: Any) -> tuple[list[str | None], Array]:
    """Distinct spellings of a column and how often each came, null among them as None."""
    encoded = column.dictionary_encode()
    size = len(encoded.dictionary)
    codes = encoded.indices.fill_null(size).to_numpy(zero_copy_only=False)
    return [*encoded.dictionary.to_pylist(), None], np.bincount(codes, minlength=size + 1)


def _first_pass(table: TextTable, size: int, progress: Progress) -> _First:
    sources = unique_headers(table.headers)
    _refuse_hopeless(table.headers)
    first = _First(sources, [Tally() for _ in sources], RowSample(len(sources)))
    for block in table.blocks():
        first.take(block)
        progress("reading", 0.45 * min(1.0, first.rows / max(size, first.rows)))
    if not first.rows:
        raise Unreadable("no_rows", "the file has a header and no rows")
    if first.broken == first.rows:
        message = "no row has as many values as the header: is it the right separator?"
        raise Unreadable("all_ragged", message)
    return first


def _refuse_hopeless(headers: Sequence[str]) -> None:
    if len(headers) < 2:
        message = f"the file has one column only ({headers[0]!r}): there is nothing to learn from"
        raise Unreadable("one_column", message)
    numbers = sum(shapes.shape_of(text) in shapes.NUMBERS for text in headers)
    if numbers > MOST_NUMERIC_HEADERS * len(headers):
        shown = ", ".join(headers[:5])
        message = f"the first row is data, not the columns' names ({shown}, ...): add a header"
        raise Unreadable("no_header", message)


def _outcome(first: _First, target: str, bad: Sequence[str]) -> Outcomes:
    name = target.strip() or target_among(first.sources, first.tallies)
    if name not in first.sources:
        near = [each for each in first.sources if each.casefold() == name.casefold()]
        if not near:
            shown = ", ".join(first.sources[:12])
            message = f"the file has no column {name!r}; it has {shown}"
            raise Unreadable("target_absent", message)
        name = near[0]
    return outcomes_of(name, first.tallies[first.sources.index(name)], bad)


def _columns(table: TextTable, first: _First) -> list[ColumnProfile]:
    told = zip(table.headers, first.sources, first.tallies, strict=True)
    columns = [
        _column(place, header, source, tally) for place, (header, source, tally) in enumerate(told)
    ]
    _headers_said(columns)
    return columns


def _column(place: int, header: str, source: str, tally: Tally) -> ColumnProfile:
    common = sorted(tally.values.items(), key=lambda item: -item[1])
    return ColumnProfile(
        place=place,
        header=header,
        source=source,
        words=words_of(source),
        rows=tally.rows,
        missing=tally.missing,
        distinct=len(tally.values),
        distinct_at_least=tally.full,
        samples=[text.strip()[:60] for text, _ in common[:SAMPLES]],
    )


def _headers_said(columns: Sequence[ColumnProfile]) -> None:
    names = [column.header for column in columns]
    for column in columns:
        if not column.header:
            column.say("header_empty", "warn")
        elif names.count(column.header) > 1:
            column.say("header_twice", "warn")


def _file_findings(table: TextTable, first: _First, outcome: Outcomes) -> list[Finding]:
    found = []
    dialect = table.dialect
    if not dialect.parquet:
        names = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars"}
        figures: Mapping[str, Any] = {
            "encoding": dialect.encoding.removesuffix("-sig").upper(),
            "delimiter": names[dialect.delimiter],
        }
        found.append(Finding("encoding", "info", figures))
    if first.broken:
        figures = {"rows": first.broken, "first": first.first_broken}
        found.append(Finding("ragged", "warn", figures))
    goods, bads = (outcome.counts.get(each, 0) for each in ("good", "bad"))
    if min(goods, bads) < FEWEST_OF_EACH:
        found.append(Finding("few_bads", "bad", {"bads": bads, "goods": goods}))
    return found
