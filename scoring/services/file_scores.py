"""Scoring a whole file with the model in charge: nobody is decided, who asked what is recorded."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from ml.model import Model
from ml.reasons import principal_reasons
from scoring.imports.files import Chunk, LoanFile
from scoring.imports.mapping import Mapping, Source, mapping_check, mapping_for
from scoring.imports.rejected import RejectedFile
from scoring.imports.rows import RowReader
from scoring.models import ModelVersion, Product
from scoring.selectors.models import champion
from scoring.selectors.products import product_by_slug
from scoring.services.serving import model_loaded
from scoring.training.frames import training_frame
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid
from tenancy.ids import new_id

HEADER = ("row", "external_ref", "points", "pd_ppm", "reason_1", "reason_2", "reason_3", "reason_4")
MOST_REASONS = 4
PURPOSE = re.compile(r"[a-z][a-z0-9_]{1,39}")
Progress = Callable[[int], None]


def silent(rows: int) -> None:
    """For callers that do not listen."""


@dataclass(frozen=True, slots=True)
class FileScored:
    """What became of the file; `rejected_file` is None when every row was good."""

    rows_read: int
    rows_scored: int
    rows_rejected: int
    model_number: int
    rejected_file: Path | None


@dataclass(frozen=True, slots=True)
class _Scorer:
    """The model in charge with what a row is read by."""

    product: Product
    version: ModelVersion
    dictionary: Dictionary
    model: Model

    def lines(self, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
        """One line a good row: points, PD and the reasons against it, most points lost first."""
        frame, _ = training_frame(
            self.dictionary, [row.request for row in rows], [row.parties for row in rows]
        )
        scored = self.model.score_columns(frame)
        for index, row in enumerate(rows):
            score = scored.row(index)
            reasons = principal_reasons(self.dictionary, [score.contributions], MOST_REASONS)
            codes = [reason.code for reason in reasons]
            padded = codes + [""] * (MOST_REASONS - len(codes))
            yield (row.number, row.external_ref, score.points, score.pd_ppm, *padded)


def file_score(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    source: str,
    purpose: str,
    results: Path,
    rejected: Path,
    mapping: Mapping | None = None,
    progress: Progress = silent,
) -> FileScored:
    """Score a file (CSV or Parquet, a path or an s3:// address) with the model in charge.

    Rows that do not hold go to `rejected` with field and reason. Memory does not grow with the
    file. Invalid without a purpose, which is a code: a score that determines credit belongs to
    an application.
    """
    if not PURPOSE.fullmatch(purpose):
        message = "say what the scores are for, as a code such as spring_campaign"
        raise Invalid([FieldError("/purpose", "code", message)])
    scorer = _scorer(organization_id, product_slug)
    file = LoanFile(source, mapping.dialect if mapping else None)
    how = _without_outcome(mapping or mapping_for(scorer.dictionary, file.columns()))
    mapping_check(how, scorer.dictionary, file.columns())
    counts = _written(scorer, file, RowReader(how, scorer.dictionary), results, rejected, progress)
    _recorded(scorer, actor, file, purpose, counts)
    return counts


def _scorer(organization_id: UUID, product_slug: str) -> _Scorer:
    with enter(organization_id, read_only=True):
        product = product_by_slug(organization_id, product_slug)
        version = champion(organization_id, product.id, now(organization_id))
        dictionary = Dictionary.parse(version.dictionary_version.document)
        return _Scorer(
            product, version, dictionary, model_loaded(organization_id, version.artifact_hash)
        )


def _without_outcome(mapping: Mapping) -> Mapping:
    """The file's mapping as for an import, without what only the past knows."""
    named = {
        source.column
        for source in (mapping.applied_on, mapping.disposition, mapping.outcome)
        if source and source.column
    }
    return mapping.model_copy(
        update={
            "applied_on": None,
            "outcome": None,
            "disposition": Source(constant="booked"),
            "ignore": sorted({*mapping.ignore, *(named - set(mapping.columns))}),
        }
    )


def _written(
    scorer: _Scorer,
    file: LoanFile,
    reader: RowReader,
    results: Path,
    rejected: Path,
    progress: Progress,
) -> FileScored:
    read = scored = refused = 0
    with RejectedFile(rejected) as bad_rows, results.open("w", newline="", encoding="utf-8") as out:
        lines = csv.writer(out)
        lines.writerow(HEADER)
        for chunk in file.chunks():
            checked = reader.read(chunk)
            lines.writerows(scorer.lines(checked.good))
            bad_rows.add(checked.bad)
            read += _size(chunk)
            scored += len(checked.good)
            refused += checked.rejected
            progress(read)
    return FileScored(read, scored, refused, scorer.version.number, bad_rows.written)


def _size(chunk: Chunk) -> int:
    return len(chunk.numbers) + len(chunk.broken)


def _recorded(
    scorer: _Scorer, actor: Actor, file: LoanFile, purpose: str, counts: FileScored
) -> None:
    """Who scored which bytes with which model, and what for; no score and no fact."""
    organization_id = scorer.product.organization_id
    digest = file.content_hash()
    with enter(organization_id):
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="file.scored",
            subject=("file_score", new_id()),
            data={
                "product": str(scorer.product.id),
                "file": digest,
                "model": scorer.version.artifact_hash,
                "purpose": purpose,
                "scored": counts.rows_scored,
                "rejected": counts.rows_rejected,
            },
        )
