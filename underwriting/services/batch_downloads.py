"""What became of a batch, row by row, read a block at a time: memory does not grow with it.

Each block is its own short transaction inside the lender, so an answer of any length holds none.
A row shows the decision that is in force when it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tenancy.enter import enter
from underwriting.models import BatchChunk
from underwriting.services.batch_bodies import refusals_open
from underwriting.services.batch_contract import BadRow

BLOCK_ROWS = 2_000

_ROWS = """
SELECT r.row, a.external_id, a.id, a.status, r.made, d.id, d.outcome, d.points, d.pd_ppm,
    ARRAY(SELECT n.code FROM underwriting_decisionreason n
        WHERE n.organization_id = d.organization_id AND n.decision_id = d.id ORDER BY n.position),
    o.kind, o.status, o.amount, o.down_payment, o.currency, o.term_months, o.rate_ppm,
    o.instalment, o.total, o.expires_at
FROM underwriting_batchrow r
JOIN underwriting_application a ON a.organization_id = r.organization_id
    AND a.id = r.application_id
LEFT JOIN underwriting_decision d ON d.organization_id = a.organization_id
    AND d.application_id = a.id AND d.in_force
LEFT JOIN underwriting_offer o ON o.organization_id = d.organization_id AND o.decision_id = d.id
WHERE r.organization_id = %s AND r.batch_id = %s AND r.row > %s
ORDER BY r.row LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row's application, its decision in force, and the offer of that; minor units, ppm."""

    row: int
    external_id: str | None
    application_id: UUID
    status: str
    made: bool
    decision_id: UUID | None
    outcome: str | None
    points: int | None
    pd_ppm: int | None
    reasons: list[str]
    offer_kind: str | None
    offer_status: str | None
    amount: int | None
    down_payment: int | None
    currency: str | None
    term_months: int | None
    rate_ppm: int | None
    instalment: int | None
    total: int | None
    expires_at: datetime | None


def results_read(*, organization_id: UUID, batch_id: UUID) -> Iterator[list[ResultRow]]:
    """Every row that has become an application, in order, a block at a time."""
    last = 0
    while True:
        with enter(organization_id, read_only=True), connection.cursor() as cursor:
            cursor.execute(_ROWS, [organization_id, batch_id, last, BLOCK_ROWS])
            block = [ResultRow(*row) for row in cursor.fetchall()]
        if not block:
            return
        yield block
        last = block[-1].row


def refusals_read(*, organization_id: UUID, batch_id: UUID) -> Iterator[list[BadRow]]:
    """Every row that was refused so far, with each of its errors, a chunk at a time."""
    last = 0
    while True:
        with enter(organization_id, read_only=True):
            chunk: Any = (
                BatchChunk.objects.filter(
                    organization_id=organization_id, batch_id=batch_id, number__gt=last
                )
                .exclude(refusals=None)
                .defer("body")
                .order_by("number")
                .first()
            )
            block = [] if chunk is None else list(refusals_open(chunk))
        if chunk is None:
            return
        yield block
        last = chunk.number
