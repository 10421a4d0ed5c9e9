"""A batch's file read and cut into chunks: all of it, or nothing of it is decided.

Claimed by compare-and-set with a lease and a fence. A reader that takes over finds the chunks that
were cut before it and cuts on from there.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Count, F, Q
from django.db.models.functions import Now

from events.actor import Actor, Kind
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError, Invalid
from underwriting.enums import BatchStatus
from underwriting.imports.batch_cells import Cut
from underwriting.imports.batch_columns import contract_of
from underwriting.imports.batch_files import Limits, batch_table
from underwriting.models import Batch, BatchChunk
from underwriting.selectors.batches import batch_by_id, chunks_of
from underwriting.selectors.terms import product_terms
from underwriting.services.batch_bodies import body_seal, refusals_seal
from underwriting.services.batch_contract import BadRow
from underwriting.services.batch_lanes import lanes_enqueue
from underwriting.services.batch_uploads import file_empty, pieces_of
from underwriting.services.batches import batch_told, world
from underwriting.services.runs import LostLease

LEASE = timedelta(minutes=2)
BEAT_SECONDS = 10.0
MOST_ATTEMPTS = 5
UNPACKED = 8
"""How many times the largest file that is taken may unpack to."""
LOST = "worker_lost"

log = structlog.get_logger(__name__)


class Cancelled(Exception):
    """Somebody asked for it to stop; raised between two chunks."""


@dataclass(slots=True)
class _Reading:
    """The right to cut a batch's file while the fence has this number."""

    batch: Batch
    fence: int
    _beat_at: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """A new lease now and then, while a file is fetched and unpacked."""
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            with enter(self.batch.organization_id):
                self.hold()

    def hold(self) -> None:
        """Inside `enter`: a lease from now on; LostLease or Cancelled, where that is so."""
        self._beat_at = time.monotonic()
        if not self.own().update(lease_until=Now() + LEASE, seen_at=Now()):
            raise LostLease("the batch is in other hands")
        if self.own().filter(cancel_requested=True).exists():
            raise Cancelled

    def own(self) -> Any:
        return Batch.objects.filter(
            organization_id=self.batch.organization_id,
            id=self.batch.id,
            fence=self.fence,
            status=BatchStatus.READING,
        )


def batch_read(*, organization_id: UUID, batch_id: UUID, holder: str) -> Batch | None:
    """Cut a waiting batch's file; None when somebody else has it, or nothing is to be read.

    What is wrong with the file ends the batch and says so; a failure of ours is tried again when
    the lease has ended, and is raised.
    """
    reading = _claim(organization_id, batch_id, holder)
    if reading is None:
        return None
    try:
        _cut(reading)
    except LostLease:
        return None
    except Cancelled:
        _stopped(reading, BatchStatus.CANCELLED)
    except DomainError as error:
        _stopped(reading, BatchStatus.FAILED, error)
    with enter(organization_id, read_only=True):
        return batch_by_id(organization_id, batch_id)


def batch_sender(batch: Batch) -> Actor:
    """Who sent the file; what becomes of it is theirs."""
    return Actor(cast(Kind, batch.created_by_kind), batch.created_by_id)


def _claim(organization_id: UUID, batch_id: UUID, holder: str) -> _Reading | None:
    free = Q(status=BatchStatus.WAITING) | Q(status=BatchStatus.READING, lease_until__lt=Now())
    with enter(organization_id):
        claimed = Batch.objects.filter(free, organization_id=organization_id, id=batch_id).update(
            status=BatchStatus.READING,
            holder=holder,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            lease_until=Now() + LEASE,
            seen_at=Now(),
        )
        if not claimed:
            return None
        batch = batch_by_id(organization_id, batch_id)
        reading = _Reading(batch, batch.fence)
    if batch.attempts > MOST_ATTEMPTS:
        _stopped(reading, BatchStatus.FAILED, DomainError("gave up", code=LOST))
        return None
    return reading


def _cut(reading: _Reading) -> None:
    batch = reading.batch
    organization_id = batch.organization_id
    with enter(organization_id, read_only=True):
        terms = product_terms(organization_id, batch.product.slug).terms
        there = chunks_of(batch).count()
    contract = contract_of(terms, batch.language)
    with batch_table(
        pieces_of(batch, reading.beat), contract, batch.product.slug, _limits()
    ) as table:
        table.check(consents_in_rows=not batch.consents and bool(terms.purposes))
        rows = 0
        for number, cut in enumerate(table.cuts(_limits(), batch.decimal_mark), start=1):
            rows = cut.last
            if number > there:
                _store(reading, number, cut)
        _read(reading, rows, table.format)


def _limits() -> Limits:
    return Limits(
        rows=settings.ASSAY_BATCH_MAX_ROWS,
        chunk_rows=settings.ASSAY_BATCH_CHUNK_ROWS,
        unpacked=settings.ASSAY_UPLOAD_MAX_BYTES * UNPACKED,
    )


def _store(reading: _Reading, number: int, cut: Cut) -> None:
    batch = reading.batch
    chunk = BatchChunk(
        organization_id=batch.organization_id,
        batch=batch,
        number=number,
        first_row=cut.first,
        last_row=cut.last,
        rows=cut.last - cut.first + 1,
        refused=len({each.row for each in cut.unread}),
    )
    bad = [BadRow(each.row, each.pointer, each.code, each.message) for each in cut.unread]
    with enter(batch.organization_id):
        reading.hold()
        chunk.body = body_seal(chunk, cut.table)
        chunk.refusals = refusals_seal(chunk, bad)
        chunk.save(force_insert=True)


def _read(reading: _Reading, rows: int, form: str) -> None:
    """The file is whole: from here on its chunks are decided, and nobody needs it any more."""
    batch = reading.batch
    with enter(batch.organization_id):
        reading.hold()
        reading.own().update(
            status=BatchStatus.DECIDING,
            format=form,
            rows=rows,
            attempts=0,
            holder=None,
            lease_until=None,
            deciding_since=now(batch.organization_id),
        )
        file_empty(batch.organization_id, batch.file_id)
        chunks = chunks_of(batch).aggregate(number=Count("id"))["number"]
        lanes_enqueue(batch.organization_id, batch.id, min(chunks, settings.ASSAY_BATCH_LANES))
        batch_told(batch, batch_sender(batch), "batch.read", rows=rows, chunks=chunks)


def _stopped(reading: _Reading, status: str, error: DomainError | None = None) -> None:
    """Nothing was decided and nothing is: the chunks go; the file too, if it is at fault."""
    batch = reading.batch
    problems = error.errors if isinstance(error, Invalid) else ()
    with enter(batch.organization_id):
        if not reading.own().exists():
            return
        BatchChunk.objects.filter(organization_id=batch.organization_id, batch_id=batch.id).delete()
        reading.own().update(
            status=status,
            error=error.code if error else "",
            problems=[
                {"pointer": each.pointer, "code": each.code, "message": each.message}
                for each in problems
            ],
            holder=None,
            lease_until=None,
            finished_at=now(batch.organization_id),
            seen_at=world(),
        )
        if problems:
            file_empty(batch.organization_id, batch.file_id)
        data = {"error": error.code} if error else {}
        batch_told(batch, batch_sender(batch), f"batch.{status}", **data)
