"""What a product earns, loses and costs: stated by the lender, versioned, never changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.canonical import canonical, content_hash
from ml.economics import Economics, EconomicsRefused
from scoring.models import Product, ProductEconomics
from scoring.selectors.economics import economics_latest, fields_that_fit
from scoring.selectors.products import product_by_slug
from scoring.services.numbers import next_number
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid


def economics_publish(
    *, organization_id: UUID, actor: Actor, product_slug: str, document: Mapping[str, Any]
) -> ProductEconomics:
    """Publish a product's economics; the newest again returns the version it has.

    Invalid names what is wrong, a field that the newest dictionary lacks included. Evidence of
    models trained from now on is made with it.
    """
    try:
        economics = Economics.parse(document)
    except EconomicsRefused as refused:
        errors = [FieldError(where, "invalid", said) for where, said in refused.problems]
        raise Invalid(errors) from refused
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        _check_fields(product, economics)
        digest = content_hash(canonical(economics.document()))
        newest = economics_latest(organization_id, product.id)
        if newest is not None and newest.content_hash == digest:
            return newest
        return _published(actor, product, economics, digest)


def _check_fields(product: Product, economics: Economics) -> None:
    """A field named here must be one the product asks for."""
    fit = fields_that_fit(product.organization_id, product.id)
    errors = [
        FieldError(f"/{member}", "unknown_field", f"{field} is no such field of the dictionary")
        for member, names in fit.items()
        if (field := getattr(economics, member)) is not None and field not in names
    ]
    if errors:
        raise Invalid(errors)


def _published(
    actor: Actor, product: Product, economics: Economics, digest: str
) -> ProductEconomics:
    organization_id = product.organization_id
    version = ProductEconomics.objects.create(
        organization_id=organization_id,
        product=product,
        number=next_number(ProductEconomics.objects.all(), product),
        document=economics.document(),
        content_hash=digest,
        published_at=now(organization_id),
        published_by_kind=actor.kind,
        published_by_id=actor.id,
    )
    event_record(
        organization_id=organization_id,
        actor=actor,
        type="economics.published",
        subject=("product", product.id),
        data={"version": version.number, "hash": digest},
    )
    return version
