"""manage.py import_loans --organization hanse-kredit --product personal-loan FILE"""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.imports.mapping import mapping_parse
from scoring.services.loans import Imported, loans_import
from tenancy.errors import DomainError, Invalid
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = (
        "Import past applications with their disposition and outcome, from CSV (also .gz) or"
        " Parquet, a path or an s3:// address. Rows that do not hold go to a file with row"
        " number, field and reason. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("--mapping", type=Path, help="how columns become fields (JSON)")
        parser.add_argument("--rejected", type=Path, help="where refused rows go")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        mapping = options["mapping"]
        rejected = options["rejected"] or rejected_path(options["file"])
        try:
            done = loans_import(
                organization_id=organization_by_slug(options["organization"]).id,
                actor=SYSTEM,
                product_slug=options["product"],
                source=options["file"],
                rejected=rejected,
                mapping=mapping_parse(mapping.read_bytes()) if mapping else None,
                progress=self._tell,
            )
        except Invalid as error:
            raise CommandError(
                "\n".join(f"{e.pointer}: {e.message}" for e in error.errors)
            ) from error
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(summary(done, time.monotonic() - began))

    def _tell(self, rows: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows read", ending="")


def rejected_path(source: str) -> Path:
    """`<name>.rejected.csv`, in the folder one stands in: the file's own may be far or closed."""
    return Path(Path(source).name + ".rejected.csv")


def summary(done: Imported, seconds: float) -> str:
    lines = [
        f"{done.rows_read:,} rows read in {seconds:.1f} s",
        (
            f"{done.rows_imported:,} imported, {done.rows_repeated:,} there already,"
            f" {done.rows_rejected:,} refused"
        ),
        (
            f"data set: {done.dataset.rows:,} applications, {done.dataset.goods:,} good and"
            f" {done.dataset.bads:,} bad loans, {done.dataset.fingerprint}"
        ),
    ]
    if done.rejected_file:
        lines.append(f"refused rows with their reasons: {done.rejected_file}")
    return "\n".join(lines)
