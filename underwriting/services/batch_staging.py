"""Rows on their way into tenants' tables: COPY to passing tables, text column by text column.

PostgreSQL takes no COPY into a table with row-level security; see
docs/decisions/copied-rows-are-staged-then-inserted.md.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

NULL = "\\N"
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
PIECE = 2_000
"""Rows written at once: what bounds the memory of a spelled table."""

Spelled = Sequence[str]


def texts(values: Iterable[str | None]) -> list[str]:
    """Any texts, as COPY reads them."""
    return [NULL if value is None else value.translate(_SPECIAL) for value in values]


def documents(values: Iterable[str]) -> list[str]:
    """JSON without blanks between its parts: of what COPY reads apart it has backslashes alone."""
    return [value.replace("\\", "\\\\") for value in values]


def plain(values: Iterable[Any]) -> list[str]:
    """Numbers, truth values, ids, hashes and codes, whose spelling holds nothing special."""
    return [NULL if value is None else str(value) for value in values]


def ids(values: Iterable[UUID | None]) -> list[str]:
    return [NULL if value is None else value.hex for value in values]


def binaries(values: Iterable[bytes | None]) -> list[str]:
    return [NULL if value is None else "\\\\x" + value.hex() for value in values]


def staged(table: str, columns: Sequence[tuple[str, str, Spelled]]) -> None:
    """Make a passing table of columns (name, type, spelled values) and fill it.

    It is gone with the transaction. Inside the caller's `enter`.
    """
    declared = ", ".join(f"{name} {kind}" for name, kind, _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({declared}) ON COMMIT DROP")
        values = [spelled for _, _, spelled in columns]
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for start in range(0, len(values[0]), PIECE):
                piece = [column[start : start + PIECE] for column in values]
                lines = map("\t".join, zip(*piece, strict=True))
                copy.write("\n".join(lines).encode() + b"\n")


def unstaged(*tables: str) -> None:
    """Drop passing tables: a later chunk of the same transaction has its own."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE " + ", ".join(tables))
