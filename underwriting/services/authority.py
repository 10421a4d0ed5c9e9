"""Authority: a matrix changed by two people, and who may settle a verdict alone by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Max

from accounts.members import Authority
from events.actor import Actor
from events.services import event_record
from scoring.enums import AnswerStatus
from scoring.models import Product
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from underwriting.authority import Matrix, MatrixRefused, is_exception
from underwriting.enums import Outcome
from underwriting.models import AuthorityMatrix, Decision, Review
from underwriting.selectors.authority import matrix_asked_for, matrix_in_force, policy_outcome_of
from underwriting.services.policy_moves import refuse_no_words, refuse_without
from underwriting.verdicts import Verdict

PROPOSE = "underwriting.propose_authority"
ANSWER = "underwriting.answer_authority"


def authority_propose(
    *,
    organization_id: UUID,
    actor: Actor,
    product_id: UUID,
    document: Mapping[str, Any],
    reason: str,
) -> AuthorityMatrix:
    """Ask for another matrix of a product; somebody else puts it in force.

    Invalid names every cell that is wrong; Conflict while another change is open.
    """
    words = refuse_no_words(reason)
    _refuse_unsound(document)
    with enter(organization_id):
        refuse_without(organization_id, actor, PROPOSE)
        product = _product_locked(organization_id, product_id)
        if matrix_asked_for(organization_id, product_id):
            raise Conflict("a change of this matrix is open", code="matrix_open")
        matrix = _matrix(product, document, words, actor)
        matrix.save(force_insert=True)
        _told(matrix, actor, "authority.proposed")
    return matrix


def authority_answer(
    *, organization_id: UUID, actor: Actor, matrix_id: UUID, agree: bool
) -> AuthorityMatrix:
    """Put a proposed matrix in force, or refuse it; never by who proposed it."""
    with enter(organization_id):
        refuse_without(organization_id, actor, ANSWER)
        matrix = (
            AuthorityMatrix.objects.select_for_update()
            .filter(organization_id=organization_id, id=matrix_id)
            .first()
        )
        if matrix is None:
            raise NotFound("no such matrix")
        if matrix.status != AnswerStatus.OPEN:
            raise Conflict("it is answered already", code="answered")
        if matrix.asked_by_id == actor.id:
            raise Forbidden("somebody else answers", code="same_person")
        matrix.status = AnswerStatus.APPROVED if agree else AnswerStatus.REFUSED
        matrix.answered_by_id, matrix.answered_at = actor.id, now(organization_id)
        matrix.save(update_fields=["status", "answered_by_id", "answered_at"])
        _told(matrix, actor, "authority.changed" if agree else "authority.refused")
    return matrix


@dataclass(frozen=True, slots=True)
class Standing:
    """What a verdict on one decision is measured by."""

    matrix: Matrix | None
    band: str | None
    policy: str
    asked: int
    """The amount applied for, in minor units: what a decline is about."""

    @classmethod
    def of(cls, review: Review, decision: Decision) -> "Standing":
        """Inside the caller's `enter`."""
        application = review.application
        return cls(
            matrix=matrix_in_force(review.organization_id, application.product_id),
            band=decision.document_data.get("band"),
            policy=policy_outcome_of(decision),
            asked=application.amount,
        )

    def alone(self, allowed: Authority, verdict: Verdict, amount: int) -> bool:
        """Whether the person settles it without a second one; their own limit caps the matrix."""
        declines = verdict.outcome == Outcome.DECLINE
        if not declines and not allowed.covers(amount):
            return False
        if self.matrix is None:
            return True
        about = self.asked if declines else amount
        kinds = [verdict.outcome.value]
        if is_exception(self.policy, verdict.outcome):
            kinds.append("exception")
        return all(self.matrix.covers(allowed.role, kind, self.band, about) for kind in kinds)


def _matrix(
    product: Product, document: Mapping[str, Any], words: str, actor: Actor
) -> AuthorityMatrix:
    organization_id = product.organization_id
    newest = AuthorityMatrix.objects.filter(
        organization_id=organization_id, product_id=product.id
    ).aggregate(newest=Max("number"))["newest"]
    body = canonical(dict(document))
    return AuthorityMatrix(
        organization_id=organization_id,
        product=product,
        number=int(newest or 0) + 1,
        document=body.decode(),
        content_hash=content_hash(body),
        reason=words,
        asked_by_id=actor.id,
        asked_at=now(organization_id),
    )


def _refuse_unsound(document: Mapping[str, Any]) -> None:
    try:
        Matrix.parse(document)
    except MatrixRefused as refused:
        raise Invalid(
            [
                FieldError(where, "matrix", f"{where.strip('/')}: {words}")
                for where, words in refused.problems
            ]
        ) from refused


def _product_locked(organization_id: UUID, product_id: UUID) -> Product:
    """Held until the transaction ends: numbers follow one another."""
    found = (
        Product.objects.select_for_update()
        .filter(organization_id=organization_id, id=product_id)
        .first()
    )
    if found is None:
        raise NotFound("no such product")
    return found


def _told(matrix: AuthorityMatrix, actor: Actor, kind: str) -> None:
    event_record(
        organization_id=matrix.organization_id,
        actor=actor,
        type=kind,
        subject=("authority_matrix", matrix.id),
        data={
            "product": str(matrix.product_id),
            "number": matrix.number,
            "content": matrix.content_hash,
        },
    )
