"""manage.py export_model --organization hanse-kredit --product personal-loan --number 3 FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from events.signing import public_key
from scoring.selectors.models import model_version_by_number
from scoring.services.bundles import model_export
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = "Write a model version to one signed file, which another installation can bring in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")
        parser.add_argument("--number", required=True, type=int, help="the version's number")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization_id = organization_by_slug(options["organization"]).id
            with enter(organization_id, read_only=True):
                version = model_version_by_number(
                    organization_id, options["product"], options["number"]
                )
            data = model_export(
                organization_id=organization_id, actor=SYSTEM, model_version_id=version.id
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        options["file"].write_bytes(data)
        self.stdout.write(f"{len(data):,} bytes in {options['file']}, signed by {public_key()}")
