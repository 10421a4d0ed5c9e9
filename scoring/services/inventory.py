"""The inventory: who answers for a model, what it is for, and what it is not for."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from scoring.enums import Tier
from scoring.models import InventoryEntry, ModelVersion
from scoring.selectors.inventory import entry_latest, entry_of_the_product
from scoring.selectors.models import model_version_by_id
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid

REVIEWED_EVERY = timedelta(days=365)
FILLED_IN = ("owner", "purpose", "limits", "assumptions", "monitoring_plan")


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says; `owner` is a member's id or a name."""

    owner: str
    tier: int
    purpose: str
    limits: str
    dependencies: str
    assumptions: str
    monitoring_plan: str
    next_review_on: date


def inventory_record(
    *, organization_id: UUID, actor: Actor, model_version_id: UUID, entry: Entry
) -> InventoryEntry:
    """Append an entry; the newest counts. Invalid where something needed is not said."""
    missing = [name for name in FILLED_IN if not getattr(entry, name).strip()]
    if missing:
        raise Invalid([FieldError(f"/{name}", "required", "this is needed") for name in missing])
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        return entry_written(version, entry, actor)


def entry_written(version: ModelVersion, entry: Entry, actor: Actor) -> InventoryEntry:
    """The entry itself, inside the caller's `enter`."""
    before = entry_latest(version)
    row = InventoryEntry.objects.create(
        organization_id=version.organization_id,
        model_version=version,
        number=before.number + 1 if before else 1,
        **asdict(entry),
        recorded_at=now(version.organization_id),
        recorded_by_kind=actor.kind,
        recorded_by_id=actor.id,
    )
    event_record(
        organization_id=version.organization_id,
        actor=actor,
        type="model.inventoried",
        subject=("model", version.id),
        data={"number": row.number, "tier": row.tier},
    )
    return row


def entry_suggested(version: ModelVersion, owner: str) -> Entry:
    """What to begin with: what the product's earlier model says, else what follows from this one.

    Inside the caller's `enter`.
    """
    before = entry_of_the_product(version)
    review = (now(version.organization_id) + REVIEWED_EVERY).date()
    if before is not None:
        return copied(before, review)
    name = version.product.names.get("en") or version.product.slug
    trained = version.training_run_id is not None
    return Entry(
        owner=owner,
        tier=Tier.HIGH,
        purpose=f"Rank applications for {name} by the risk that they are not repaid.",
        limits=f"For {name} and its data dictionary alone; not for pricing other products,"
        " for customers already in default, nor for collections.",
        dependencies=f"Data dictionary {version.dictionary_version.number} of the product.",
        assumptions=TRAINED if trained else BY_HAND,
        monitoring_plan=MONITORING_PLAN,
        next_review_on=review,
    )


def copied(entry: InventoryEntry, review: date) -> Entry:
    """The same said of another version."""
    return Entry(
        owner=entry.owner,
        tier=entry.tier,
        purpose=entry.purpose,
        limits=entry.limits,
        dependencies=entry.dependencies,
        assumptions=entry.assumptions,
        monitoring_plan=entry.monitoring_plan,
        next_review_on=review,
    )


TRAINED = (
    "Who applies tomorrow resembles who was lent to before, and repays for the same reasons."
    " Applications declined in the past have no outcome: see reject inference."
)
BY_HAND = (
    "Points were set by people who know the product, without loans of the lender's own. The stated"
    " odds are an assumption until outcomes arrive."
)
MONITORING_PLAN = (
    "Daily: population stability of score and fields, approval and override rates, missing and new"
    " categories. Monthly: calibration, Gini and KS by vintage as outcomes arrive, estimated"
    " performance before. An alarm goes to the owner, who may retrain, refer all or take the model"
    " out of charge."
)
