"""What tests of profiling look at: a column beside an outcome, a table in memory."""

import csv
import io
from typing import Any

from ml.profiling import ColumnProfile, TextTable, profile

ROWS = 400


def table(body: bytes) -> TextTable:
    return TextTable(lambda: io.BytesIO(body))


def of_columns(
    columns: dict[str, list[Any]], *, delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode(encoding)


def outcome(rows: int = ROWS) -> list[str]:
    return ["1" if i % 5 == 0 else "0" for i in range(rows)]


def one(name: str, cells: list[Any], **more: Any) -> ColumnProfile:
    """The profile of a single column beside an outcome."""
    body = of_columns({name: cells, "filler": list(range(len(cells))), "bad": outcome(len(cells))})
    return profile(table(body), **more).column(name)


def said(column: ColumnProfile) -> set[str]:
    return {finding.code for finding in column.findings}
