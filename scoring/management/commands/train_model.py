"""manage.py train_model --organization hanse-kredit --product personal-loan [--appoint]"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.comparison import comparison_table
from scoring.enums import TrainingStatus
from scoring.models import TrainingRun
from scoring.services.championships import champion_appoint
from scoring.services.learning import recommended_version
from scoring.services.training import model_train, training_request
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = (
        "Train a product's models on its past loans: a WoE scorecard and a monotone XGBoost,"
        " compared on loans neither has seen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("--seed", type=int, help="of the split and of what learning draws")
        parser.add_argument(
            "--background", action="store_true", help="let a worker do it; tells the run's id"
        )
        parser.add_argument(
            "--appoint", metavar="REASON", help="put the recommended model in charge, and why"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        settings = {"seed": options["seed"]} if options["seed"] is not None else {}
        asked: dict[str, Any] = {
            "actor": SYSTEM,
            "product_slug": options["product"],
            "settings": settings,
        }
        try:
            organization_id = organization_by_slug(options["organization"]).id
            if options["background"]:
                run = training_request(organization_id=organization_id, **asked)
                self.stdout.write(f"training run {run.id} is queued")
                return
            run = model_train(organization_id=organization_id, **asked)
            self._report(run)
            if options["appoint"]:
                self._appoint(organization_id, run, options["appoint"])
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _report(self, run: TrainingRun) -> None:
        if run.status != TrainingStatus.SUCCEEDED or run.comparison is None:
            raise CommandError(f"the training {run.status}: {run.error}")
        self.stdout.write(comparison_table(run.comparison))

    def _appoint(self, organization_id: UUID, run: TrainingRun, reason: str) -> None:
        with enter(organization_id, read_only=True):
            version = recommended_version(run)
        if version is None:
            raise CommandError("the training recommends no model")
        champion_appoint(
            organization_id=organization_id,
            actor=SYSTEM,
            model_version_id=version.id,
            reason=reason,
        )
        self.stdout.write(f"model {version.number} ({version.family}) is in charge")
