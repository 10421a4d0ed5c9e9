"""Batches as people and partners look at them. Call inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, QuerySet, Sum

from tenancy.errors import NotFound
from underwriting.enums import BatchStatus, ChunkStatus
from underwriting.models import Batch, BatchChunk

MOST_FAILURES = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is, in rows and chunks; `ends_in` estimates what is left."""

    rows: int
    placed: int
    refused: int
    repeated: int
    outcomes: Mapping[str, int]
    chunks: Mapping[str, int]
    failures: tuple[BatchChunk, ...] = field(default=())
    ends_in: timedelta | None = None

    @property
    def settled(self) -> int:
        """Rows that are decided, handed in or refused."""
        return self.placed + self.refused

    @property
    def ppm(self) -> int:
        return self.settled * 1_000_000 // self.rows if self.rows else 0


def batches_of(organization_id: UUID, partner_id: UUID | None) -> QuerySet[Batch]:
    """What the caller may see: a partner its own, the lender everything."""
    found = Batch.objects.filter(organization_id=organization_id)
    found = found.select_related("product", "file")
    return found if partner_id is None else found.filter(partner_id=partner_id)


def batch_by_id(organization_id: UUID, batch_id: UUID, partner_id: UUID | None = None) -> Batch:
    """One batch; NotFound for another's."""
    found = batches_of(organization_id, partner_id).filter(id=batch_id).first()
    if found is None:
        raise NotFound("no such batch")
    return found


def chunks_of(batch: Batch) -> QuerySet[BatchChunk]:
    """A batch's chunks in order, without the rows they hold."""
    return (
        BatchChunk.objects.filter(organization_id=batch.organization_id, batch_id=batch.id)
        .defer("body", "refusals")
        .order_by("number")
    )


def batch_progress(batch: Batch) -> Progress:
    """How far one batch is."""
    return progress_of(batch.organization_id, [batch])[batch.id]


def progress_of(organization_id: UUID, batches: Sequence[Batch]) -> dict[UUID, Progress]:
    """Added up from the chunks, for all batches at once: nobody has to keep a counter that every
    worker would wait for."""
    ids = [batch.id for batch in batches]
    own = BatchChunk.objects.filter(organization_id=organization_id, batch_id__in=ids)
    found: dict[UUID, dict[str, dict[str, Any]]] = {batch_id: {} for batch_id in ids}
    for row in own.values("batch_id", "status").annotate(
        chunks=Count("id"),
        summed_placed=Sum("placed"),
        summed_refused=Sum("refused"),
        summed_repeated=Sum("repeated"),
        began=Min("started_at"),
    ):
        found[row["batch_id"]][row["status"]] = dict(row)
    outcomes = _outcomes(organization_id, ids)
    failures: dict[UUID, list[BatchChunk]] = {batch_id: [] for batch_id in ids}
    for chunk in own.filter(status=ChunkStatus.FAILED).defer("body", "refusals").order_by("number"):
        failures[chunk.batch_id].append(chunk)
    return {
        batch.id: _progress(batch, found[batch.id], outcomes[batch.id], failures[batch.id])
        for batch in batches
    }


_OUTCOMES = """
SELECT c.batch_id, o.key, sum(o.value::bigint)::bigint
FROM underwriting_batchchunk c, jsonb_each_text(c.outcomes) AS o
WHERE c.organization_id = %s AND c.batch_id = ANY(%s) AND c.status = 'done'
GROUP BY c.batch_id, o.key
"""


def _outcomes(organization_id: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, dict[str, int]] = {batch_id: {} for batch_id in ids}
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, [organization_id, list(ids)])
        for batch_id, outcome, count in cursor.fetchall():
            found[batch_id][outcome] = count
    return found


def _progress(
    batch: Batch,
    states: Mapping[str, Mapping[str, Any]],
    outcomes: Mapping[str, int],
    failures: Sequence[BatchChunk],
) -> Progress:
    done = states.get(ChunkStatus.DONE, {})
    settled = done.get("summed_placed", 0) + done.get("summed_refused", 0)
    began = [row["began"] for row in states.values() if row["began"] is not None]
    return Progress(
        rows=batch.rows or 0,
        placed=done.get("summed_placed", 0),
        refused=done.get("summed_refused", 0),
        repeated=done.get("summed_repeated", 0),
        outcomes=outcomes,
        chunks={each: states.get(each, {}).get("chunks", 0) for each in ChunkStatus.values},
        failures=tuple(failures[:MOST_FAILURES]),
        ends_in=_ends_in(batch, settled, min(began, default=None)),
    )


def _ends_in(batch: Batch, settled: int, began: datetime | None) -> timedelta | None:
    """As long again for each row that is left as the rows so far took, all workers together."""
    if batch.status != BatchStatus.DECIDING or not settled or began is None:
        return None
    return (datetime.now(UTC) - began) * ((batch.rows or 0) - settled) / settled
