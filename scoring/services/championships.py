"""Appointing the model that decides."""

from uuid import UUID

from events.actor import Actor
from events.services import event_record
from scoring.enums import ModelStatus
from scoring.models import Championship, ModelVersion
from scoring.selectors.models import model_version_by_id
from scoring.selectors.products import product_version_in_force
from scoring.services.charge import in_charge, put_in_charge
from scoring.services.twins import product_copy_to_twin
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid


def champion_appoint(
    *, organization_id: UUID, actor: Actor, model_version_id: UUID, reason: str
) -> Championship:
    """Put a model version in charge of its product, from now on; the reason is kept.

    Appointing the one in charge returns its championship. Conflict for a retired version, and
    for one made for another dictionary than the product's version in force asks with.
    """
    if not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why this model takes over")])
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        championship = appointed(version, actor, reason.strip())
        slug = version.product.slug
    product_copy_to_twin(organization_id=organization_id, actor=actor, product_slug=slug)
    return championship


def appointed(version: ModelVersion, actor: Actor, reason: str) -> Championship:
    """The appointment itself, inside the caller's `enter`."""
    present = in_charge(version.product)
    if present and present.model_version_id == version.id:
        return present
    _refuse_unfit(version)
    championship = put_in_charge(version.product, version, actor, reason)
    event_record(
        organization_id=version.organization_id,
        actor=actor,
        type="champion.appointed",
        subject=("model", version.id),
        data={
            "product": str(version.product_id),
            "artifact": version.artifact_hash,
            "before": present.model_version.artifact_hash if present else None,
        },
    )
    return championship


def _refuse_unfit(version: ModelVersion) -> None:
    if version.status == ModelStatus.RETIRED:
        raise Conflict("a retired model does not come back", code="model_retired")
    moment = now(version.organization_id)
    published = product_version_in_force(version.organization_id, version.product_id, moment)
    if published.dictionary_version_id != version.dictionary_version_id:
        raise Conflict(
            "the model was made for another dictionary than the product asks with",
            code="other_dictionary",
        )
