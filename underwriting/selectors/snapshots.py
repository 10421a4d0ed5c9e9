"""What a snapshot is made of, and the chunks there are. Call inside `enter`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from ml.columns import Frame
from scoring.models import PastApplication
from scoring.selectors.outcomes import definition_latest, outcomes_by_loan
from underwriting.enums import DecisionKind, SnapshotSource
from underwriting.models import ApplicationChunk, ApplicationChunkProtected, Decision

KNOWN_KINDS: Mapping[str, str] = {
    "received": "date",
    "disposition": "category",
    "outcome": "category",
    "reason": "category",
    "automatic": "category",
    "points": "number",
    "pd_ppm": "number",
    "amount": "number",
    "term": "number",
    "rate_ppm": "number",
    "performance": "category",
}
"""What is known of a past application: `outcome` and `reason` of the decision in force,
`automatic` what was decided without a person, amount, term and rate of its offer, `performance`
good, bad, indeterminate or censored where it became a loan."""

_KNOWN = """
SELECT wanted.place, a.received_at::date, a.status, d.outcome, r.code, f.outcome, d.points,
    d.pd_ppm, o.amount, o.term_months, o.rate_ppm, b.reference
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS wanted(id, place)
LEFT JOIN underwriting_application a ON a.organization_id = %(organization)s AND a.id = wanted.id
LEFT JOIN underwriting_decision d ON d.organization_id = a.organization_id
    AND d.application_id = a.id AND d.in_force
LEFT JOIN LATERAL (
    SELECT outcome FROM underwriting_decision f WHERE f.organization_id = a.organization_id
    AND f.application_id = a.id AND f.kind = 'automatic' ORDER BY f.number DESC LIMIT 1) f ON true
LEFT JOIN underwriting_decisionreason r ON r.organization_id = d.organization_id
    AND r.decision_id = d.id AND r.position = 1
LEFT JOIN underwriting_offer o ON o.organization_id = d.organization_id AND o.decision_id = d.id
LEFT JOIN underwriting_booking b ON b.organization_id = a.organization_id
    AND b.application_id = a.id
ORDER BY wanted.place
"""


@dataclass(frozen=True, slots=True)
class Found:
    """An application that is not in the snapshot yet: `mark` orders what was found when."""

    ref: UUID
    mark: UUID
    dictionary_hash: str
    inputs: Mapping[str, Any]
    again: bool = False
    """Decided before: an earlier row of it is in the snapshot."""
    protected: str | None = None


def chunks_of(organization_id: UUID, product_id: UUID) -> list[ApplicationChunk]:
    """All chunks without their bytes, in the order of their numbers."""
    return list(
        ApplicationChunk.objects.filter(organization_id=organization_id, product_id=product_id)
        .defer("body", "known")
        .order_by("number")
    )


def chunk_bodies(organization_id: UUID, chunk_id: UUID) -> ApplicationChunk | None:
    """With its bytes; None where it was written anew since."""
    return ApplicationChunk.objects.filter(organization_id=organization_id, id=chunk_id).first()


def chunk_protected(organization_id: UUID, chunk_id: UUID) -> bytes | None:
    """What is held apart of a chunk; for adverse impact alone."""
    found = ApplicationChunkProtected.objects.filter(
        organization_id=organization_id, chunk_id=chunk_id
    ).first()
    return None if found is None else bytes(found.body)


def decided_after(
    organization_id: UUID, product_id: UUID, mark: UUID | None, limit: int
) -> Iterator[Found]:
    """Applications decided here since, by the inputs that their automatic decision pinned."""
    rows = Decision.objects.filter(
        organization_id=organization_id,
        application__product_id=product_id,
        kind=DecisionKind.AUTOMATIC,
        inputs__isnull=False,
    ).order_by("id")
    if mark is not None:
        rows = rows.filter(id__gt=mark)
    names = ("application_id", "id", "dictionary_hash", "inputs", "number")
    for ref, own, digest, inputs, number in rows.values_list(*names)[:limit]:
        yield Found(ref, own, digest, json.loads(inputs or "{}"), again=number > 1)


def imported_after(
    organization_id: UUID, product_id: UUID, mark: UUID | None, limit: int
) -> Iterator[Found]:
    """Applications from before this platform, as they were imported."""
    rows = PastApplication.objects.filter(
        organization_id=organization_id, product_id=product_id
    ).order_by("id")
    if mark is not None:
        rows = rows.filter(id__gt=mark)
    names = (
        "id", "dictionary_version__content_hash", "request", "parties", "applied_on",
        "dictionary_version__published_at", "protected__facts",
    )  # fmt: skip
    for ref, digest, request, parties, applied_on, published, protected in rows.values_list(*names)[
        :limit
    ]:
        inputs = {
            "request": json.loads(request),
            "parties": json.loads(parties),
            "as_of": applied_on or published.date(),
        }
        yield Found(ref, ref, digest, inputs, protected=protected)


def known_of(chunk: ApplicationChunk, refs: Sequence[UUID], today: date) -> Frame:
    """What came of the applications of a chunk, row by row."""
    outcomes = _performance(chunk, today)
    if chunk.source == SnapshotSource.IMPORTED:
        return Frame.of(_imported(chunk, refs, outcomes), KNOWN_KINDS)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"ids": list(refs), "organization": chunk.organization_id})
        rows = cursor.fetchall()
    return Frame.of([_told(row, refs, outcomes) for row in rows], KNOWN_KINDS)


def _performance(chunk: ApplicationChunk, today: date) -> Mapping[str, str]:
    definition = definition_latest(chunk.organization_id, chunk.product_id)
    return {} if definition is None else outcomes_by_loan(definition, today)


def _told(row: Sequence[Any], refs: Sequence[UUID], outcomes: Mapping[str, str]) -> dict[str, Any]:
    place, received, status, outcome, reason, automatic, points, pd_ppm, *offer, loan = row
    ref = str(refs[place - 1])
    amount, term, rate = offer
    booked = "censored" if loan else None
    return {
        "received": None if received is None else (received - EPOCH).days,
        "disposition": status,
        "outcome": outcome,
        "reason": reason,
        "automatic": automatic,
        "points": points,
        "pd_ppm": pd_ppm,
        "amount": amount,
        "term": term,
        "rate_ppm": rate,
        "performance": outcomes.get(ref) or outcomes.get(loan or "") or booked,
    }


def _imported(
    chunk: ApplicationChunk, refs: Sequence[UUID], outcomes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The file's own word where performance says nothing; a disposition is no decision of ours."""
    rows = PastApplication.objects.filter(organization_id=chunk.organization_id, id__in=refs)
    names = ("id", "applied_on", "disposition", "outcome", "external_ref")
    told = {found[0]: found[1:] for found in rows.values_list(*names)}
    found = []
    for ref in refs:
        applied, disposition, outcome, loan = told.get(ref, (None, None, "", ""))
        found.append(
            {
                "received": None if applied is None else (applied - EPOCH).days,
                "disposition": disposition,
                "outcome": DECIDED_BEFORE.get(disposition or ""),
                "performance": outcome or outcomes.get(loan) or None,
            }
        )
    return found


EPOCH = date(1970, 1, 1)
DECIDED_BEFORE: Mapping[str, str] = {
    "booked": "approve",
    "not_taken": "approve",
    "declined": "decline",
}
"""What an imported disposition says about the decision before; a withdrawal says nothing."""
