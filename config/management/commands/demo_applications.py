"""Make more demo applications: invented, decided, in part reviewed."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.demo.applications import applications_made
from config.demo.lenders import LENDERS


class Command(BaseCommand):
    help = (
        "Submit and decide invented applications at both demo lenders, joint ones and referrals"
        " settled by people among them. The same seed makes the same ones, once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=1000, help="in all, at both lenders")
        parser.add_argument("--seed", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        share, rest = divmod(options["count"], len(LENDERS))
        for index, lender in enumerate(LENDERS):
            made = applications_made(lender, share + (index < rest), seed=options["seed"])
            self.stdout.write(f"{lender.name}: {made}")
        self.stdout.write(f"{options['count']:,} applications in {time.monotonic() - began:.1f} s")
