"""The rows of a data set: stored in chunks, read as registered, taken out by erasure alone.

Everything here runs inside the caller's `enter`.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from events.actor import SYSTEM
from events.services import event_record
from scoring.enums import Outcome
from scoring.models import Dataset, DatasetChunk, DatasetProtected
from scoring.selectors.datasets import dataset_chunks, dataset_protected_chunks
from scoring.training.rows import LoanRows, joined, protected_read, rows_read

APPLICATIONS = "applications"
"""The source of a data set that is what was applied for and decided here."""


def chunk_store(dataset: Dataset, number: int, rows: LoanRows) -> None:
    of = {
        "organization_id": dataset.organization_id,
        "dataset": dataset,
        "number": number,
        "rows": len(rows),
    }
    DatasetChunk.objects.create(**of, content_hash=rows.facts_hash, body=rows.facts_body())
    if any(rows.protected):
        DatasetProtected.objects.create(
            **of, content_hash=rows.protected_hash, body=rows.protected_body()
        )


def dataset_loans(dataset: Dataset) -> LoanRows:
    """Exactly the rows that were registered, in the order of their references. Inside `enter`.

    Nothing held apart is among them. Conflict (`altered`) where a chunk is not what its hash says.
    `scoring.training.frames.training_frame(dictionary, rows.requests, rows.parties)` makes the
    columns; `rows.outcomes` holds good, bad, indeterminate, censored or nothing.
    """
    return joined(
        [rows_read(bytes(each.body), each.content_hash) for each in dataset_chunks(dataset)]
    )


def ended(rows: LoanRows) -> LoanRows:
    """The booked loans among them that turned out good or bad: what a model may learn from."""
    known = (Outcome.GOOD, Outcome.BAD)
    return rows.take(i for i, found in enumerate(rows.outcomes) if found in known)


def dataset_protected(dataset: Dataset) -> dict[str, str]:
    """What stands apart, canonical JSON by reference; for fairness work only. Inside `enter`."""
    found: dict[str, str] = {}
    for each in dataset_protected_chunks(dataset):
        found |= protected_read(bytes(each.body), each.content_hash)
    return found


def dataset_rows_erase(*, organization_id: UUID, refs: Collection[str]) -> int:
    """Take an erased person's rows out of every data set of applications decided here.

    Inside the caller's `enter`: it stands or falls with the purge of the facts. The chunk is
    deleted and written again without the rows; the fingerprint stays that of what was learnt
    from, and the event says how many rows it no longer covers. Tells how many rows went.
    """
    gone = set(refs)
    datasets = Dataset.objects.filter(organization_id=organization_id, source=APPLICATIONS)
    return sum(_erased(dataset, gone) for dataset in datasets.order_by("id"))


def _erased(dataset: Dataset, gone: Collection[str]) -> int:
    apart: dict[str, str] | None = None
    rows_gone = 0
    for chunk in dataset_chunks(dataset):
        rows = rows_read(bytes(chunk.body), chunk.content_hash)
        kept = [i for i, ref in enumerate(rows.refs) if ref not in gone]
        if len(kept) == len(rows):
            continue
        apart = dataset_protected(dataset) if apart is None else apart
        rows_gone += len(rows) - len(kept)
        _rewritten(dataset, chunk, rows.take(kept), apart)
    if rows_gone:
        event_record(
            organization_id=dataset.organization_id,
            actor=SYSTEM,
            type="dataset.rows_erased",
            subject=("dataset", dataset.id),
            data={"rows": rows_gone, "fingerprint": dataset.fingerprint},
        )
    return rows_gone


def _rewritten(
    dataset: Dataset, chunk: DatasetChunk, kept: LoanRows, apart: Mapping[str, str]
) -> None:
    of = {"organization_id": dataset.organization_id, "dataset": dataset, "number": chunk.number}
    DatasetProtected.objects.filter(**of).delete()
    chunk.delete()
    if len(kept):
        chunk_store(
            dataset, chunk.number, kept.with_protected([apart.get(ref) for ref in kept.refs])
        )
