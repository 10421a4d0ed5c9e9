"""The columnar snapshot of a product's past applications: taken up in chunks, erased row by row.

`snapshot_refresh` takes up what was decided or imported since, then what came of all of them.
Each chunk is one short transaction under the product's lock, so that a sweep and a backtest that
refresh together take nothing up twice.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from uuid import UUID

import numpy as np

from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.frame_bytes import frames_from_bytes, frames_to_bytes
from scoring.models import Product
from scoring.training.frames import protected_columns
from tenancy.canonical import content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import NotFound
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.inputs import InputsReader, InputsRefused
from underwriting.decisioning.past import past_facts
from underwriting.decisioning.snapshot import Part, frames_joined, joined, part_read, refs_of
from underwriting.enums import SnapshotSource
from underwriting.models import ApplicationChunk, ApplicationChunkProtected
from underwriting.models.snapshot import MOST_ROWS_A_CHUNK
from underwriting.selectors.snapshots import (
    Found,
    chunk_bodies,
    chunk_protected,
    chunks_of,
    decided_after,
    imported_after,
    known_of,
)
from underwriting.selectors.terms import dictionary as dictionary_of
from underwriting.verdicts import computed_from

AT_ONCE = 5_000
"""Rows read in one transaction."""
OVERLAP = 10 * 60 * 1000
"""Milliseconds that ids are looked back: a row may be committed after one with a later id."""
KNOWN, HELD_APART = "known", "protected"

SOURCES = {SnapshotSource.DECIDED: decided_after, SnapshotSource.IMPORTED: imported_after}
Stop = Callable[[], None]


def snapshot_refresh(
    *, organization_id: UUID, product_id: UUID, between: Stop = lambda: None
) -> int:
    """Bring a product's snapshot up to date; how many applications it took up.

    `between` is called after each transaction: whoever runs this may stop it there by raising.
    """
    taken = 0
    for source in SOURCES:
        while found := _taken_up(organization_id, product_id, source):
            taken += found
            between()
    with enter(organization_id, read_only=True):
        chunks = chunks_of(organization_id, product_id)
    for chunk in chunks:
        _known_again(organization_id, chunk.id)
        between()
    return taken


def snapshot_rows_erase(*, organization_id: UUID, refs: Collection[UUID]) -> int:
    """Take applications out of every chunk, because their people are forgotten.

    Inside the caller's `enter`: it stands or falls with the purge of the facts. Tells how many
    rows went; a chunk without rows goes too.
    """
    if not refs:
        return 0
    gone = set(refs)
    chunks = ApplicationChunk.objects.filter(
        organization_id=organization_id, first_ref__lte=max(gone), last_ref__gte=min(gone)
    )
    return sum(_erased(chunk, gone) for chunk in chunks.order_by("product_id", "number"))


def _taken_up(organization_id: UUID, product_id: UUID, source: SnapshotSource) -> int:
    """Take up the next rows of a source; how many there were."""
    with enter(organization_id):
        if not Product.objects.select_for_update().filter(
            organization_id=organization_id, id=product_id
        ):
            raise NotFound("no such product")
        chunks = [c for c in chunks_of(organization_id, product_id) if c.source == source]
        upto = max((chunk.upto for chunk in chunks), default=None)
        floor = _floor(upto)
        recent = [chunk for chunk in chunks if floor is not None and chunk.upto >= floor]
        there = _refs_there(organization_id, recent)
        rows = list(SOURCES[source](organization_id, product_id, floor, AT_ONCE + len(there)))
        fresh = _newest(row for row in rows if row.ref not in there or _later(row, upto))
        again = [row.ref for row in fresh if row.again]
        snapshot_rows_erase(organization_id=organization_id, refs=again)
        return sum(
            _append(organization_id, product_id, source, digest, list(own))
            for digest, own in groupby(sorted(fresh, key=_by_dictionary), key=_by_dictionary)
        )


def _append(
    organization_id: UUID,
    product_id: UUID,
    source: SnapshotSource,
    digest: str,
    found: Sequence[Found],
) -> int:
    """To the last chunk of that dictionary while it has room, else to new ones; how many."""
    fields = dictionary_of(organization_id, digest)
    units = Product.objects.values_list("minor_units", flat=True).get(
        organization_id=organization_id, id=product_id
    )
    part, kept = _read(fields, units, source, found)
    new = part.rows
    if not new:
        return 0
    apart = _apart(fields, [row.protected for row in kept])
    chunks = chunks_of(organization_id, product_id)
    mark = max(row.mark for row in found)
    last = next(
        (c for c in reversed(chunks) if (c.source, c.dictionary_hash) == (source, digest)), None
    )
    number = max((chunk.number for chunk in chunks), default=0)
    if last is not None and last.rows + part.rows <= MOST_ROWS_A_CHUNK:
        part, apart = _with_the_last(organization_id, last, part, apart)
        number = last.number - 1
    for start in range(0, part.rows, MOST_ROWS_A_CHUNK):
        rows = np.arange(start, min(start + MOST_ROWS_A_CHUNK, part.rows))
        number += 1
        _stored(
            ApplicationChunk(
                organization_id=organization_id,
                product_id=product_id,
                source=source,
                dictionary_hash=digest,
                number=number,
                upto=mark,
            ),
            part.take(rows),
            apart.take(rows),
        )
    return new


def _with_the_last(
    organization_id: UUID, last: ApplicationChunk, part: Part, apart: Frame
) -> tuple[Part, Frame]:
    """The last chunk's rows and the new ones; the last chunk itself is deleted."""
    chunk = ApplicationChunk.objects.get(organization_id=organization_id, id=last.id)
    held = chunk_protected(organization_id, last.id)
    before = frames_from_bytes(held)[HELD_APART] if held else Frame({}, chunk.rows)
    _deleted(chunk)
    return joined([part_read(bytes(chunk.body)), part]), frames_joined([before, apart])


def _stored(chunk: ApplicationChunk, part: Part, apart: Frame) -> None:
    """Write a chunk: its facts, what is held apart, and what came of them."""
    body, uuids = part.to_bytes(), part.uuids
    at = now(chunk.organization_id)
    chunk.rows, chunk.body, chunk.content_hash = part.rows, body, content_hash(body)
    chunk.first_ref, chunk.last_ref = min(uuids), max(uuids)
    chunk.known = frames_to_bytes({KNOWN: known_of(chunk, uuids, at.date())})
    chunk.known_hash, chunk.known_at = content_hash(bytes(chunk.known)), at
    chunk.save(force_insert=True)
    if any(not column.null.all() for column in apart.columns.values()):
        held = frames_to_bytes({HELD_APART: apart})
        ApplicationChunkProtected.objects.create(
            organization_id=chunk.organization_id,
            chunk=chunk,
            rows=part.rows,
            content_hash=content_hash(held),
            body=held,
        )


def _known_again(organization_id: UUID, chunk_id: UUID) -> None:
    """What came of a chunk's applications, as it stands now."""
    with enter(organization_id):
        chunk = (
            ApplicationChunk.objects.select_for_update()
            .filter(organization_id=organization_id, id=chunk_id)
            .first()
        )
        if chunk is None:
            return
        at = now(organization_id)
        uuids = part_read(bytes(chunk.body)).uuids
        known = frames_to_bytes({KNOWN: known_of(chunk, uuids, at.date())})
        if content_hash(known) != chunk.known_hash:
            chunk.known, chunk.known_hash, chunk.known_at = known, content_hash(known), at
            chunk.save(update_fields=["known", "known_hash", "known_at"])


def _erased(chunk: ApplicationChunk, gone: Collection[UUID]) -> int:
    part = part_read(bytes(chunk.body))
    kept = np.array([at for at, ref in enumerate(part.uuids) if ref not in gone], np.int64)
    if len(kept) == part.rows:
        return 0
    held = chunk_protected(chunk.organization_id, chunk.id)
    apart = frames_from_bytes(held)[HELD_APART] if held else Frame({}, part.rows)
    _deleted(chunk)
    if len(kept):
        again = ApplicationChunk(
            organization_id=chunk.organization_id,
            product_id=chunk.product_id,
            source=chunk.source,
            dictionary_hash=chunk.dictionary_hash,
            number=chunk.number,
            upto=chunk.upto,
        )
        _stored(again, part.take(kept), apart.take(kept))
    return part.rows - len(kept)


def _deleted(chunk: ApplicationChunk) -> None:
    ApplicationChunkProtected.objects.filter(
        organization_id=chunk.organization_id, chunk=chunk
    ).delete()
    ApplicationChunk.objects.filter(organization_id=chunk.organization_id, id=chunk.id).delete()


def _read(
    fields: Dictionary, units: int, source: SnapshotSource, found: Sequence[Found]
) -> tuple[Part, list[Found]]:
    """Applications as columns, without those whose inputs may not be decided on at all."""
    reader = InputsReader(fields, units)
    facts, kept = [], []
    for row in found:
        try:
            if source == SnapshotSource.IMPORTED:
                facts.append(past_facts(fields, row.inputs))
            else:
                own = computed_from(row.inputs)
                facts.append(reader.read(own))
        except InputsRefused:
            continue
        kept.append(row)
    return Part(refs_of([row.ref for row in kept]), Applications.of(fields, facts)), kept


def _apart(fields: Dictionary, protected: Sequence[str | None]) -> Frame:
    """What is held apart of the first party, typed; nothing where nobody said anything."""
    return Frame(
        dict(protected_columns(fields, [each or "{}" for each in protected])), len(protected)
    )


def _refs_there(organization_id: UUID, chunks: Sequence[ApplicationChunk]) -> set[UUID]:
    found = (chunk_bodies(organization_id, chunk.id) for chunk in chunks)
    return {ref for chunk in found if chunk for ref in part_read(bytes(chunk.body)).uuids}


def _newest(found: Iterable[Found]) -> list[Found]:
    """The last of each application."""
    return list({row.ref: row for row in found}.values())


def _later(row: Found, upto: UUID | None) -> bool:
    """Whether an application that is there was decided anew since."""
    return row.again and upto is not None and row.mark > upto


def _floor(mark: UUID | None) -> UUID | None:
    """The least id of ten minutes before: a version 7 UUID begins with its milliseconds."""
    if mark is None:
        return None
    return UUID(int=max((mark.int >> 80) - OVERLAP, 0) << 80)


def _by_dictionary(row: Found) -> str:
    return row.dictionary_hash
