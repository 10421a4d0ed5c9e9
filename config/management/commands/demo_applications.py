"""Make more demo applications: invented, decided, in part reviewed."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.demo.applications import applications_everywhere
from config.demo.lenders import LENDERS


class Command(BaseCommand):
    requires_system_checks = []
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
        counts = {lender: share + (index < rest) for index, lender in enumerate(LENDERS)}
        for line in applications_everywhere(counts, seed=options["seed"]):
            self.stdout.write(line)
        self.stdout.write(f"{options['count']:,} applications in {time.monotonic() - began:.1f} s")
