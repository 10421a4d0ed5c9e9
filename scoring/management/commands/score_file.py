"""manage.py score_file --organization hanse-kredit --product personal-loan --purpose … FILE"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.imports.mapping import mapping_parse
from scoring.services.file_scores import file_score
from tenancy.errors import DomainError, Invalid
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = (
        "Score every row of a file with the model in charge: points, PD and reasons, one line a"
        " row. Nobody is decided by it. Rows that do not hold go to a file with row number, field"
        " and reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("--purpose", required=True, help="what for: spring_campaign")
        parser.add_argument("--mapping", type=Path, help="how columns become fields (JSON)")
        parser.add_argument("--out", type=Path, help="where the scores go")
        parser.add_argument("--rejected", type=Path, help="where refused rows go")

    def handle(self, *args: Any, **options: Any) -> None:
        name, mapping = Path(options["file"]).name, options["mapping"]
        out = options["out"] or Path(f"{name}.scores.csv")
        began = time.monotonic()
        try:
            done = file_score(
                organization_id=organization_by_slug(options["organization"]).id,
                actor=SYSTEM,
                product_slug=options["product"],
                source=options["file"],
                purpose=options["purpose"],
                results=out,
                rejected=options["rejected"] or Path(f"{name}.rejected.csv"),
                mapping=mapping_parse(mapping.read_bytes()) if mapping else None,
            )
        except Invalid as error:
            raise CommandError(
                "\n".join(f"{e.pointer}: {e.message}" for e in error.errors)
            ) from error
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{done.rows_read:,} rows read in {time.monotonic() - began:.1f} s,"
            f" {done.rows_scored:,} scored by model {done.model_number},"
            f" {done.rows_rejected:,} refused\nscores: {out}"
        )
        if done.rejected_file:
            self.stdout.write(f"refused rows with their reasons: {done.rejected_file}")
