"""Changing who is in charge, inside the caller's `enter`."""

from events.actor import Actor
from scoring.enums import ModelStatus
from scoring.models import Championship, ModelVersion, Product
from tenancy.clock import now


def put_in_charge(
    product: Product, version: ModelVersion, actor: Actor, reason: str
) -> Championship:
    """End the present championship, begin the new one at the same moment.

    The product's row is locked first, so that two appointments come one after the other; the
    database would refuse an overlap in any case.
    """
    organization_id = product.organization_id
    Product.objects.select_for_update().get(organization_id=organization_id, id=product.id)
    moment = now(organization_id)
    Championship.objects.filter(
        organization_id=organization_id, product=product, ended_at__isnull=True
    ).update(ended_at=moment)
    ModelVersion.objects.filter(organization_id=organization_id, id=version.id).update(
        status=ModelStatus.VALIDATED
    )
    return Championship.objects.create(
        organization_id=organization_id,
        product=product,
        model_version=version,
        appointed_at=moment,
        appointed_by_kind=actor.kind,
        appointed_by_id=actor.id,
        reason=reason,
    )


def in_charge(product: Product) -> Championship | None:
    return (
        Championship.objects.filter(
            organization_id=product.organization_id, product=product, ended_at__isnull=True
        )
        .select_related("model_version")
        .first()
    )
