"""Which matrix of authority counts, and what policy said before people did. Inside `enter`."""

from uuid import UUID

from scoring.enums import AnswerStatus
from underwriting.authority import Matrix, policy_outcome
from underwriting.enums import DecisionKind
from underwriting.models import AuthorityMatrix, Decision


def matrix_in_force(organization_id: UUID, product_id: UUID) -> Matrix | None:
    """None for a product without one: there its people's own limits count alone."""
    newest = (
        AuthorityMatrix.objects.filter(
            organization_id=organization_id, product_id=product_id, status=AnswerStatus.APPROVED
        )
        .order_by("-number")
        .first()
    )
    return None if newest is None else Matrix.parse(newest.document_data)


def matrix_asked_for(organization_id: UUID, product_id: UUID) -> AuthorityMatrix | None:
    """The matrix that waits for an answer."""
    return AuthorityMatrix.objects.filter(
        organization_id=organization_id, product_id=product_id, status=AnswerStatus.OPEN
    ).first()


def matrix_history(organization_id: UUID, product_id: UUID) -> list[AuthorityMatrix]:
    """Every version of a product's matrix, newest first."""
    rows = AuthorityMatrix.objects.filter(organization_id=organization_id, product_id=product_id)
    return list(rows.order_by("-number"))


def policy_outcome_of(decision: Decision) -> str:
    """What policy computed when it last decided about this application by itself."""
    automatic = (
        Decision.objects.filter(
            organization_id=decision.organization_id,
            application_id=decision.application_id,
            kind=DecisionKind.AUTOMATIC,
            number__lte=decision.number,
        )
        .order_by("-number")
        .first()
    )
    return policy_outcome((automatic or decision).document_data)
