"""Which partner brought what an event is about: partners hear of their own and nothing else."""

from collections.abc import Collection, Mapping
from uuid import UUID

from underwriting.models import Application, Batch


def partners_of_applications(
    organization_id: UUID, application_ids: Collection[UUID]
) -> Mapping[UUID, UUID | None]:
    """The partner of each application, None for the lender's own. Call inside `enter`."""
    found = Application.objects.filter(organization_id=organization_id, id__in=application_ids)
    return dict(found.values_list("id", "partner_id"))


def partners_of_batches(
    organization_id: UUID, batch_ids: Collection[UUID]
) -> Mapping[UUID, UUID | None]:
    """The same of batches."""
    found = Batch.objects.filter(organization_id=organization_id, id__in=batch_ids)
    return dict(found.values_list("id", "partner_id"))
