"""What the inventory says of a model. Call inside `enter`."""

from uuid import UUID

from django.db.models import QuerySet

from scoring.models import InventoryEntry, ModelVersion


def entry_latest(version: ModelVersion) -> InventoryEntry | None:
    return _of(version.organization_id).filter(model_version=version).order_by("-number").first()


def entry_of_the_product(version: ModelVersion) -> InventoryEntry | None:
    """The newest entry about another version of the same product."""
    others = _of(version.organization_id).filter(model_version__product_id=version.product_id)
    return others.exclude(model_version=version).order_by("-recorded_at").first()


def _of(organization_id: UUID) -> QuerySet[InventoryEntry]:
    return InventoryEntry.objects.filter(organization_id=organization_id)
