"""Every decision again, from its pinned bytes, in this process or several."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenancy.enter import enter
from tenancy.management.organizations import add_organization_argument, chosen_organizations
from underwriting.selectors.batch_proofs import roots_checked
from underwriting.services.replays import (
    Finding,
    ReplayReport,
    Stretch,
    decisions_count,
    decisions_replay,
    stretches,
)

SECONDS_BETWEEN = 2.0
Told = Callable[[ReplayReport], None]


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
        parser.add_argument("--after", type=UUID, help="only decisions behind this id")
        parser.add_argument("--until", type=UUID, help="only decisions up to this id")
        parser.add_argument("--json", action="store_true", help="JSON lines, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        whole = ReplayReport()
        for organization_id, slug in chosen_organizations(options["organization"]):
            report = self._replayed(organization_id, slug, options)
            whole.merge(report)
            if not options["json"]:
                self._tell(slug, report)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(whole)))
        differ = self._roots(options)
        if differ:
            raise CommandError(f"{differ} chunks of files no longer give the root of their event")
        if whole.failed:
            raise CommandError(f"{whole.failed} of {whole.replayed} decisions did not replay")

    def _replayed(self, organization_id: UUID, slug: str, options: dict[str, Any]) -> ReplayReport:
        limit = options["limit"]
        if options["json"]:
            return decisions_replay(
                organization_id=organization_id,
                limit=limit,
                stretch=(options["after"], options["until"]),
                told=lambda report: self.stdout.write(json.dumps(as_json(report))),
            )
        told = Progress(slug, decisions_count(organization_id, limit), self.stderr.write)
        if options["processes"] > 1:
            return shared(slug, stretches(organization_id, options["processes"], limit), told)
        stretch = options["after"], options["until"]
        return decisions_replay(
            organization_id=organization_id, limit=limit, stretch=stretch, told=told
        )

    def _roots(self, options: dict[str, Any]) -> int:
        """How many chunks' decisions differ from what their events told; not asked of children."""
        if options["json"] or options["limit"]:
            return 0
        counts: Counter[str] = Counter()
        for organization_id, _ in chosen_organizations(options["organization"]):
            with enter(organization_id, read_only=True):
                counts.update(each.status for each in roots_checked(organization_id))
        if counts:
            told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
            self.stdout.write(f"chunks of files: {told}")
        return counts["differs"]

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


class Progress:
    """A line every few seconds: how many of how many, and how many came out the same."""

    def __init__(self, slug: str, total: int, write: Callable[[str], None]) -> None:
        self._slug = slug
        self._total = total
        self._write = write
        self._next = monotonic() + SECONDS_BETWEEN

    def __call__(self, report: ReplayReport) -> None:
        if monotonic() < self._next:
            return
        self._next = monotonic() + SECONDS_BETWEEN
        same = report.counts["identical"]
        self._write(f"{self._slug}: {report.replayed} of {self._total}, {same} identical")


def shared(slug: str, parts: Sequence[Stretch], told: Told) -> ReplayReport:
    """The same command in several processes, each on its stretch."""
    seen: dict[int, ReplayReport] = {}
    lock = Lock()

    def follow(number: int) -> None:
        child = subprocess.Popen(_command(slug, parts[number]), stdout=subprocess.PIPE)
        for line in child.stdout or ():
            with lock:
                seen[number] = of_json(line)
                told(together(seen.values()))
        if child.wait() and not (number in seen and seen[number].failed):
            raise CommandError(f"a process of the replay failed ({child.returncode})")

    with ThreadPoolExecutor(max(len(parts), 1)) as pool:
        list(pool.map(follow, range(len(parts))))
    return together(seen.values())


def _command(slug: str, stretch: Stretch) -> list[str]:
    """This process has made the checks; the last line a child says is its whole report."""
    ends = zip(("--after", "--until"), stretch, strict=True)
    return [
        sys.executable, sys.argv[0], "replay_decisions", "--json", "--organization", slug,
        "--skip-checks", *(word for name, end in ends if end for word in (name, str(end))),
    ]  # fmt: skip


def together(reports: Iterable[ReplayReport]) -> ReplayReport:
    whole = ReplayReport()
    for report in reports:
        whole.merge(report)
    return whole


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
