"""manage.py publish_outcome_definition --organization … --product … --bad 90 --window 12"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.services.outcome_definitions import outcome_definition_publish
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = "Publish when a product's loan counts as bad: days past due within a window of months."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("--bad", type=int, required=True, help="bad from so many days past due")
        parser.add_argument("--indeterminate", type=int, default=30, help="neither from so many")
        parser.add_argument("--window", type=int, required=True, help="months of the window")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = outcome_definition_publish(
                organization_id=organization_by_slug(options["organization"]).id,
                actor=SYSTEM,
                product_slug=options["product"],
                bad_days_past_due=options["bad"],
                indeterminate_days_past_due=options["indeterminate"],
                window_months=options["window"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"outcome definition {made.number}")
