"""A lender's own training schedule, and training when monitoring finds drift.

A model trained so is proposed for validation and for the shadow, never put in charge.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from events.actor import SYSTEM, Actor
from events.services import event_record
from scoring.enums import Move, TrainingStatus
from scoring.models import Alert, ModelVersion, TrainingRun, TrainingSchedule
from scoring.selectors.inventory import entry_latest, entry_of_the_product
from scoring.selectors.models import model_version_by_id
from scoring.selectors.products import product_by_slug
from scoring.services.charge import in_charge
from scoring.services.inventory import copied, entry_written
from scoring.services.learning import recommended_version
from scoring.services.moves import asked
from scoring.services.training import training_request
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, NotFound

log = structlog.get_logger(__name__)

PROPOSAL = "the comparison of a training by schedule or on drift recommends it"


def training_schedule_set(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    every_days: int,
    enabled: bool = True,
) -> TrainingSchedule:
    """Train a product's models anew every so many days, from today on."""
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        schedule, _ = TrainingSchedule.objects.update_or_create(
            organization_id=organization_id,
            product=product,
            defaults={
                "every_days": every_days,
                "enabled": enabled,
                "next_due_at": now(organization_id) + timedelta(days=every_days),
            },
        )
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="training.scheduled",
            subject=("product", product.id),
            data={"every_days": every_days, "enabled": enabled},
        )
    return schedule


def schedule_fire(*, organization_id: UUID, schedule_id: UUID) -> TrainingRun | None:
    """Ask for the training that a schedule is due; None when it is not, or one is under way.

    The next date is set first, by compare-and-set, so two beats ask once.
    """
    with enter(organization_id):
        schedule = (
            TrainingSchedule.objects.filter(
                organization_id=organization_id, id=schedule_id, enabled=True
            )
            .select_related("product")
            .first()
        )
        if schedule is None or not _advanced(schedule, now(organization_id)):
            return None
    try:
        return training_request(
            organization_id=organization_id,
            actor=SYSTEM,
            product_slug=schedule.product.slug,
            settings={"propose": True},
        )
    except Conflict:
        log.info("training_under_way", schedule=str(schedule_id))
        return None


def retraining_on_drift(
    *, organization_id: UUID, actor: Actor, product_id: UUID, alert_id: UUID
) -> TrainingRun | None:
    """Train anew because of an alert; None while a training is under way.

    What comes of it is a request for validation and for the shadow, as after a schedule.
    """
    with enter(organization_id, read_only=True):
        alert = (
            Alert.objects.filter(
                organization_id=organization_id, id=alert_id, product_id=product_id
            )
            .select_related("product")
            .first()
        )
    if alert is None:
        raise NotFound("no such alert")
    because = {"alert": str(alert.id), "measure": alert.measure, "field": alert.field}
    try:
        return training_request(
            organization_id=organization_id,
            actor=actor,
            product_slug=alert.product.slug,
            settings={"propose": True, "because": because},
        )
    except Conflict:
        log.info("training_under_way", alert=str(alert_id))
        return None


def _advanced(schedule: TrainingSchedule, moment: datetime) -> bool:
    if schedule.next_due_at > moment:
        return False
    return bool(
        TrainingSchedule.objects.filter(
            organization_id=schedule.organization_id,
            id=schedule.id,
            next_due_at=schedule.next_due_at,
        ).update(next_due_at=moment + timedelta(days=schedule.every_days))
    )


def training_propose(run: TrainingRun) -> None:
    """After a training by schedule or on drift: ask that its model be validated, then shadow."""
    if run.status != TrainingStatus.SUCCEEDED or not run.settings.get("propose"):
        return
    with enter(run.organization_id, read_only=True):
        version = recommended_version(run)
        present = in_charge(run.product)
    if version is None or (present and present.model_version_id == version.id):
        return
    if not _better(run):
        return
    _proposed(version)


def _proposed(version: ModelVersion) -> None:
    """Under the inventory entry of the product's last model, where there is one."""
    with enter(version.organization_id):
        version = model_version_by_id(version.organization_id, version.id)
        before = entry_of_the_product(version)
        if before is not None and entry_latest(version) is None:
            entry_written(version, copied(before, before.next_review_on), SYSTEM)
        for move in (Move.VALIDATE, Move.CHALLENGE):
            asked(version, move, SYSTEM, PROPOSAL)


def _better(run: TrainingRun) -> bool:
    """Whether the recommended model ranks at least as well as the one in charge, where known."""
    comparison = run.comparison or {}
    present = comparison.get("in_charge")
    recommended = comparison["evaluations"][comparison["recommended"]]
    return not present or bool(recommended["auc"] >= present["auc"])
