"""What a lender says it earns by a product. Call inside `enter`."""

from uuid import UUID

from scoring.models import ProductEconomics


def economics_latest(organization_id: UUID, product_id: UUID) -> ProductEconomics | None:
    """The version last published; None while the lender has said nothing."""
    return (
        ProductEconomics.objects.filter(organization_id=organization_id, product_id=product_id)
        .order_by("-number")
        .first()
    )


def economics_versions(organization_id: UUID, product_id: UUID) -> list[ProductEconomics]:
    """Every version, newest first."""
    return list(
        ProductEconomics.objects.filter(
            organization_id=organization_id, product_id=product_id
        ).order_by("-number")
    )
