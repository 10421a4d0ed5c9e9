"""manage.py register_dataset --organization hanse-kredit --product personal-loan --definition 1"""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.models import Dataset
from scoring.models.history import HISTORY
from scoring.selectors.datasets import leakage_of
from scoring.services.dataset_rows import APPLICATIONS
from scoring.services.datasets import dataset_register
from scoring.training.exclusions import Period
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug
from underwriting.services.own_loans import own_loans_register


class Command(BaseCommand):
    help = (
        "Copy the rows a model may learn from, name them by a fingerprint and search them for"
        " fields that know the outcome. The same rows are the same data set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument(
            "--source",
            default=HISTORY,
            help=f"{HISTORY} (imported), {APPLICATIONS} (decided here), or a file or s3:// address",
        )
        parser.add_argument(
            "--mapping", type=Path, help="how a file's columns become fields (JSON)"
        )
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first day")
        parser.add_argument("--until", dest="last", type=date.fromisoformat, help="last day")
        parser.add_argument("--as-of", type=date.fromisoformat, help="as known on this day")
        parser.add_argument("--definition", type=int, help="number of the outcome definition")
        parser.add_argument(
            "--exclusions", type=Path, help="JSON: a list of field, operator, value and reason"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known_on = options["as_of"]
        try:
            organization_id = organization_by_slug(options["organization"]).id
            dataset = _how(options)(
                organization_id=organization_id,
                actor=SYSTEM,
                product_slug=options["product"],
                period=Period(options["first"], options["last"]),
                exclusions=_document(options["exclusions"]) or [],
                as_of=known_on and datetime.combine(known_on, time.max, UTC),
                definition=options["definition"],
            )
        except (DomainError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        with enter(organization_id, read_only=True):
            found = leakage_of(dataset)["findings"]
        self.stdout.write(summary(dataset, found))


def _how(options: dict[str, Any]) -> Callable[..., Dataset]:
    source = options["source"]
    if source == APPLICATIONS:
        return own_loans_register
    return partial(dataset_register, source=source, mapping=_document(options["mapping"]))


def _document(file: Path | None) -> Any:
    return None if file is None else json.loads(file.read_text(encoding="utf-8"))


def summary(dataset: Dataset, findings: list[dict[str, Any]]) -> str:
    counts = (
        f"{dataset.rows:,} applications: {dataset.goods:,} good, {dataset.bads:,} bad,"
        f" {dataset.indeterminates:,} neither, {dataset.censored:,} too young to say;"
        f" {dataset.excluded:,} left out"
    )
    lines = [f"data set {dataset.id}: {dataset.fingerprint}", counts]
    lines += [f"  {each['rows']:,} {each['reason']}" for each in dataset.exclusions]
    lines += [f"leak: {', '.join(each['fields'])} ({each['code']})" for each in findings]
    return "\n".join(lines)
