"""Chunks of batches decided by whichever worker is free: claimed, decided, settled.

A chunk is claimed by compare-and-set with a lease and a fence that every write checks, and is
done in one transaction, so it is decided once whoever is killed when. A failure lets the lease run
out early: the chunk alone is tried again, a few times, and then says which rows it holds.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models.functions import Now

from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.ids import new_id
from tenancy.tasks import enqueue
from underwriting.enums import BatchStatus, ChunkStatus
from underwriting.models import Batch, BatchChunk
from underwriting.selectors.batches import batch_by_id, batch_progress, chunks_of
from underwriting.services.batch_bodies import body_open, refusals_open, refusals_seal
from underwriting.services.batch_chunks import chunk_decide
from underwriting.services.batch_contract import BatchTerms, ChunkDone
from underwriting.services.batch_cutting import LOST, batch_sender
from underwriting.services.batch_lanes import lanes_enqueue
from underwriting.services.batch_uploads import file_empty
from underwriting.services.batches import READ, batch_told, world
from underwriting.services.runs import LostLease

LEASE = timedelta(minutes=3)
"""Longer than a chunk takes on a machine that is busy with much else."""
MOST_ATTEMPTS = 4
RETRY_AFTER = (timedelta(seconds=2), timedelta(seconds=10), timedelta(seconds=30))
"""How long a chunk rests after its first, second and third failure."""

log = structlog.get_logger(__name__)

# The lowest chunk that nobody holds. SKIP LOCKED: two lanes at once take two chunks.
_CLAIM = """
UPDATE underwriting_batchchunk AS c SET status = 'deciding', holder = %(holder)s,
    fence = c.fence + 1, attempts = c.attempts + 1, lease_until = now() + %(lease)s,
    started_at = coalesce(c.started_at, now())
WHERE c.organization_id = %(organization)s AND c.id = (
    SELECT f.id FROM underwriting_batchchunk f JOIN underwriting_batch b
        ON b.organization_id = f.organization_id AND b.id = f.batch_id
    WHERE f.organization_id = %(organization)s AND f.batch_id = %(batch)s
        AND b.status = 'deciding' AND NOT b.cancel_requested
        AND (f.status = 'waiting' OR (f.status = 'deciding' AND f.lease_until < now()))
    ORDER BY f.number LIMIT 1 FOR UPDATE OF f SKIP LOCKED)
RETURNING c.id
"""

_PLACE = """
INSERT INTO underwriting_batchrow (id, organization_id, batch_id, row, application_id, made)
SELECT p.id, %(organization)s, %(batch)s, p.row, p.application_id, p.made
FROM unnest(%(ids)s::uuid[], %(rows)s::integer[], %(applications)s::uuid[], %(made)s::boolean[])
    AS p(id, row, application_id, made)
"""


@dataclass(frozen=True, slots=True)
class ChunkClaim:
    """The right to decide a chunk while the fence has this number; a `ChunkFinish`."""

    chunk: BatchChunk

    def __call__(self) -> None:
        """Locks the chunk until the transaction ends; LostLease when the fence has grown."""
        if not self.own().update(lease_until=Now() + LEASE):
            raise LostLease("the chunk is in other hands")

    def renew(self) -> None:
        """A lease from now on, for what is done row by row."""
        with enter(self.chunk.organization_id):
            self()

    def store(self, done: ChunkDone) -> None:
        """Inside the deciding transaction: the chunk is done, its rows have their applications."""
        chunk = self.chunk
        bad = sorted([*refusals_open(chunk), *done.bad], key=lambda each: (each.row, each.pointer))
        stored = self.own().update(
            status=ChunkStatus.DONE,
            body=None,
            refusals=refusals_seal(chunk, bad),
            refused=len({each.row for each in bad}),
            placed=len(done.placed),
            repeated=sum(not each.made for each in done.placed),
            outcomes=dict(done.outcomes),
            root=done.root,
            error="",
            lease_until=None,
            finished_at=Now(),
        )
        if not stored:
            raise LostLease("the chunk is in other hands")
        if done.placed:
            with connection.cursor() as cursor:
                cursor.execute(_PLACE, self._placed(done))

    def _placed(self, done: ChunkDone) -> dict[str, Any]:
        return {
            "organization": self.chunk.organization_id,
            "batch": self.chunk.batch_id,
            "ids": [new_id() for _ in done.placed],
            "rows": [each.row for each in done.placed],
            "applications": [each.application_id for each in done.placed],
            "made": [each.made for each in done.placed],
        }

    def own(self) -> Any:
        """The chunk while this claim holds it."""
        chunk = self.chunk
        return BatchChunk.objects.filter(
            organization_id=chunk.organization_id,
            id=chunk.id,
            fence=chunk.fence,
            status=ChunkStatus.DECIDING,
        )


def batch_work(*, organization_id: UUID, batch_id: UUID, holder: str) -> bool:
    """Decide one chunk of a batch, and end the batch with its last; whether there may be more."""
    claim = _claimed(organization_id, batch_id, holder)
    if claim is not None:
        _decided(claim)
    return not _settled(organization_id, batch_id) and claim is not None


def batch_recover(*, organization_id: UUID, batch_id: UUID) -> None:
    """Of a batch that nobody speaks of: its worker or its message was lost, so ask again."""
    with enter(organization_id):
        batch = batch_by_id(organization_id, batch_id)
        Batch.objects.filter(organization_id=organization_id, id=batch.id).exclude(
            status=BatchStatus.DONE
        ).update(seen_at=world())
        if batch.status in (BatchStatus.WAITING, BatchStatus.READING):
            enqueue(READ, organization_id=organization_id, batch_id=batch.id)
        elif batch.status == BatchStatus.DECIDING and not _in_work(batch):
            lanes_enqueue(organization_id, batch.id)


def stale_batch_empty(*, organization_id: UUID, batch_id: UUID) -> None:
    """Throw away the rows of a batch that ended a week ago and was not taken up again."""
    with enter(organization_id):
        batch = batch_by_id(organization_id, batch_id)
        BatchChunk.objects.filter(
            organization_id=organization_id, batch_id=batch.id, body__isnull=False
        ).update(body=None)
        file_empty(organization_id, batch.file_id)


def _in_work(batch: Batch) -> bool:
    """Whether somebody holds a chunk: then their lane goes on, and no more of them are needed."""
    return chunks_of(batch).filter(status=ChunkStatus.DECIDING, lease_until__gte=Now()).exists()


def _claimed(organization_id: UUID, batch_id: UUID, holder: str) -> ChunkClaim | None:
    """The next chunk that nobody holds, with its rows."""
    told: dict[str, Any] = {
        "organization": organization_id,
        "batch": batch_id,
        "holder": holder,
        "lease": LEASE,
    }
    with enter(organization_id):
        # The batch's row first, as `_settled` does: then nobody waits for the other crosswise.
        Batch.objects.filter(
            organization_id=organization_id, id=batch_id, status=BatchStatus.DECIDING
        ).update(seen_at=world())
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, told)
            row = cursor.fetchone()
        if row is None:
            return None
        chunk = BatchChunk.objects.select_related("batch__product").get(
            organization_id=organization_id, id=row[0]
        )
    return ChunkClaim(chunk)


def _decided(claim: ChunkClaim) -> None:
    chunk = claim.chunk
    if chunk.attempts > MOST_ATTEMPTS:
        _failed(claim, chunk.error or LOST)
        return
    try:
        _decide(claim)
    except LostLease:
        log.info("batch.lost_lease", chunk=str(chunk.id), fence=chunk.fence)
    except DomainError as error:
        _failed(claim, error.code)
    except Exception as error:
        log.exception("batch.chunk_failed", chunk=str(chunk.id), attempt=chunk.attempts)
        _failed(claim, type(error).__name__)


def _decide(claim: ChunkClaim) -> None:
    chunk, batch = claim.chunk, claim.chunk.batch
    with enter(chunk.organization_id):
        table = body_open(chunk)
        if table is None:
            claim()
            claim.store(ChunkDone())
            return
    terms = BatchTerms(
        batch_id=batch.id,
        chunk_id=chunk.id,
        number=chunk.number,
        product_slug=batch.product.slug,
        language=batch.language,
        consents=tuple(batch.consents),
        partner_id=batch.partner_id,
    )
    chunk_decide(
        organization_id=chunk.organization_id,
        actor=batch_sender(batch),
        terms=terms,
        rows=table,
        finish=claim,
    )


def _failed(claim: ChunkClaim, why: str) -> None:
    """Its lease runs out after a rest, or it has failed for good; only under our fence."""
    chunk = claim.chunk
    with enter(chunk.organization_id):
        if chunk.attempts < MOST_ATTEMPTS:
            claim.own().update(error=why, lease_until=Now() + RETRY_AFTER[chunk.attempts - 1])
        else:
            claim.own().update(status=ChunkStatus.FAILED, error=why, lease_until=None)


def _settled(organization_id: UUID, batch_id: UUID) -> bool:
    """Whether nothing is left to claim; with the last chunk the batch ends, once."""
    with enter(organization_id):
        batch = Batch.objects.select_for_update().filter(
            organization_id=organization_id, id=batch_id, status=BatchStatus.DECIDING
        )
        found = batch.first()
        if found is None:
            return True
        if found.cancel_requested:
            _cancel_waiting(found)
        states = set(chunks_of(found).values_list("status", flat=True).distinct())
        if states & {ChunkStatus.WAITING, ChunkStatus.DECIDING}:
            return False
        _ended(found, states)
        return True


def _cancel_waiting(batch: Batch) -> None:
    """What nobody holds any more is cancelled; what is in work ends its chunk."""
    chunks = BatchChunk.objects.filter(organization_id=batch.organization_id, batch_id=batch.id)
    chunks.filter(status=ChunkStatus.DECIDING, lease_until__lt=Now()).update(
        status=ChunkStatus.WAITING, lease_until=None
    )
    chunks.filter(status=ChunkStatus.WAITING).update(status=ChunkStatus.CANCELLED)


def _ended(batch: Batch, states: set[str]) -> None:
    status = BatchStatus.DONE
    if ChunkStatus.FAILED in states:
        status = BatchStatus.FAILED
    if ChunkStatus.CANCELLED in states:
        status = BatchStatus.CANCELLED
    error = "chunks_failed" if status == BatchStatus.FAILED else ""
    Batch.objects.filter(organization_id=batch.organization_id, id=batch.id).update(
        status=status, error=error, finished_at=now(batch.organization_id), seen_at=world()
    )
    progress = batch_progress(batch)
    said = "completed" if status == BatchStatus.DONE else status.value
    batch_told(
        batch,
        batch_sender(batch),
        f"batch.{said}",
        rows=progress.rows,
        placed=progress.placed,
        refused=progress.refused,
        repeated=progress.repeated,
    )
