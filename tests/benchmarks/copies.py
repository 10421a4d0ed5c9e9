"""COPY of rows that are there already into empty tables of the same shape, timed."""

import time
from uuid import UUID

import psycopg
from psycopg import sql

OF_APPLICATIONS = (
    "underwriting_party", "underwriting_factset", "underwriting_consent",
    "underwriting_decisionrun", "underwriting_stageresult", "underwriting_decision",
    "underwriting_decisionreason", "underwriting_offer", "underwriting_duty",
    "underwriting_review", "underwriting_applicationmark", "scoring_scoringrun",
)  # fmt: skip
MADE = """
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT application_id AS id FROM underwriting_batchrow
WHERE organization_id = %s AND batch_id = %s AND application_id IS NOT NULL
"""
OF_CUSTOMERS = ("underwriting_customeridentity", "underwriting_blindindexentry")


def copied_seconds(admin: psycopg.Connection, organization_id: UUID, batch_id: UUID) -> float:
    """Everything the batch's applications stored, taken out first; the way in is timed, with the
    one commit of all of it."""
    about = "application_id IN (SELECT id FROM made)"
    customers = f"IN (SELECT customer_id FROM underwriting_party WHERE {about})"  # noqa: S608
    wanted = {
        "underwriting_application": "id IN (SELECT id FROM made)",
        "underwriting_customer": f"id {customers}",
        **dict.fromkeys(OF_APPLICATIONS, about),
        **dict.fromkeys(OF_CUSTOMERS, f"customer_id {customers}"),
    }
    with admin.transaction():
        admin.execute(MADE, [organization_id, batch_id])
        took = sum(_copied(admin, table, condition) for table, condition in wanted.items())
        started = time.perf_counter()
    took += time.perf_counter() - started
    for table in wanted:
        admin.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(f"bench_{table}")))
    return took


def _copied(admin: psycopg.Connection, table: str, condition: str) -> float:
    name, copy = sql.Identifier(table), sql.Identifier(f"bench_{table}")
    with admin.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(copy))
        cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(copy, name))
        out = sql.SQL("COPY (SELECT * FROM {} WHERE {}) TO STDOUT (FORMAT binary)")
        with cursor.copy(out.format(name, sql.SQL(condition))) as reading:  # type: ignore[arg-type]
            data = list(reading)
        started = time.perf_counter()
        into = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(copy)
        with cursor.copy(into) as writing:
            for part in data:
                writing.write(part)
        return time.perf_counter() - started
