"""Registering the rows a model may learn from: chosen, copied, fingerprinted, searched for leaks.

A data set's rows are copies: a later import, correction or deletion changes nothing about what a
training of it reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from events.actor import Actor
from events.services import event_record
from ml.columns import Frame
from ml.dictionary import Dictionary
from scoring.enums import DatasetEvidenceKind, Disposition, Outcome
from scoring.imports.file_rows import file_rows
from scoring.models import (
    Dataset,
    DatasetEvidence,
    DictionaryVersion,
    OutcomeDefinition,
    Product,
)
from scoring.models.dataset import MOST_ROWS_A_CHUNK
from scoring.models.history import HISTORY
from scoring.selectors.datasets import dataset_by_id, history_rows
from scoring.selectors.outcomes import definition_of, outcomes_by_loan
from scoring.selectors.products import dictionary_latest, product_by_slug
from scoring.services.dataset_rows import chunk_store
from scoring.services.leakage import leaks_among
from scoring.services.studies import study_queue
from scoring.training.exclusions import Exclusion, Period, exclusions_apply, exclusions_parse
from scoring.training.late import whole_frame
from scoring.training.rows import LoanRows
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid, NotFound

ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class _Place:
    """What a registration stands on, read once."""

    product: Product
    version: DictionaryVersion
    definition: OutcomeDefinition | None
    as_of: datetime
    outcomes: Mapping[str, str]

    @property
    def dictionary(self) -> Dictionary:
        return Dictionary.parse(self.version.document)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The rows that stay, and what took out the others."""

    rows: LoanRows
    frame: Frame
    exclusions: list[dict[str, Any]]

    @property
    def excluded(self) -> int:
        return sum(each["rows"] for each in self.exclusions)


def dataset_register(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    source: str = HISTORY,
    rows: LoanRows | None = None,
    mapping: Mapping[str, Any] | None = None,
    period: Period = ALWAYS,
    exclusions: Sequence[Mapping[str, Any]] = (),
    as_of: datetime | None = None,
    definition: int | None = None,
) -> Dataset:
    """Copy the rows as they stand, name them by a fingerprint, and search them for leaks.

    `source` is "history" (the organization's past applications), "applications" (its own decided
    ones, which `rows` brings), or a file: CSV or Parquet, a path or an s3:// address, read by
    `mapping`. `exclusions` are declared conditions, each with a reason. With the number of an
    outcome `definition` the performance known at `as_of` says how each loan turned out; without,
    the file's own word does. The same rows, dictionary and definition are the same data set, told
    from the one there is. Raises Invalid where nothing is left.
    """
    declared = exclusions_parse(exclusions)
    with enter(organization_id, read_only=True):
        place = _placed(organization_id, product_slug, as_of, definition)
        if rows is None and source == HISTORY:
            rows = LoanRows.of(history_rows(place.product))
    if rows is None:
        rows = file_rows(source, mapping, place.dictionary)
    chosen = _chosen(place, rows.in_order(), declared, period)
    leaks = leaks_among(place.dictionary, chosen.rows, chosen.frame)
    with enter(organization_id):
        return _registered(place, chosen, source, leaks, actor)


def _placed(organization_id: UUID, slug: str, as_of: datetime | None, number: int | None) -> _Place:
    product = product_by_slug(organization_id, slug)
    known_at = as_of or now(organization_id)
    row = None if number is None else _definition(product, number)
    return _Place(
        product=product,
        version=dictionary_latest(organization_id, product.id),
        definition=row,
        as_of=known_at,
        outcomes={} if row is None else outcomes_by_loan(row, known_at.date()),
    )


def _definition(product: Product, number: int) -> OutcomeDefinition:
    found = OutcomeDefinition.objects.filter(
        organization_id=product.organization_id, product=product, number=number
    ).first()
    if found is None:
        raise NotFound("no such outcome definition", code="definition_unknown")
    return found


def _chosen(
    place: _Place, rows: LoanRows, declared: Sequence[Exclusion], period: Period
) -> _Chosen:
    rows = _as_known(place, rows)
    outside = period.outside(rows)
    told = [period.document(int(outside.sum()))] if outside.any() else []
    rows = rows.take(np.flatnonzero(~outside).tolist())
    frame = whole_frame(place.dictionary, rows)
    gone, counts = exclusions_apply(declared, place.dictionary, frame, rows)
    kept = np.flatnonzero(~gone)
    if not kept.size and (outside.any() or gone.any()):
        raise Invalid([FieldError("/rows", "none", "no application is left to learn from")])
    told += [each.document(count) for each, count in zip(declared, counts, strict=True)]
    return _Chosen(rows.take(kept.tolist()), frame.take(kept), told)


def _as_known(place: _Place, rows: LoanRows) -> LoanRows:
    """Without what was applied for later, and with outcomes as the definition has them."""
    day = place.as_of.date()
    known = [i for i, applied in enumerate(rows.applied_on) if applied is None or applied <= day]
    rows = rows if len(known) == len(rows) else rows.take(known)
    if place.definition is None:
        return rows
    return rows.with_outcomes(
        [
            place.outcomes.get(loan, Outcome.CENSORED) if found == Disposition.BOOKED else ""
            for loan, found in zip(rows.loans, rows.dispositions, strict=True)
        ]
    )


def _registered(
    place: _Place, chosen: _Chosen, source: str, leaks: Mapping[str, Any], actor: Actor
) -> Dataset:
    chunks = list(chosen.rows.chunks(MOST_ROWS_A_CHUNK))
    fingerprint = _fingerprint(place, chunks)
    of = {"organization_id": place.product.organization_id, "product": place.product}
    known = Dataset.objects.filter(**of, fingerprint=fingerprint).first()
    if known is not None:
        return known
    dataset = Dataset.objects.create(
        **of,
        fingerprint=fingerprint,
        dictionary_version=place.version,
        source=source,
        as_of=place.as_of,
        definition=place.definition,
        exclusions=chosen.exclusions,
        excluded=chosen.excluded,
        registered_at=now(place.product.organization_id),
        **_counts(chosen.rows),
    )
    for number, chunk in enumerate(chunks):
        chunk_store(dataset, number, chunk)
    _evidence(dataset, DatasetEvidenceKind.LEAKAGE, leaks)
    study_queue(dataset, actor)
    _told(dataset, actor, leaks)
    return dataset


def _fingerprint(place: _Place, chunks: Sequence[LoanRows]) -> str:
    """Over every row, what stands apart of it, the dictionary that reads it and the definition."""
    definition = place.definition and definition_of(place.definition)
    return content_hash(
        canonical(
            {
                "chunks": [[chunk.facts_hash, chunk.protected_hash] for chunk in chunks],
                "dictionary": place.version.content_hash,
                "definition": definition
                and [
                    definition.bad_days_past_due,
                    definition.indeterminate_days_past_due,
                    definition.window_months,
                ],
            }
        )
    )


def _counts(rows: LoanRows) -> dict[str, Any]:
    days = [day for day in rows.applied_on if day is not None]
    ends = list(rows.outcomes)
    return {
        "rows": len(rows),
        "goods": ends.count(Outcome.GOOD),
        "bads": ends.count(Outcome.BAD),
        "indeterminates": ends.count(Outcome.INDETERMINATE),
        "censored": ends.count(Outcome.CENSORED),
        "applied_from": min(days, default=None),
        "applied_to": max(days, default=None),
    }


def _evidence(dataset: Dataset, kind: str, document: Mapping[str, Any]) -> None:
    DatasetEvidence.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        kind=kind,
        document=dict(document),
        made_at=now(dataset.organization_id),
    )


def _told(dataset: Dataset, actor: Actor, leaks: Mapping[str, Any]) -> None:
    event_record(
        organization_id=dataset.organization_id,
        actor=actor,
        type="dataset.registered",
        subject=("dataset", dataset.id),
        data={
            "product": str(dataset.product_id),
            "fingerprint": dataset.fingerprint,
            "rows": dataset.rows,
            "excluded": dataset.excluded,
            "leakage_findings": len(leaks["findings"]),
        },
    )


def dataset_for_training(
    *, organization_id: UUID, actor: Actor, product_slug: str, dataset_id: UUID | None = None
) -> Dataset:
    """The data set a training reads: the one named, else the past applications as they are now."""
    if dataset_id is None:
        return dataset_register(
            organization_id=organization_id, actor=actor, product_slug=product_slug
        )
    with enter(organization_id, read_only=True):
        found = dataset_by_id(organization_id, dataset_id)
        if found.product.slug != product_slug:
            raise NotFound("no such data set of this product", code="dataset_unknown")
        return found
