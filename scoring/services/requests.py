"""Asking about a model and answering: draft -> validated -> challenger -> champion -> retired."""

from datetime import datetime
from uuid import UUID

from events.actor import Actor
from scoring.enums import AnswerStatus, Move
from scoring.models import ModelRequest
from scoring.selectors.models import model_version_by_id
from scoring.services.moves import asked, carried_out, refuse_unfit, request_recorded
from scoring.services.twins import product_copy_to_twin
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

FELT_BY_THE_TWIN = (Move.PROMOTE, Move.VALIDATE)


def move_request(
    *,
    organization_id: UUID,
    actor: Actor,
    model_version_id: UUID,
    move: Move,
    reason: str,
    valid_until: datetime | None = None,
) -> ModelRequest:
    """Ask for a move. An open request for the same is returned as it is.

    `valid_until` is said by a validation alone, a year from now unless said otherwise. Conflict
    for a move that the model's state leads to in no way.
    """
    _refuse_no_reason(reason)
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        return asked(version, move, actor, reason, valid_until=valid_until)


def move_agree(*, organization_id: UUID, actor: Actor, request_id: UUID) -> ModelRequest:
    """One person's yes; a promotion waits for a second person's.

    Forbidden for who asked, for one who has agreed already, for whoever trained the model where
    it is to be validated, and for anyone but a person.
    """
    with enter(organization_id):
        request = _open(organization_id, request_id, actor)
        if request.move == Move.PROMOTE and not request.first_yes_by:
            refuse_unfit(request.model_version, Move.PROMOTE)
            request.first_yes_by = actor.id
            request.save(update_fields=["first_yes_by"])
            request_recorded(request, actor, "agreed")
            return request
        carried_out(request, actor, [request.first_yes_by, actor.id])
    if request.move in FELT_BY_THE_TWIN:
        product_copy_to_twin(
            organization_id=organization_id, actor=actor, product_slug=request.product.slug
        )
    return request


def move_refuse(*, organization_id: UUID, actor: Actor, request_id: UUID) -> ModelRequest:
    """One person's no is enough."""
    with enter(organization_id):
        request = _open(organization_id, request_id, actor)
        request.refused_by = actor.id
        request.status = AnswerStatus.REFUSED
        request.answered_at = now(organization_id)
        request.save(update_fields=["refused_by", "status", "answered_at"])
        request_recorded(request, actor, "refused")
    return request


def _open(organization_id: UUID, request_id: UUID, actor: Actor) -> ModelRequest:
    """Locked, open, and this person's to answer."""
    request = (
        ModelRequest.objects.select_for_update(of=("self",))
        .select_related("product", "model_version__product", "model_version__training_run")
        .filter(organization_id=organization_id, id=request_id)
        .first()
    )
    if request is None:
        raise NotFound("no such request")
    if request.status != AnswerStatus.OPEN:
        raise Conflict("the request is answered", code="answered")
    if actor.kind != "user":
        raise Forbidden("a person answers, nobody else", code="not_a_person")
    if actor.id in (request.requested_by_id, request.first_yes_by):
        raise Forbidden("somebody else must answer", code="same_person")
    run = request.model_version.training_run
    if request.move == Move.VALIDATE and run and run.requested_by_id == actor.id:
        raise Forbidden("whoever trained a model does not validate it", code="developer")
    return request


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why")])
