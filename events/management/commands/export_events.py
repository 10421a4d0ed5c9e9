from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from events.errors import BrokenChain
from events.services import chain_export, seal_chain
from events.signing import public_key
from tenancy.management.organizations import add_organization_argument, organization_named_by


class Command(BaseCommand):
    help = "Write an organization's events to a file that events/verify.py checks on its own."

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization_argument(parser, required=True)
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        organization = organization_named_by(options["organization"])
        try:
            seal_chain(organization.id)
        except BrokenChain as error:
            self.stderr.write(self.style.ERROR(f"{error}; exported as it is, unsealed"))
        with options["file"].open("w", encoding="utf-8") as file:
            written = chain_export(organization.id, file)
        self.stdout.write(f"{written} events in {options['file']}")
        self.stdout.write(f"verify: python events/verify.py FILE --public-key {public_key()}")
