"""The Python processes of a running Assay: web, five workers, beat."""

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config.home import PROJECT
from config.servers.process import Child

PRIVILEGED = ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_OPERATOR_URL", "ASSAY_ROLE")
MANAGE = [sys.executable, str(PROJECT / "manage.py")]
CELERY = [sys.executable, "-m", "celery", "-A", "config"]
NICE = 10
"""A ninth of the processor's time beside somebody who wants all of it."""


def application_environment(addresses: Mapping[str, str]) -> dict[str, str]:
    """Ours, less every privileged address, plus the application role's."""
    kept = {name: value for name, value in os.environ.items() if name not in PRIVILEGED}
    application = {name: value for name, value in addresses.items() if name not in PRIVILEGED}
    return {
        **kept,
        **application,
        "PYTHONPATH": os.pathsep.join([str(PROJECT), *filter(None, [kept.get("PYTHONPATH")])]),
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def batch_processes() -> int:
    """How many chunks of files are worked on at once on this machine."""
    return int(os.environ.get("ASSAY_BATCH_PROCESSES", "2"))


@dataclass(frozen=True)
class Children:
    """Makes the children; `base_url` is where the web child will answer."""

    environment: Mapping[str, str]
    logs: Path
    base_url: str
    bind: str

    def child(self, name: str, command: list[str], nice: int = 0) -> Child:
        return Child(
            name=name,
            command=command,
            log=self.logs / f"{name.replace(' ', '-')}.log",
            environment=self.environment,
            nice=nice,
        )

    def web(self) -> Child:
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
        child = self.child("web", [*gunicorn, "--bind", self.bind, "config.wsgi:application"])
        child.ready = self.ready
        return child

    def worker(
        self, name: str, queues: str, processes: int, nice: int = 0, pool: str = "prefork"
    ) -> Child:
        options = ["--queues", queues, "--concurrency", str(processes), "--hostname", f"{name}@%h"]
        options += ["--pool", pool]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        child = self.child(f"{name} worker", [*CELERY, "worker", *options, *quiet], nice)
        child.stop_signal = signal.SIGQUIT  # finish what takes seconds, put back the rest
        return child

    def deciding(self) -> list[Child]:
        """What an application needs to be decided."""
        return [self.worker("decision", "decision", processes=2), self.web()]

    def behind(self) -> list[Child]:
        """What works in the background, gives way to what is waited for, and never holds it up."""
        return [
            self.worker("housekeeping", "housekeeping,follow", processes=1, nice=NICE),
            # Threads: what sends messages mostly waits for others' answers.
            self.worker("webhook", "webhook", processes=8, nice=NICE, pool="threads"),
            self.worker("batch", "batch", processes=batch_processes(), nice=NICE),
            self.worker("training", "training", processes=1, nice=NICE),
            self.child("beat", [*CELERY, "beat", "--pidfile=", "--loglevel", "INFO"], NICE),
        ]

    def ready(self) -> bool:
        """Web answers, and says that database, broker, worker and champions are there."""
        try:
            with urlopen(f"{self.base_url}/readyz", timeout=5) as answer:  # noqa: S310 - our own
                return bool(json.load(answer)["ready"])
        except (URLError, OSError):
            return False
