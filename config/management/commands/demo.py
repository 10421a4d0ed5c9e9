"""Make the demo lenders; running it again changes nothing."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.installing import FIRST_APPLICATIONS, demo_present
from config.home import current_home
from tenancy.errors import DomainError


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Make the demo lenders Hanse Kredit and Banco Aurora: people, keys, products, past loans,"
        " models, policies and some applications. demo.json in the state folder tells the rest."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--applications",
            type=int,
            default=FIRST_APPLICATIONS,
            help="how many to make at each lender",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        base_url = os.environ.get("ASSAY_BASE_URL", "http://127.0.0.1:8000")
        try:
            demo_present(current_home(), base_url, self.stdout.write, options["applications"])
        except DomainError as error:
            raise CommandError(str(error)) from error
