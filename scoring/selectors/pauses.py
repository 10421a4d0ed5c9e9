"""Which products are paused. Call inside `enter`."""

from uuid import UUID

from scoring.models import Pause


def pause_open(organization_id: UUID, product_id: UUID | None) -> Pause | None:
    """The open pause of a product; without one, of the whole lender."""
    rows = Pause.objects.filter(organization_id=organization_id, ended_at__isnull=True)
    return (
        rows.filter(product_id=product_id) if product_id else rows.filter(product__isnull=True)
    ).first()


def pauses_open(organization_id: UUID) -> dict[UUID, Pause]:
    """Open pauses by product."""
    rows = Pause.objects.filter(
        organization_id=organization_id, ended_at__isnull=True, product_id__isnull=False
    )
    return {row.product_id: row for row in rows if row.product_id}
