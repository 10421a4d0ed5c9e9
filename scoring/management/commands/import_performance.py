"""manage.py import_performance --organization hanse-kredit --product personal-loan FILE"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.management.commands.import_loans import rejected_path
from scoring.services.performance import performance_import
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = (
        "Take a file of months (CSV, also .gz, or Parquet; a path or an s3:// address): loan_ref,"
        " months_on_book, as_of, days_past_due, balance, charged_off, recovered. Months that do"
        " not hold go to a file with row number, field and reason. Running it again changes"
        " nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("--columns", type=json.loads, help="field to the file's column (JSON)")
        parser.add_argument("--rejected", type=Path, help="where refused months go")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = performance_import(
                organization_id=organization_by_slug(options["organization"]).id,
                actor=SYSTEM,
                product_slug=options["product"],
                source=options["file"],
                rejected=options["rejected"] or rejected_path(options["file"]),
                columns=options["columns"],
            )
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{done.read:,} months read: {done.recorded:,} recorded, {done.repeated:,} there"
            f" already, {done.refused:,} refused"
        )
