"""What an approved request does to who is in charge, inside the caller's `enter`.

Nothing here is overwritten: a championship that ends, or proves to have been otherwise, is
superseded by a row that says so (valid time and recorded time, Snodgrass 1999).
"""

from datetime import datetime

from events.actor import Actor
from scoring.models import Championship, ModelRequest, Product


def product_locked(product: Product) -> None:
    """So that two changes of who is in charge come one after the other."""
    Product.objects.select_for_update().get(organization_id=product.organization_id, id=product.id)


def put_in_charge(request: ModelRequest, actor: Actor, moment: datetime) -> Championship:
    """End the present championship, begin the one asked for at the same moment."""
    charge_ended(request.product, moment)
    return Championship.objects.create(
        organization_id=request.organization_id,
        product=request.product,
        model_version=request.model_version,
        request=request,
        appointed_at=moment,
        recorded_at=moment,
        appointed_by_kind=actor.kind,
        appointed_by_id=actor.id,
        reason=request.reason,
    )


def charge_ended(product: Product, moment: datetime) -> Championship | None:
    """End the present championship; which one that was. One that never held leaves no trace
    but in what was once known."""
    present = in_charge(product)
    if present is None:
        return None
    _superseded(present, moment)
    if present.appointed_at < moment:
        _known_otherwise(present, moment, ended_at=moment)
    return present


def charge_corrected(request: ModelRequest, moment: datetime) -> Championship:
    """The championship as it really was; what was believed stays readable as such."""
    wrong = request.championship
    if wrong is None:
        raise ValueError("a correction says what it corrects")
    _superseded(wrong, moment)
    return _known_otherwise(
        wrong,
        moment,
        appointed_at=request.begins_at,
        ended_at=request.ends_at,
        request=request,
        reason=request.reason,
    )


def in_charge(product: Product) -> Championship | None:
    return (
        Championship.objects.filter(
            organization_id=product.organization_id,
            product=product,
            ended_at__isnull=True,
            superseded_at__isnull=True,
        )
        .select_related("model_version", "request")
        .first()
    )


def _superseded(championship: Championship, moment: datetime) -> None:
    Championship.objects.filter(
        organization_id=championship.organization_id, id=championship.id
    ).update(superseded_at=moment)


def _known_otherwise(before: Championship, moment: datetime, **changes: object) -> Championship:
    kept = {
        "product_id": before.product_id,
        "model_version_id": before.model_version_id,
        "request_id": before.request_id,
        "appointed_at": before.appointed_at,
        "ended_at": before.ended_at,
        "appointed_by_kind": before.appointed_by_kind,
        "appointed_by_id": before.appointed_by_id,
        "reason": before.reason,
    }
    if "request" in changes:
        del kept["request_id"]
    return Championship.objects.create(
        organization_id=before.organization_id, recorded_at=moment, **{**kept, **changes}
    )
