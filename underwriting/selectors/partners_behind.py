"""Which partner brought what an event is about: partners hear of their own and nothing else."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from events.webhooks.registry import concerns
from underwriting.models import Application, Batch, Prequalification

BROUGHT: Mapping[str, Any] = {
    "application": Application,
    "batch": Batch,
    "prequalification": Prequalification,
}
"""What a partner may bring, by the kind of subject that events call it."""


def register() -> None:
    """Tell the webhooks, at start, whom each kind concerns."""
    for kind, model in BROUGHT.items():
        concerns(kind, _finder(model))


def _finder(model: Any) -> Any:
    def partners(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, UUID | None]:
        """The partner of each, None for the lender's own. Call inside `enter`."""
        found = model.objects.filter(organization_id=organization_id, id__in=ids)
        return dict(found.values_list("id", "partner_id"))

    return partners
