"""manage.py publish_product --organization banco-aurora --product store-card FOLDER"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from scoring.services.dictionaries import dictionary_publish
from scoring.services.models import expert_scorecard_register
from scoring.services.products import product_publish
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug


class Command(BaseCommand):
    help = (
        "Publish what stands in a folder: dictionary.json, product.json and, if there,"
        " expert_scorecard.json as a validated model. What is published already stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            to: dict[str, Any] = {
                "organization_id": organization_by_slug(options["organization"]).id,
                "actor": SYSTEM,
                "product_slug": options["product"],
            }
            dictionary = dictionary_publish(document=_read(folder / "dictionary.json"), **to)
            version = product_publish(document=_read(folder / "product.json"), **to)
            self.stdout.write(f"product version {version.number}, dictionary {dictionary.number}")
            card = folder / "expert_scorecard.json"
            if card.exists():
                model = expert_scorecard_register(document=_read(card), **to)
                self.stdout.write(f"expert scorecard: model {model.number}")
        except (DomainError, ValueError, OSError) as error:
            raise CommandError(str(error)) from error


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
