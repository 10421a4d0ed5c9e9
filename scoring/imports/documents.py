"""From typed columns back to documents in human form, a column at a time.

The dictionary's `write` does the same for one row; this one is for tens of thousands.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ml.columns import Column, Frame
from ml.dictionary import Field

EPOCH = date(1970, 1, 1)


def documents(frame: Frame, fields: Sequence[Field]) -> list[dict[str, Any]]:
    """One document per row of the frame; a missing value is left out."""
    made: list[dict[str, Any]] = [{} for _ in range(frame.rows)]
    for field in fields:
        column = frame.columns.get(field.name)
        if column is None:
            continue
        absent = column.null.tolist()
        for document, value, missing in zip(made, human(column, field), absent, strict=True):
            if not missing:
                document[field.name] = value
    return made


def human(column: Column, field: Field) -> list[Any]:
    """The column's values as a person writes them; what stands at a null means nothing."""
    if field.type in ("decimal", "money"):
        return [_decimal(each, field.digits) for each in column.values.tolist()]
    if field.type == "category":
        names = column.categories or ("",)
        return [names[each] for each in column.values.tolist()]
    if field.type == "date":
        return [(EPOCH + timedelta(days=each)).isoformat() for each in column.values.tolist()]
    values: list[Any] = column.values.tolist()
    return values


def _decimal(scaled: int, scale: int) -> str:
    if scale == 0:
        return str(scaled)
    whole, part = divmod(abs(scaled), 10**scale)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{part:0{scale}d}"
