import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenancy.enter import enter
from tenancy.ids import parse_public_id
from tenancy.management.organizations import add_organization_argument, chosen_organizations
from underwriting.selectors.batch_proofs import decision_proof


class Command(BaseCommand):
    help = (
        "Write the proof that a decision made of a file is among those its chunk's event stands "
        "for; events/verify.py --proof holds it against an export."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization_argument(parser, required=True)
        parser.add_argument("decision", help="dec_… or the decision's UUID")

    def handle(self, *args: Any, **options: Any) -> None:
        text = options["decision"]
        decision_id = parse_public_id("dec", text) or _uuid(text)
        [(organization_id, _)] = chosen_organizations(options["organization"])
        with enter(organization_id, read_only=True):
            proof = decision_id and decision_proof(organization_id, decision_id)
        if not proof:
            raise CommandError(f"{text} was not decided by columns, or its chunk is not whole")
        self.stdout.write(json.dumps(proof, indent=1))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
