"""Which products are paused. Call inside `enter`."""

from uuid import UUID

from scoring.models import Pause


def pause_open(organization_id: UUID, product_id: UUID) -> Pause | None:
    return Pause.objects.filter(
        organization_id=organization_id, product_id=product_id, ended_at__isnull=True
    ).first()


def pauses_open(organization_id: UUID) -> dict[UUID, Pause]:
    """Open pauses by product."""
    rows = Pause.objects.filter(organization_id=organization_id, ended_at__isnull=True)
    return {row.product_id: row for row in rows}
