from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.selectors import verify_chain
from tenancy.management.organizations import add_organization_argument, chosen_organizations


class Command(BaseCommand):
    help = "Recompute event chains and hold them against their heads and signed checkpoints."

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization_argument(parser, required=False)

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for organization_id, slug in chosen_organizations(options["organization"]):
            report = verify_chain(organization_id)
            seen = f"{report.sequence} events, {report.checkpoints} checkpoints"
            if report.broken:
                broken += 1
                self.stdout.write(self.style.ERROR(f"{slug}: BROKEN: {report.broken} ({seen})"))
            else:
                self.stdout.write(f"{slug}: holds ({seen})")
        if broken:
            raise CommandError(f"{broken} chain{'s' if broken > 1 else ''} broken")
