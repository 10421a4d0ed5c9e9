"""Every decision again, from its pinned bytes, in this process or several."""

import json
import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenancy.management.organizations import add_organization_argument, chosen_organizations
from underwriting.services.replays import Finding, ReplayReport, decisions_replay


class Command(BaseCommand):
    help = (
        "Compute decisions again from what they pinned and compare them byte for byte; "
        "fails when one differs or a pinned part was altered, and names it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization_argument(parser, required=False)
        parser.add_argument("--limit", type=int, help="at most so many of each organization")
        parser.add_argument(
            "--processes", type=int, default=1, help="share each organization's among so many"
        )
        parser.add_argument("--part", type=part, default=(0, 1), metavar="I/N")
        parser.add_argument("--json", action="store_true", help="one JSON line, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        whole = ReplayReport()
        for organization_id, slug in chosen_organizations(options["organization"]):
            if options["processes"] > 1:
                report = shared(slug, options["processes"], options["limit"])
            else:
                report = decisions_replay(
                    organization_id=organization_id, limit=options["limit"], part=options["part"]
                )
            whole.merge(report)
            if not options["json"]:
                self._tell(slug, report)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(whole)))
        if whole.failed:
            raise CommandError(f"{whole.failed} of {whole.replayed} decisions did not replay")

    def _tell(self, slug: str, report: ReplayReport) -> None:
        parts = [
            f"{report.counts[status]} {status}"
            for status in ("identical", "erased", "different", "altered")
        ]
        self.stdout.write(f"{slug}: {report.replayed} replayed: {', '.join(parts)}")
        for finding in report.findings:
            why = ", ".join(finding.explained_by) or "nothing pinned explains it"
            self.stdout.write(
                self.style.ERROR(f"  dec_{finding.decision_id.hex} {finding.status}: {why}")
            )


def part(text: str) -> tuple[int, int]:
    """`1/4` is the second of four parts."""
    index, _, parts = text.partition("/")
    if not (index.isdigit() and parts.isdigit() and int(index) < int(parts)):
        raise ArgumentTypeError(f"{text}: write I/N, I from 0 to N-1")
    return int(index), int(parts)


def shared(slug: str, processes: int, limit: int | None) -> ReplayReport:
    """The same command in several processes, each on its part."""
    command = [sys.executable, sys.argv[0], "replay_decisions", "--json", "--organization", slug]
    command.append("--skip-checks")  # this process has made them
    if limit is not None:
        command += ["--limit", str(limit)]
    running = [
        subprocess.Popen([*command, "--part", f"{index}/{processes}"], stdout=subprocess.PIPE)
        for index in range(processes)
    ]
    report = ReplayReport()
    for child in running:
        said, _ = child.communicate()
        if not said.strip():
            raise CommandError(f"a process of the replay failed ({child.returncode})")
        report.merge(of_json(said.splitlines()[-1]))
    return report


def as_json(report: ReplayReport) -> dict[str, Any]:
    return {
        "counts": dict(report.counts),
        "findings": [
            [str(found.decision_id), found.status, list(found.explained_by)]
            for found in report.findings
        ],
    }


def of_json(line: bytes | str) -> ReplayReport:
    said = json.loads(line)
    report = ReplayReport()
    report.counts.update(said["counts"])
    report.findings += [_finding(row) for row in said["findings"]]
    return report


def _finding(row: Sequence[Any]) -> Finding:
    return Finding(UUID(row[0]), row[1], tuple(row[2]))
