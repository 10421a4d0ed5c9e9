"""What a request about a model is, and what follows from a yes. Inside the caller's `enter`.

The database moves the model when the answer is yes (`scoring/database_functions.py`); what is
refused here is refused there as well, here in words.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from events.actor import Actor
from events.services import event_record
from scoring.enums import AnswerStatus, ModelStatus, Move
from scoring.models import ModelRequest, ModelVersion
from scoring.selectors.inventory import entry_latest
from scoring.selectors.models import evidence_hashes
from scoring.selectors.products import product_version_in_force
from scoring.services.charge import (
    charge_corrected,
    charge_ended,
    in_charge,
    product_locked,
    put_in_charge,
)
from tenancy.clock import now
from tenancy.errors import Conflict, FieldError, Invalid

VALID_FOR = timedelta(days=365)
LONGEST_VALIDITY = timedelta(days=731)

STARTS: Mapping[str, frozenset[str]] = {
    Move.VALIDATE: frozenset(
        {
            ModelStatus.DRAFT,
            ModelStatus.VALIDATED,
            ModelStatus.CHALLENGER,
            ModelStatus.CHAMPION,
        }
    ),
    Move.CHALLENGE: frozenset({ModelStatus.VALIDATED}),
    Move.PROMOTE: frozenset({ModelStatus.VALIDATED, ModelStatus.CHALLENGER}),
    Move.DEMOTE: frozenset({ModelStatus.CHALLENGER, ModelStatus.CHAMPION}),
    Move.RETIRE: frozenset({ModelStatus.DRAFT, ModelStatus.VALIDATED, ModelStatus.CHALLENGER}),
}
"""From which state a move is carried out. It may be asked for earlier: a draft's promotion waits
until the draft is validated."""

EVENTS: Mapping[str, str] = {
    Move.VALIDATE: "model.validated",
    Move.CHALLENGE: "model.challenging",
    Move.PROMOTE: "champion.appointed",
    Move.DEMOTE: "model.demoted",
    Move.RETIRE: "model.retired",
    Move.CORRECT: "championship.corrected",
}


def asked(
    version: ModelVersion,
    move: Move,
    actor: Actor,
    reason: str,
    **said: Any,
) -> ModelRequest:
    """The request itself, inside the caller's `enter`, citing all that is known of the model."""
    if version.status == ModelStatus.RETIRED:
        raise Conflict("a retired model does not come back", code="model_retired")
    if move not in (Move.VALIDATE, Move.DEMOTE, Move.CORRECT) and (
        version.status == ModelStatus.CHAMPION
    ):
        raise Conflict("the model is in charge", code="model_in_charge")
    moment = now(version.organization_id)
    request, made = ModelRequest.objects.get_or_create(
        organization_id=version.organization_id,
        product=version.product,
        model_version=version,
        move=move,
        status=AnswerStatus.OPEN,
        defaults={
            **said,
            "valid_until": _valid_until(said.get("valid_until"), moment)
            if move == Move.VALIDATE
            else None,
            "reason": reason.strip(),
            "evidence": evidence_hashes(version),
            "requested_by_kind": actor.kind,
            "requested_by_id": actor.id,
            "requested_at": moment,
        },
    )
    if made:
        request_recorded(request, actor, "requested")
    return request


def carried_out(request: ModelRequest, actor: Actor, yes: Sequence[str]) -> None:
    """The last yes, and what follows from it, inside the caller's `enter`.

    Saving the answer moves the model: a trigger does, for no service may.
    """
    version = request.model_version
    product_locked(request.product)
    refuse_unfit(version, Move(request.move))
    present = in_charge(request.product)
    moment = now(request.organization_id)
    first, *second = [person for person in yes if person] or [""]
    request.first_yes_by, request.second_yes_by = first, (second or [""])[0]
    request.status, request.answered_at = AnswerStatus.APPROVED, moment
    request.save(update_fields=["first_yes_by", "second_yes_by", "status", "answered_at"])
    if request.move == Move.PROMOTE:
        put_in_charge(request, actor, moment)
    elif request.move == Move.DEMOTE and version.status == ModelStatus.CHAMPION:
        charge_ended(request.product, moment)
    elif request.move == Move.CORRECT:
        charge_corrected(request, moment)
    event_record(
        organization_id=request.organization_id,
        actor=actor,
        type=EVENTS[request.move],
        subject=("model", version.id),
        data={
            "request": str(request.id),
            "product": str(version.product_id),
            "artifact": version.artifact_hash,
            "before": present.model_version.artifact_hash if present else None,
        },
    )


def refuse_unfit(version: ModelVersion, move: Move) -> None:
    """In words what the database would refuse, and that the model fits what the product asks."""
    if move in STARTS and version.status not in STARTS[move]:
        raise Conflict(
            f"a model that is {version.status} cannot do this: validate it first",
            code="model_not_validated",
        )
    if move == Move.VALIDATE and entry_latest(version) is None:
        raise Conflict(
            "the model stands in no inventory: say who answers for it and what it is for",
            code="inventory_missing",
        )
    if move in (Move.CHALLENGE, Move.PROMOTE):
        _refuse_invalid(version)
        _refuse_other_dictionary(version)


def _refuse_invalid(version: ModelVersion) -> None:
    if version.valid_until is None or version.valid_until <= now(version.organization_id):
        raise Conflict("the validation has ended", code="validation_over")


def _refuse_other_dictionary(version: ModelVersion) -> None:
    moment = now(version.organization_id)
    published = product_version_in_force(version.organization_id, version.product_id, moment)
    if published.dictionary_version_id != version.dictionary_version_id:
        raise Conflict(
            "the model was made for another dictionary than the product asks with",
            code="other_dictionary",
        )


def _valid_until(asked_for: datetime | None, moment: datetime) -> datetime:
    until = asked_for or moment + VALID_FOR
    if not moment < until <= moment + LONGEST_VALIDITY:
        message = "a validation holds for two years at most, and not until yesterday"
        raise Invalid([FieldError("/valid_until", "range", message)])
    return until


def request_recorded(request: ModelRequest, actor: Actor, what: str) -> None:
    event_record(
        organization_id=request.organization_id,
        actor=actor,
        type=f"model_request.{what}",
        subject=("model_request", request.id),
        data={"model": str(request.model_version_id), "move": request.move},
    )
