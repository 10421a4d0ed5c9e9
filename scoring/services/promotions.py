"""Proposing a model for charge: what trainings and challengers' tests may do by themselves."""

from uuid import UUID

from events.actor import Actor
from scoring.enums import Move
from scoring.models import ModelRequest
from scoring.services.requests import move_request


def promotion_request(
    *, organization_id: UUID, actor: Actor, model_version_id: UUID, reason: str
) -> ModelRequest:
    """Propose a model for charge; two people answer. It cites all that is known, the pack too."""
    return move_request(
        organization_id=organization_id,
        actor=actor,
        model_version_id=model_version_id,
        move=Move.PROMOTE,
        reason=reason,
    )
