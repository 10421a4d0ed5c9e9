"""Trainings, their steps and trials. Call inside `enter`."""

from uuid import UUID

from scoring.models import ModelVersion, TrainingRun, TrainingStep, TrainingTrial
from tenancy.errors import NotFound


def training_by_id(organization_id: UUID, run_id: UUID) -> TrainingRun:
    found = (
        TrainingRun.objects.filter(organization_id=organization_id, id=run_id)
        .select_related("product", "dictionary_version", "dataset")
        .first()
    )
    if found is None:
        raise NotFound("no such training")
    return found


def steps_of(run: TrainingRun) -> list[TrainingStep]:
    """In their order, without the results they hold."""
    return list(
        TrainingStep.objects.filter(organization_id=run.organization_id, run=run)
        .order_by("number")
        .defer("body")
    )


def trials_of(run: TrainingRun) -> list[TrainingTrial]:
    """Family by family in the tournament's order, each family's in the order they were made."""
    found = TrainingTrial.objects.filter(organization_id=run.organization_id, run=run)
    order = {name: place for place, name in enumerate(run.settings.get("families", []))}
    return sorted(found, key=lambda each: (order.get(each.family, len(order)), each.number))


def models_of(run: TrainingRun) -> dict[str, ModelVersion]:
    """The registered versions that a run's comparison names, by artifact hash."""
    comparison = run.comparison or {}
    hashes = [each["content_hash"] for each in comparison.get("evaluations", [])]
    found = ModelVersion.objects.filter(
        organization_id=run.organization_id,
        product_id=run.product_id,
        artifact_hash__in=[each for each in hashes if each],
    )
    return {version.artifact_hash: version for version in found.defer("metrics", "card")}
