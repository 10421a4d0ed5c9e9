"""manage.py import_model --organization hanse-kredit --product personal-loan FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.services.bundles import model_import
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = "Register what a signed file holds, as a draft; refused with a reason if it is altered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = model_import(
                organization_id=organization_by_slug(options["organization"]).id,
                actor=SYSTEM,
                product_slug=options["product"],
                data=options["file"].read_bytes(),
            )
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from error
        self.stdout.write(f"model {version.number} ({version.family}) is registered as a draft")
