"""Files as columns: each distinct spelling is read once, by the very reader the row path uses.

What a file writes is text (or typed, in Parquet); integers may read `105.0`, booleans `1` and `0`,
because that is how exports write them. Everything else is as strict as a row.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.columns import MISSING_CODE, Array, Column, Frame, Mask
from ml.dictionary import Dictionary, FieldProblem
from ml.dictionary.document import decides
from ml.dictionary.entries import Field
from ml.dictionary.reading import FieldReader, Wrong, demanded
from ml.values import Value

if TYPE_CHECKING:
    import pyarrow as pa

RowProblem = tuple[int, FieldProblem]
BOOLEANS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}
NULLS = frozenset({"", "NA", "NULL", "null", "NaN", "nan"})


def read_columns(
    dictionary: Dictionary,
    scope: str,
    raw: "Mapping[str, Sequence[Any] | Array | pa.Array | pa.ChunkedArray]",
    *,
    history: bool = False,
    as_of: int | None = None,
    nulls: frozenset[str] = NULLS,
    protected: bool = False,
) -> tuple[Frame, list[RowProblem]]:
    """Typed columns of n rows, and every problem as (row, problem), rows counted from 0.

    `raw` maps field names to n texts or typed values; ValueError if their lengths differ. Fields
    that may not decide are read only with `protected`. A column that is no field of the scope is
    one problem, of row 0.
    """
    fields = [f for f in dictionary.fields_of(scope) if protected or decides(f)]
    rows = len(next(iter(raw.values()))) if raw else 0
    if any(len(column) != rows for column in raw.values()):
        raise ValueError("the columns are not equally long")
    readers = dictionary.readers(scope)
    known = {field.name for field in fields}
    problems = [(0, FieldProblem(name, "unknown")) for name in raw if name not in known]
    columns: dict[str, Column] = {}
    for field in fields:
        reader = readers[field.name]
        column, wrong = _column(reader, raw.get(field.name), rows, as_of, nulls)
        columns[field.name] = column
        problems += wrong
        if demanded(field, history=history):
            failed = np.zeros(rows, bool)
            failed[[row for row, _ in wrong]] = True
            lacking = np.flatnonzero(column.null & ~failed).tolist()
            problems += [(row, FieldProblem(field.name, "required")) for row in lacking]
    return Frame(columns, rows), problems


def _column(
    reader: FieldReader,
    raw: Any,
    rows: int,
    as_of: int | None,
    nulls: frozenset[str],
) -> tuple[Column, list[RowProblem]]:
    if raw is None:
        return assembled(reader.field, np.zeros(rows, np.int64), [None]), []
    codes, spellings = _factorised(raw)
    typed: list[Value] = []
    problems: dict[int, FieldProblem] = {}
    for index, spelling in enumerate(spellings):
        value, problem = _read(reader, spelling, as_of, nulls)
        typed.append(value)
        if problem is not None:
            problems[index] = problem
    wrong: list[RowProblem] = []
    if problems:
        failed = np.isin(codes, list(problems))
        wrong = [(row, problems[int(codes[row])]) for row in np.flatnonzero(failed).tolist()]
    return assembled(reader.field, codes, typed), wrong


def _read(
    reader: FieldReader, spelling: str | None, as_of: int | None, nulls: frozenset[str]
) -> tuple[Value, FieldProblem | None]:
    if spelling is None or spelling in nulls:
        return None, None
    try:
        return reader.typed(lexical(reader.field, spelling), as_of=as_of), None
    except Wrong as wrong:
        return None, FieldProblem(reader.field.name, wrong.code, wrong.params)


def _factorised(raw: Any) -> tuple[Array, list[str | None]]:
    """Codes per row and the distinct spellings; null is a spelling of its own, None."""
    column = _arrow(raw)
    encoded = column.dictionary_encode()
    spellings = [_spelling(item) for item in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(len(spellings)).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), [*spellings, None]


def _arrow(raw: Any) -> "pa.Array":
    """Any column as Arrow holds it; texts, the usual case, without a look at each."""
    import pyarrow as pa

    if isinstance(raw, pa.ChunkedArray):
        return raw.combine_chunks()
    if isinstance(raw, pa.Array):
        return raw
    try:
        return pa.array(raw, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return pa.array([_spelling(item) for item in raw], pa.string())


def _spelling(item: Any) -> str | None:
    """A typed cell as a text file would have written it, safe to store."""
    if item is None:
        return None
    if isinstance(item, str):
        return item.strip().encode(errors="replace").decode()
    if isinstance(item, bool | np.bool_):
        return "true" if item else "false"
    if isinstance(item, float | np.floating):
        return None if np.isnan(item) else f"{Decimal(repr(float(item))):f}"
    if isinstance(item, Decimal):
        return f"{item:f}"
    if isinstance(item, datetime):
        return item.date().isoformat()
    return item.isoformat() if isinstance(item, date) else str(item)


def lexical(field: Field, text: str) -> Any:
    """A file's spelling as the row path's reader wants it; what does not fit stays text."""
    if field.type == "boolean":
        return BOOLEANS.get(text.lower(), text)
    if field.type == "integer":
        whole, _, decimals = text.partition(".")
        digits = whole.removeprefix("-")
        plain = digits.isascii() and digits.isdigit() and len(digits) < 30
        return int(whole) if plain and not decimals.strip("0") else text
    return text


def assembled(field: Field, codes: Array, typed: Sequence[Value]) -> Column:
    """Rows from codes into typed values; the last of them may be None, for what is missing."""
    known: Mask = np.array([value is not None for value in typed], bool)
    null = ~known[codes]
    if field.kind == "category":
        names = tuple(sorted({str(value) for value in typed if value is not None}))
        places = {name: code for code, name in enumerate(names)}
        recoded = [MISSING_CODE if value is None else places[str(value)] for value in typed]
        return Column(np.array(recoded, np.int32)[codes], null, names)
    if field.kind == "text":
        return Column(np.array(typed, object)[codes], null)
    kind = bool if field.kind == "boolean" else np.int64
    filled = [0 if value is None else value for value in typed]
    return Column(np.array(filled, kind)[codes], null)
