"""Bringing a lender's past loans: checked row by row, stored by COPY, repeated harmlessly."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from scoring.imports.files import Chunk, LoanFile
from scoring.imports.mapping import Mapping, mapping_check, mapping_for
from scoring.imports.rejected import RejectedFile
from scoring.imports.rows import BadRow, RowReader
from scoring.models import Dataset, DictionaryVersion, LoanImport, Product
from scoring.selectors.products import dictionary_latest, product_by_slug
from scoring.services.datasets import dataset_register
from scoring.services.staging import loans_store
from tenancy.clock import now
from tenancy.enter import enter

Progress = Callable[[int], None]
"""Called after each chunk with the rows read so far."""


def silent(rows: int) -> None:
    """For callers that do not listen."""


@dataclass(slots=True)
class _Count:
    read: int = 0
    imported: int = 0
    rejected: int = 0

    @property
    def repeated(self) -> int:
        return self.read - self.imported - self.rejected


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the file; `rejected_file` is None when every row was good."""

    rows_read: int
    rows_imported: int
    rows_repeated: int
    rows_rejected: int
    rejected_file: Path | None
    dataset: Dataset


@dataclass(slots=True)
class _Import:
    """One import under way; each chunk is a transaction of its own."""

    product: Product
    version: DictionaryVersion
    reader: RowReader
    rejected: RejectedFile
    count: _Count = field(default_factory=_Count)

    def take(self, chunk: Chunk) -> None:
        checked = self.reader.read(chunk)
        with enter(self.product.organization_id):
            stored = loans_store(
                self.product.organization_id, self.product.id, self.version.id, checked.good
            )
        different = [
            BadRow(number, "external_ref", "differs", "already imported with other content")
            for number in stored.different
        ]
        self.rejected.add(checked.bad + different)
        self.count.read += len(chunk.numbers) + len(chunk.broken)
        self.count.imported += stored.imported
        self.count.rejected += checked.rejected + len(stored.different)


def loans_import(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    source: str,
    rejected: Path,
    mapping: Mapping | None = None,
    progress: Progress = silent,
    known_as: str = "",
) -> Imported:
    """Import past applications from CSV or Parquet (a path or an s3:// address).

    Each row is checked against the product's newest dictionary; good rows are stored, refused
    ones written to `rejected` with row number, field and reason. Without a mapping the file
    speaks the dictionary's own words. `known_as` is how the record calls a file that lies here for
    a moment only. Raises Invalid, before any row, when the file cannot be
    read or its columns do not fit.
    """
    file = LoanFile(source, mapping.dialect if mapping else None)
    with enter(organization_id, read_only=True):
        product = product_by_slug(organization_id, product_slug)
        version = dictionary_latest(organization_id, product.id)
        started_at = now(organization_id)
    dictionary = Dictionary.parse(version.document)
    columns = file.columns()
    mapping = mapping or mapping_for(dictionary, columns)
    mapping_check(mapping, dictionary, columns)
    with RejectedFile(rejected) as bad_rows:
        work = _Import(product, version, RowReader(mapping, dictionary), bad_rows)
        for chunk in file.chunks():
            work.take(chunk)
            progress(work.count.read)
    return _finished(work, actor, known_as or source, file.content_hash(), started_at)


def _finished(
    work: _Import, actor: Actor, source: str, file_hash: str, started_at: datetime
) -> Imported:
    product, count = work.product, work.count
    dataset = dataset_register(
        organization_id=product.organization_id, actor=actor, product_slug=product.slug
    )
    with enter(product.organization_id):
        done = LoanImport.objects.create(
            organization_id=product.organization_id,
            product=product,
            dictionary_version=work.version,
            source=source,
            file_hash=file_hash,
            mapping_hash=work.reader.mapping.content_hash,
            rows_read=count.read,
            rows_imported=count.imported,
            rows_repeated=count.repeated,
            rows_rejected=count.rejected,
            started_at=started_at,
            finished_at=now(product.organization_id),
        )
        _told(done, actor, dataset)
    return Imported(
        rows_read=count.read,
        rows_imported=count.imported,
        rows_repeated=count.repeated,
        rows_rejected=count.rejected,
        rejected_file=work.rejected.written,
        dataset=dataset,
    )


def _told(done: LoanImport, actor: Actor, dataset: Dataset) -> None:
    event_record(
        organization_id=done.organization_id,
        actor=actor,
        type="loans.imported",
        subject=("loan_import", done.id),
        data={
            "file": done.file_hash,
            "dataset": dataset.fingerprint,
            "imported": done.rows_imported,
            "repeated": done.rows_repeated,
            "rejected": done.rows_rejected,
        },
    )
