"""Products and what was in force of them. Call inside `enter`."""

from datetime import datetime
from uuid import UUID

from scoring.models import DictionaryVersion, Product, ProductVersion
from tenancy.errors import NotFound


def products_all(organization_id: UUID) -> list[Product]:
    return list(Product.objects.filter(organization_id=organization_id).order_by("slug"))


def product_by_slug(organization_id: UUID, slug: str) -> Product:
    """NotFound for another lender's product too."""
    found = Product.objects.filter(organization_id=organization_id, slug=slug).first()
    if found is None:
        raise NotFound("no such product", code="product_unknown")
    return found


def product_version_in_force(
    organization_id: UUID, product_id: UUID, at: datetime
) -> ProductVersion:
    """The version that applications received `at` that time are made under, with its dictionary.

    A later publication for the same time wins. NotFound before the first.
    """
    found = (
        ProductVersion.objects.filter(
            organization_id=organization_id, product_id=product_id, effective_from__lte=at
        )
        .select_related("dictionary_version")
        .order_by("-effective_from", "-number")
        .first()
    )
    if found is None:
        raise NotFound("the product is not published", code="product_not_published")
    return found


def product_version_by_hash(organization_id: UUID, content_hash: str) -> ProductVersion:
    found = (
        ProductVersion.objects.filter(organization_id=organization_id, content_hash=content_hash)
        .select_related("dictionary_version")
        .order_by("-number")
        .first()
    )
    if found is None:
        raise NotFound("no such product version")
    return found


def dictionary_by_hash(organization_id: UUID, content_hash: str) -> DictionaryVersion:
    found = DictionaryVersion.objects.filter(
        organization_id=organization_id, content_hash=content_hash
    ).first()
    if found is None:
        raise NotFound("no such dictionary")
    return found


def dictionary_latest(organization_id: UUID, product_id: UUID) -> DictionaryVersion:
    """The newest published dictionary, whether a product version uses it yet or not."""
    found = (
        DictionaryVersion.objects.filter(organization_id=organization_id, product_id=product_id)
        .order_by("-number")
        .first()
    )
    if found is None:
        raise NotFound("the product has no dictionary yet", code="dictionary_missing")
    return found
