"""Past applications into the database: COPY to a passing table, then one INSERT from it.

PostgreSQL refuses COPY into a table with row-level security; from the passing table the rows go
through the policy like any others. Inside the caller's `enter`.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from scoring.imports.rows import GoodRow
from tenancy.ids import new_id

_CREATE = """CREATE TEMPORARY TABLE staged_loans (
    id uuid, protected_id uuid, number integer, external_ref text, applied_on date,
    disposition text, outcome text, request text, parties text, fact_hash text, protected text
) ON COMMIT DROP"""

_COPY = """COPY staged_loans (id, protected_id, number, external_ref, applied_on, disposition,
    outcome, request, parties, fact_hash, protected) FROM STDIN"""

_INSERT = """INSERT INTO scoring_pastapplication (id, organization_id, product_id,
    dictionary_version_id, external_ref, applied_on, disposition, outcome, request, parties,
    fact_hash)
SELECT id, %(organization)s, %(product)s, %(dictionary)s, external_ref, applied_on, disposition,
    outcome, request, parties, fact_hash FROM staged_loans ORDER BY number
ON CONFLICT (organization_id, product_id, external_ref) DO NOTHING"""

_INSERT_PROTECTED = """INSERT INTO scoring_pastapplicationprotected
    (id, organization_id, past_application_id, facts)
SELECT s.protected_id, %(organization)s, s.id, s.protected
FROM staged_loans AS s JOIN scoring_pastapplication AS p
    ON p.organization_id = %(organization)s AND p.id = s.id
WHERE s.protected IS NOT NULL"""

_MATURE = """UPDATE scoring_pastapplication AS p SET outcome = s.outcome
FROM staged_loans AS s WHERE p.organization_id = %(organization)s
    AND p.product_id = %(product)s AND p.external_ref = s.external_ref AND p.id <> s.id
    AND p.fact_hash = s.fact_hash AND p.disposition = s.disposition
    AND s.outcome <> '' AND p.outcome IN ('', 'censored')
    AND p.outcome <> s.outcome"""

_DIFFERENT = """SELECT s.number FROM staged_loans AS s JOIN scoring_pastapplication AS p
    ON p.organization_id = %(organization)s AND p.product_id = %(product)s
    AND p.external_ref = s.external_ref AND p.id <> s.id
WHERE (p.fact_hash, p.disposition, p.outcome, p.applied_on)
    IS DISTINCT FROM (s.fact_hash, s.disposition, s.outcome, s.applied_on)
ORDER BY s.number"""


_FORGET_PLANS = "DISCARD PLANS"
"""References are checked at the commit, by plans the connection may have made when the tables were
nearly empty: each row would then be looked for by reading all of them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many rows are new, and the numbers of those known already with other content."""

    imported: int
    different: list[int]


def loans_store(
    organization_id: UUID, product_id: UUID, dictionary_version_id: UUID, rows: list[GoodRow]
) -> Stored:
    """Store the rows that are not there yet, in one transaction with whatever else the caller does.

    A row that is there already is left as it is, but for an outcome that has become known.
    """
    where: dict[str, Any] = {
        "organization": organization_id,
        "product": product_id,
        "dictionary": dictionary_version_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        _copy(cursor, rows)
        cursor.execute(_INSERT, where)
        imported = cursor.rowcount
        cursor.execute(_INSERT_PROTECTED, where)
        cursor.execute(_MATURE, where)
        cursor.execute(_DIFFERENT, where)
        different = [number for (number,) in cursor.fetchall()]
        cursor.execute("DROP TABLE staged_loans")
        cursor.execute(_FORGET_PLANS)
    return Stored(imported, different)


def _copy(cursor: Any, rows: list[GoodRow]) -> None:
    with cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row((
                new_id(), new_id(), row.number, row.external_ref, row.applied_on,
                row.disposition, row.outcome, row.request, row.parties, row.fact_hash,
                row.protected,
            ))  # fmt: skip
