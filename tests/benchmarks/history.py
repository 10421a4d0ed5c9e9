"""A lender's history, made longer wholesale: copies of one decided application by the thousand."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import psycopg.rows
from psycopg import sql

from tests.benchmarks.wholesale import copies, hurried, wholesale

AT_ONCE = 100_000
HALVES = (
    ("underwriting_applicationmark", "underwriting_decision", "scoring_scoringrun",
     "underwriting_party", "underwriting_duty"),
    ("underwriting_blindindexentry", "underwriting_application", "underwriting_factset",
     "underwriting_offer", "underwriting_customer", "underwriting_decisionrun",
     "underwriting_decisionreason"),
)  # fmt: skip
"""What grows, in two halves that cost the same: two processors make them side by side."""
TABLES = [table for half in HALVES for table in half]
LONG_TEXTS = {
    ("underwriting_decision", "document"): '{"parties":[],"pins":{},"trace":[]}',
    ("underwriting_decision", "inputs"): "{}",
    ("underwriting_factset", "document"): "{}",
}
"""Kept short: three million documents would measure the disk."""

PATTERN = """
SELECT d.application_id, d.id FROM underwriting_decision d
JOIN underwriting_party p ON p.organization_id = d.organization_id
    AND p.application_id = d.application_id
JOIN underwriting_application a ON a.organization_id = d.organization_id
    AND a.id = d.application_id AND a.external_id IS NULL
WHERE d.organization_id = %s AND d.outcome = 'approve'
GROUP BY 1, 2 HAVING count(*) = 1 LIMIT 1
"""


class History:
    """Grows by copies of everything that one approved application left."""

    def __init__(self, url: str, admin: psycopg.Connection, organization_id: UUID) -> None:
        self._url, self._admin = url, admin
        self._organization_id = organization_id
        self._made = 0
        self._rows = self._pattern()
        self._ids = {
            value
            for rows in self._rows.values()
            for row in rows
            if isinstance(value := row["id"], UUID)
        }

    def grow(self, to: int) -> None:
        """So many applications more or less, all in all."""
        with wholesale(self._admin, TABLES), ThreadPoolExecutor(len(HALVES)) as pool:
            list(pool.map(self._half_grown, HALVES, [to] * len(HALVES)))
        self._made = max(self._made, to)

    def _half_grown(self, tables: Sequence[str], to: int) -> None:
        with hurried(self._url) as admin:
            for first in range(self._made, to, AT_ONCE):
                last = min(first + AT_ONCE, to)
                for table in tables:
                    for row in self._rows[table]:
                        self._copied(admin, table, row, first + 1, last)

    def some(self, how_many: int) -> list[UUID]:
        """Applications from all over the history."""
        rows = self._admin.execute(
            "SELECT id FROM underwriting_application WHERE organization_id = %s"
            " AND abs(hashtext(id::text)) %% %s = 0 LIMIT %s",
            [self._organization_id, max(1, self._made // (2 * how_many)), how_many],
        ).fetchall()
        return [row_id for (row_id,) in rows]

    def _pattern(self) -> dict[str, list[dict[str, Any]]]:
        """Every row that one approved application left, by table."""
        found = self._admin.execute(PATTERN, [self._organization_id]).fetchone()
        if found is None:
            raise AssertionError("nobody has been approved yet")
        application_id, _ = found
        (customer_id,) = self._admin.execute(
            "SELECT customer_id FROM underwriting_party WHERE application_id = %s",
            [application_id],
        ).fetchone() or (None,)
        by = {
            "underwriting_customer": ("id", customer_id),
            "underwriting_blindindexentry": ("customer_id", customer_id),
            "underwriting_application": ("id", application_id),
        }
        return {
            table: self._rows_of(table, *by.get(table, ("application_id", application_id)))
            for table in TABLES
        }

    def _rows_of(self, table: str, column: str, value: UUID) -> list[dict[str, Any]]:
        asked = sql.SQL("SELECT * FROM {} WHERE {} = %s").format(
            sql.Identifier(table), sql.Identifier(column)
        )
        with self._admin.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            return cursor.execute(asked, [value]).fetchall()

    def _copied(
        self, admin: psycopg.Connection, table: str, row: dict[str, Any], first: int, last: int
    ) -> None:
        values = {name: self._value(table, name, value) for name, value in row.items()}
        where = sql.SQL("pattern.id = {} AND pattern.organization_id = {}").format(
            sql.Literal(row["id"]), sql.Literal(self._organization_id)
        )
        copies(admin, table, values, where, first, last)

    def _value(self, table: str, name: str, value: Any) -> sql.Composable:
        """An id of the pattern becomes one of the copy's, in time's order; digests differ too."""
        own = sql.Identifier("pattern", name)
        if (table, name) in LONG_TEXTS:
            return sql.Literal(LONG_TEXTS[table, name])
        if isinstance(value, UUID) and value in self._ids:
            began = sql.Literal(value.hex[:12])
            return sql.SQL(
                "(lpad(to_hex(('x' || {began})::bit(48)::bigint - 10000000000 + serial * 100),"
                " 12, '0') || substr(md5({own}::text || serial), 13))::uuid"
            ).format(began=began, own=own)
        if name == "digest":
            return sql.SQL("sha256({own} || serial::text::bytea)").format(own=own)
        return own
