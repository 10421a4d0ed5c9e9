"""manage.py export_mlflow --organization hanse-kredit --product personal-loan FOLDER"""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from scoring.documents.mlruns import Run, experiment_written
from scoring.enums import TrainingStatus, TrialStatus
from scoring.models import TrainingRun, TrainingTrial
from scoring.selectors.products import product_by_slug
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = "Write a product's finished trainings as MLflow keeps them in files (mlruns)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("folder", type=Path, help="for example mlruns")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization_id = organization_by_slug(options["organization"]).id
            with enter(organization_id, read_only=True):
                told = list(_trainings(organization_id, options["product"]))
        except DomainError as error:
            raise CommandError(str(error)) from error
        for training, runs in told:
            name = f"{options['product']} {training.requested_at:%Y-%m-%d %H:%M:%S}"
            experiment_written(options["folder"], str(training.id), name, runs)
        count = sum(len(runs) for _, runs in told)
        self.stdout.write(f"{len(told)} trainings, {count} runs in {options['folder']}")


def _trainings(organization_id: UUID, slug: str) -> Iterator[tuple[TrainingRun, list[Run]]]:
    product = product_by_slug(organization_id, slug)
    found = TrainingRun.objects.filter(
        organization_id=organization_id, product=product, status=TrainingStatus.SUCCEEDED
    ).select_related("dataset")
    for training in found.order_by("requested_at"):
        yield training, [*_candidates(training), *_trials(training)]


def _candidates(training: TrainingRun) -> Iterator[Run]:
    """Each candidate with its figures on the held-out loans."""
    for each in (training.comparison or {}).get("evaluations", []):
        yield Run(
            key=f"{training.id}/{each['family']}",
            name=str(each["family"]),
            started_at=training.requested_at,
            ended_at=training.finished_at or training.requested_at,
            params={**training.settings, "family": each["family"]},
            metrics=_figures(each),
            tags=_tags(training, "candidate"),
        )


def _trials(training: TrainingRun) -> Iterator[Run]:
    trials = TrainingTrial.objects.filter(
        organization_id=training.organization_id, run=training, status=TrialStatus.COMPLETE
    )
    for trial in trials.order_by("family", "number"):
        yield Run(
            key=f"{training.id}/{trial.family}/{trial.number}",
            name=f"{trial.family} {trial.number}",
            started_at=training.requested_at,
            ended_at=training.finished_at or training.requested_at,
            params={**trial.parameters, "family": trial.family},
            metrics=_figures({"objective": trial.value, "seconds": trial.seconds}),
            tags=_tags(training, "trial"),
        )


def _figures(said: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in said.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _tags(training: TrainingRun, kind: str) -> dict[str, str]:
    dataset = training.dataset.fingerprint if training.dataset else ""
    return {"assay.training": str(training.id), "assay.dataset": dataset, "assay.kind": kind}
