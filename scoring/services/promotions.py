"""A model proposed for charge, and the two people who answer."""

from uuid import UUID

from events.actor import Actor
from events.services import event_record
from scoring.enums import PromotionStatus
from scoring.models import PromotionRequest
from scoring.selectors.models import model_version_by_id
from scoring.services.championships import appointed
from scoring.services.twins import product_copy_to_twin
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound


def promotion_request(
    *, organization_id: UUID, actor: Actor, model_version_id: UUID, reason: str
) -> PromotionRequest:
    """Propose a model for charge. An open proposal of the same model is returned as it is."""
    if not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why this model should take over")])
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        request, made = PromotionRequest.objects.get_or_create(
            organization_id=organization_id,
            product=version.product,
            model_version=version,
            status=PromotionStatus.OPEN,
            defaults={
                "reason": reason.strip(),
                "requested_by_kind": actor.kind,
                "requested_by_id": actor.id,
                "requested_at": now(organization_id),
            },
        )
        if made:
            _recorded(request, actor, "requested")
    return request


def promotion_agree(*, organization_id: UUID, actor: Actor, request_id: UUID) -> PromotionRequest:
    """One person's yes; the second person's puts the model in charge.

    Forbidden for the proposer, for one who has agreed already, and for anyone but a person.
    """
    with enter(organization_id):
        request = _open(organization_id, request_id, actor)
        if not request.first_yes_by:
            request.first_yes_by = actor.id
            request.save(update_fields=["first_yes_by"])
            _recorded(request, actor, "agreed")
            return request
        request.second_yes_by = actor.id
        request.status = PromotionStatus.APPROVED
        request.answered_at = now(organization_id)
        request.save(update_fields=["second_yes_by", "status", "answered_at"])
        version = model_version_by_id(organization_id, request.model_version_id)
        appointed(version, actor, request.reason)
        _recorded(request, actor, "approved")
    slug = version.product.slug
    product_copy_to_twin(organization_id=organization_id, actor=actor, product_slug=slug)
    return request


def promotion_refuse(*, organization_id: UUID, actor: Actor, request_id: UUID) -> PromotionRequest:
    """One person's no is enough."""
    with enter(organization_id):
        request = _open(organization_id, request_id, actor)
        request.refused_by = actor.id
        request.status = PromotionStatus.REFUSED
        request.answered_at = now(organization_id)
        request.save(update_fields=["refused_by", "status", "answered_at"])
        _recorded(request, actor, "refused")
    return request


def _open(organization_id: UUID, request_id: UUID, actor: Actor) -> PromotionRequest:
    """Locked, open, and this person's to answer."""
    request = (
        PromotionRequest.objects.select_for_update()
        .filter(organization_id=organization_id, id=request_id)
        .first()
    )
    if request is None:
        raise NotFound("no such promotion request")
    if request.status != PromotionStatus.OPEN:
        raise Conflict("the request is answered", code="answered")
    if actor.kind != "user":
        raise Forbidden("a person answers, nobody else", code="not_a_person")
    if actor.id in (request.requested_by_id, request.first_yes_by):
        raise Forbidden("somebody else must answer", code="same_person")
    return request


def _recorded(request: PromotionRequest, actor: Actor, what: str) -> None:
    event_record(
        organization_id=request.organization_id,
        actor=actor,
        type=f"promotion.{what}",
        subject=("promotion_request", request.id),
        data={"model": str(request.model_version_id)},
    )
