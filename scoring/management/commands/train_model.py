"""manage.py train_model --organization hanse-kredit --product personal-loan [--appoint REASON]

`--appoint` asks on the desk that the recommended model be validated and put in charge. With
`--answered-by`, twice, the two members named have said yes together, as on a lender's first day:
what they answered is written down as theirs.
"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Membership
from accounts.permissions import permissions_of
from events.actor import SYSTEM, Actor
from scoring.comparison import comparison_table
from scoring.enums import Move, TrainingStatus
from scoring.models import TrainingRun
from scoring.services.championships import champion_appoint
from scoring.services.learning import recommended_version
from scoring.services.requests import move_request
from scoring.services.training import model_train, training_request
from scoring.training.settings import family_names
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug

ALL = "all"
ASKED = (
    "seed", "families", "objective", "trials", "seconds", "split", "threads", "accuracy_ppm",
    "dataset", "leave_out",
)  # fmt: skip
ANSWER = "scoring.answer_model_move"


class Command(BaseCommand):
    help = (
        "Train a product's models on its past loans: families tuned on folds of one part,"
        " compared on loans none of them has seen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("--seed", type=int, help="of the split and of what learning draws")
        parser.add_argument(
            "--families",
            type=_families,
            help=f"comma-separated, or {ALL}: {', '.join(family_names())}",
        )
        parser.add_argument("--objective", help="auc, recall_of_bads, cost or profit")
        parser.add_argument("--trials", type=int, help="of each family's tuning; 1 tunes nothing")
        parser.add_argument("--seconds", type=int, help="for the tuning of all families together")
        parser.add_argument("--split", help="auto, random, grouped or out_of_time")
        parser.add_argument("--threads", type=int, help="at most so many, within the setting's")
        parser.add_argument(
            "--accuracy", dest="accuracy_ppm", type=_ppm, help="to keep while finding bads: 0.765"
        )
        parser.add_argument("--dataset", help="the id of a registered data set")
        parser.add_argument(
            "--leave-out", type=_names, help="fields that no model shall read, comma-separated"
        )
        parser.add_argument(
            "--background", action="store_true", help="let a worker do it; tells the run's id"
        )
        parser.add_argument(
            "--appoint", metavar="REASON", help="propose the recommended model for charge, and why"
        )
        parser.add_argument(
            "--answered-by", metavar="E-MAIL", action="append", default=[],
            help="a member who may answer and has said yes; twice, and the model is in charge",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        asked: dict[str, Any] = {
            "actor": SYSTEM,
            "product_slug": options["product"],
            "settings": {name: options[name] for name in ASKED if options[name] is not None},
        }
        try:
            organization_id = organization_by_slug(options["organization"]).id
            if options["background"]:
                run = training_request(organization_id=organization_id, **asked)
                self.stdout.write(f"training run {run.id} is queued")
                return
            run = model_train(organization_id=organization_id, said=self.stdout.write, **asked)
            self._report(run)
            if options["appoint"]:
                self._appoint(organization_id, run, options["appoint"], options["answered_by"])
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _report(self, run: TrainingRun) -> None:
        if run.status != TrainingStatus.SUCCEEDED or run.comparison is None:
            raise CommandError(f"the training {run.status}: {run.error}")
        self.stdout.write(comparison_table(run.comparison))

    def _appoint(
        self, organization_id: UUID, run: TrainingRun, reason: str, emails: list[str]
    ) -> None:
        with enter(organization_id, read_only=True):
            version = recommended_version(run)
            people = [answerer(organization_id, email) for email in emails]
        if version is None:
            raise CommandError("the training recommends no model")
        about: dict[str, Any] = {
            "organization_id": organization_id,
            "actor": SYSTEM,
            "model_version_id": version.id,
            "reason": reason,
        }
        if people:
            champion_appoint(**about, answered_by=people)
            self.stdout.write(f"model {version.number} ({version.family}) is in charge")
            return
        for move in (Move.VALIDATE, Move.PROMOTE):
            move_request(**about, move=move)
        self.stdout.write(f"model {version.number} ({version.family}) waits for answers")


def answerer(organization_id: UUID, email: str) -> Actor:
    """The member of this address, who must be one that may answer. Inside `enter`."""
    member = (
        Membership.objects.filter(
            organization_id=organization_id, user__email=email.strip().lower(), active=True
        )
        .select_related("user")
        .first()
    )
    if member is None or ANSWER not in permissions_of(member.role):
        raise CommandError(f"{email} is nobody who may answer for this lender")
    return Actor.user(member.user_id)


def _families(text: str) -> list[str]:
    return list(family_names()) if text == ALL else _names(text)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _ppm(text: str) -> int:
    return round(float(text) * 1_000_000)
