"""The applicant's right to a person: assessment, a view of their own, contest (R20, R24, R25)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid, NotFound
from tenancy.selectors import organization_current
from underwriting.enums import ApplicationStatus, DutyKind, ReviewCause
from underwriting.models import Application, Decision, Duty, Review
from underwriting.regulation import pack
from underwriting.services.offers import offers_close
from underwriting.services.statuses import status_change

LONGEST_WORDS = 2_000


def review_request(
    *, organization_id: UUID, actor: Actor, application_id: UUID, words: str = ""
) -> Review:
    """A person looks at a decline or a counter-offer; the decision stays in force until they do.

    `words` are the applicant's own view (GDPR Art. 22(3)), kept for the reviewer and emptied by an
    erasure. Conflict (`status`) where there is nothing to contest.
    """
    said = _checked(words)
    of: dict[str, Any] = {"organization_id": organization_id, "application_id": application_id}
    with enter(organization_id):
        at = now(organization_id)
        decision = _contested(organization_id, application_id)
        status_change(**of, to=ApplicationStatus.REFERRED)
        offers_close(**of, at=at)
        review = Review(**of, decision=decision, cause=ReviewCause.REQUEST, note=said, opened_at=at)
        review.save(force_insert=True)
        rules = pack(organization_current().regulation_pack)
        due = at + timedelta(days=rules.review_due_days)
        Duty(**of, decision=decision, kind=DutyKind.REVIEW, due_at=due).save(force_insert=True)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="review.requested",
            subject=("application", application_id),
            data={"review": str(review.id), "decision": str(decision.id)},
        )
    return review


def _checked(words: str) -> str:
    said = words.replace("\x00", "").strip()
    if len(said) > LONGEST_WORDS:
        message = f"At most {LONGEST_WORDS} characters."
        raise Invalid([FieldError("/words", "max_length", message)])
    return said


def _contested(organization_id: UUID, application_id: UUID) -> Decision:
    """The adverse decision in force, the application locked."""
    application = (
        Application.objects.select_for_update()
        .filter(organization_id=organization_id, id=application_id)
        .first()
    )
    if application is None:
        raise NotFound("no such application")
    decision = Decision.objects.filter(
        organization_id=organization_id, application_id=application_id, in_force=True
    ).first()
    if decision is None or not decision.is_adverse:
        raise Conflict("there is no adverse decision to look at again", code="status")
    return decision
