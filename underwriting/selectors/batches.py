"""Batches as people and partners look at them. Call inside `enter`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Min, QuerySet, Sum

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
    """Added up from the chunks: nobody has to keep a counter that all workers would wait for."""
    done = chunks_of(batch).filter(status=ChunkStatus.DONE)
    summed = done.aggregate(placed=Sum("placed"), repeated=Sum("repeated"), refused=Sum("refused"))
    outcomes: Counter[str] = Counter()
    for each in done.values_list("outcomes", flat=True):
        outcomes.update(each)
    states = Counter(chunks_of(batch).values_list("status", flat=True))
    failed = chunks_of(batch).filter(status=ChunkStatus.FAILED)[:MOST_FAILURES]
    settled = (summed["placed"] or 0) + (summed["refused"] or 0)
    return Progress(
        rows=batch.rows or 0,
        placed=summed["placed"] or 0,
        repeated=summed["repeated"] or 0,
        refused=summed["refused"] or 0,
        outcomes=dict(outcomes),
        chunks={status: states[status] for status in ChunkStatus.values},
        failures=tuple(failed),
        ends_in=_ends_in(batch, settled),
    )


def _ends_in(batch: Batch, settled: int) -> timedelta | None:
    """As long again for each row that is left as the rows so far took, all workers together."""
    if batch.status != BatchStatus.DECIDING or not settled:
        return None
    began = chunks_of(batch).aggregate(at=Min("started_at"))["at"]
    left = (batch.rows or 0) - settled
    return None if began is None else (datetime.now(UTC) - began) * left / settled
