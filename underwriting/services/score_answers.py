"""Answers to requests for scores: kept with the caller's key, forgotten with the person."""

from collections.abc import Collection
from uuid import UUID

from scoring.models import ScoreCall
from underwriting.models import IdempotencyRecord
from underwriting.services.repeats import Answer, IdempotencyKey, key_store

SUBJECT = "score_call"


def score_answer_keep(call: ScoreCall, key: IdempotencyKey, answer: Answer) -> None:
    """Inside the `enter` that stores the scores; two at once meet `idempotency_key_once`."""
    subject = (SUBJECT, call.id)
    key_store(call.organization_id, key, subject=subject, at=call.made_at, answer=answer)


def score_answers_forget(organization_id: UUID, call_ids: Collection[UUID]) -> None:
    """What was answered holds reference and contributions. Inside the caller's `enter`."""
    IdempotencyRecord.objects.filter(
        organization_id=organization_id, subject_kind=SUBJECT, subject_id__in=call_ids
    ).delete()
