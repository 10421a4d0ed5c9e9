"""Refer all: while a product or the lender is paused every application goes to a person.

Automatic action goes in this direction only: a pause may be begun by the system, and is ended by
a person.
"""

from uuid import UUID

from django.db import IntegrityError

from events.actor import Actor
from events.services import event_record
from scoring.models import Pause, Product
from scoring.selectors.pauses import pause_open
from scoring.selectors.products import product_by_slug
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid


def refer_all_set(
    *, organization_id: UUID, actor: Actor, product_slug: str | None, on: bool, reason: str = ""
) -> Pause | None:
    """Pause a product, or end its pause; None where there was none to end. Repeats are harmless.

    Without a product it is the whole lender. A pause needs a reason, and only a person ends one:
    another than who began it, unless nobody else may.
    """
    if on and not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why people should decide")])
    if not on and actor.kind != "user":
        raise Forbidden("a person ends a pause, nobody else", code="not_a_person")
    try:
        with enter(organization_id):
            product = product_by_slug(organization_id, product_slug) if product_slug else None
            present = pause_open(organization_id, product.id if product else None)
            if on:
                return present or _begun(organization_id, product, actor, reason.strip())
            return _ended(present, actor) if present else None
    except IntegrityError as error:
        raise _refused(error) from error


REFUSED = {
    "pause_one_a_product": Conflict("the product was paused meanwhile", code="paused"),
    "pause_one_of_a_lender": Conflict("the lender was paused meanwhile", code="paused"),
    "pause_ended_by_another": Forbidden("another ends what one began", code="same_person"),
}


def _refused(error: IntegrityError) -> Exception:
    """What the database said, as a refusal; anything else as it is."""
    said = [refusal for rule, refusal in REFUSED.items() if rule in str(error)]
    return said[0] if said else error


def _begun(organization_id: UUID, product: Product | None, actor: Actor, reason: str) -> Pause:
    pause = Pause.objects.create(
        organization_id=organization_id,
        product=product,
        reason=reason,
        begun_at=now(organization_id),
        begun_by_kind=actor.kind,
        begun_by_id=actor.id,
    )
    _recorded(pause, actor, "paused")
    return pause


def _ended(pause: Pause, actor: Actor) -> Pause:
    at = now(pause.organization_id)
    changed = Pause.objects.filter(
        organization_id=pause.organization_id, id=pause.id, ended_at__isnull=True
    ).update(ended_at=at, ended_by=actor.id)
    if not changed:
        raise Conflict("the pause was ended meanwhile", code="ended")
    pause.ended_at, pause.ended_by = at, actor.id
    _recorded(pause, actor, "resumed")
    return pause


def _recorded(pause: Pause, actor: Actor, what: str) -> None:
    event_record(
        organization_id=pause.organization_id,
        actor=actor,
        type=f"product.{what}" if pause.product_id else f"organization.{what}",
        subject=("product", pause.product_id)
        if pause.product_id
        else ("organization", pause.organization_id),
        data={"pause": str(pause.id)},
    )
