"""Refer all: while a product is paused every application of it goes to a person.

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
    *, organization_id: UUID, actor: Actor, product_slug: str, on: bool, reason: str = ""
) -> Pause | None:
    """Pause a product, or end its pause; None where there was none to end. Repeats are harmless.

    A pause needs a reason, and only a person ends one.
    """
    if on and not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why people should decide")])
    if not on and actor.kind != "user":
        raise Forbidden("a person ends a pause, nobody else", code="not_a_person")
    try:
        with enter(organization_id):
            product = product_by_slug(organization_id, product_slug)
            present = pause_open(organization_id, product.id)
            if on:
                return present or _begun(product, actor, reason.strip())
            return _ended(present, actor) if present else None
    except IntegrityError as error:
        if "pause_one_a_product" not in str(error):
            raise
        raise Conflict("the product was paused meanwhile", code="paused") from error


def _begun(product: Product, actor: Actor, reason: str) -> Pause:
    pause = Pause.objects.create(
        organization_id=product.organization_id,
        product=product,
        reason=reason,
        begun_at=now(product.organization_id),
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
        type=f"product.{what}",
        subject=("product", pause.product_id),
        data={"pause": str(pause.id)},
    )
