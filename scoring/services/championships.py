"""Who decides: appointed by two people at once, taken out of charge, put right afterwards."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from scoring.enums import Move
from scoring.models import Championship, ModelRequest, ModelVersion
from scoring.selectors.models import championship_by_id, model_version_by_id
from scoring.services.charge import in_charge
from scoring.services.inventory import entry_suggested, entry_written
from scoring.services.moves import asked, carried_out
from scoring.services.twins import product_copy_to_twin
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound


def champion_appoint(
    *,
    organization_id: UUID,
    actor: Actor,
    answered_by: Sequence[Actor],
    model_version_id: UUID,
    reason: str,
) -> Championship:
    """Validate a model and put it in charge in one go, where two people have said yes together.

    For the first day and for installing: `actor` proposes, `answered_by` are two other people, of
    whom the first validates. It leaves the same requests and answers as the desk does, and the
    database asks the same of them. A model without an inventory entry gets the suggested one.
    Appointing the one in charge returns its championship.
    """
    _refuse_no_reason(reason)
    _refuse_fewer_than_two(answered_by)
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        present = in_charge(version.product)
        if present and present.model_version_id == version.id:
            return present
        _appointed(version, actor, answered_by, reason.strip())
        championship = in_charge(version.product)
        if championship is None:
            raise Conflict("the model was taken out of charge again")
    product_copy_to_twin(
        organization_id=organization_id, actor=actor, product_slug=version.product.slug
    )
    return championship


def champion_demote(
    *, organization_id: UUID, actor: Actor, model_version_id: UUID, reason: str
) -> ModelRequest:
    """Take a champion out of charge, or a challenger out of the shadow, at once.

    The safe direction: nobody needs to agree, monitoring may do it. Without a champion every
    application of the product goes to a person. Conflict for a model that does neither.
    """
    _refuse_no_reason(reason)
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        request = asked(version, Move.DEMOTE, actor, reason)
        carried_out(request, actor, [])
    return request


def championship_correct(
    *,
    organization_id: UUID,
    actor: Actor,
    championship_id: UUID,
    appointed_at: datetime,
    ended_at: datetime | None,
    reason: str,
) -> ModelRequest:
    """Ask that the record of who was in charge be put right; somebody else answers.

    What was believed is kept. Decisions name the model they used, so none of them changes.
    """
    _refuse_no_reason(reason)
    with enter(organization_id):
        wrong = championship_by_id(organization_id, championship_id)
        if wrong is None:
            raise NotFound("no such championship")
        if wrong.superseded_at is not None:
            raise Conflict("this is known better by now", code="superseded")
        _refuse_impossible(wrong, appointed_at, ended_at, now(organization_id))
        return asked(
            wrong.model_version,
            Move.CORRECT,
            actor,
            reason,
            championship=wrong,
            begins_at=appointed_at,
            ends_at=ended_at,
        )


def _appointed(
    version: ModelVersion, actor: Actor, answered_by: Sequence[Actor], reason: str
) -> None:
    first, second = answered_by[0], answered_by[1]
    if not version.inventory.exists():
        entry_written(version, entry_suggested(version, first.id), actor)
    if version.valid_until is None or version.valid_until <= now(version.organization_id):
        carried_out(asked(version, Move.VALIDATE, actor, reason), first, [first.id])
        version.refresh_from_db(fields=["status", "valid_until"])
    carried_out(asked(version, Move.PROMOTE, actor, reason), second, [first.id, second.id])


def _refuse_fewer_than_two(answered_by: Sequence[Actor]) -> None:
    people = {each.id for each in answered_by if each.kind == "user"}
    if len(answered_by) != len(people) or len(people) != 2:
        raise Forbidden("two people put a model in charge", code="two_people")


def _refuse_impossible(
    wrong: Championship, appointed_at: datetime, ended_at: datetime | None, moment: datetime
) -> None:
    """A correction speaks of the past, and does not put in charge or take out of it."""
    if appointed_at > moment or (ended_at is not None and not appointed_at < ended_at <= moment):
        raise Invalid([FieldError("/appointed_at", "order", "from, until and now, in this order")])
    if (ended_at is None) != (wrong.ended_at is None):
        raise Invalid([FieldError("/ended_at", "open", "a correction neither ends nor reopens")])


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why this model takes over")])
