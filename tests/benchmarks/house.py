"""A whole Assay for benchmarks: `manage.py up` in a folder of its own, and a lender that decides.

The benchmark's process is set up as one more process of the first installation (application role),
so it may call services, and reads the superuser's address where a history must be made wholesale.
A second installation beside it is what growth is compared with.
"""

import json
import logging
import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

import django
from django.apps import apps
from django.db import connections

from tests.faults.platform import Platform

if TYPE_CHECKING:
    from tests.benchmarks.lender import Lender

STARTING_SECONDS = 600
STOPPING_SECONDS = 60


class House(Platform):
    """Started on entering; stopped, by its process id, on leaving."""

    lender: "Lender"  # type: ignore[assignment]

    def __init__(self, folder: str, **variables: str) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o711)  # PostgreSQL and Valkey may run under another account
        super().__init__(folder, **variables)

    def __enter__(self) -> Self:
        try:
            self.wait_until_up()
        except BaseException:
            self.stop()
            raise
        return self

    def wait_until_up(self) -> None:
        """Longer than a test would wait: benchmarks run on busy machines too."""
        deadline = time.monotonic() + STARTING_SECONDS
        while "Ctrl-C stops everything" not in self.log.read_text():
            if self.supervisor.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(self.log.read_text())
            time.sleep(0.3)
        self.lender = self.first_lender()

    def first_lender(self) -> "Lender":
        """Made in this process, which is set up for this installation from here on."""
        os.environ.update(self.environment)
        django.setup()
        logging.getLogger("httpx").setLevel(logging.WARNING)
        from tests.benchmarks.lender import lender_opened

        return lender_opened("bench")

    def opened(self, kind: str, name: str) -> "Lender":
        """A lender made by a process of its own."""
        from tests.benchmarks.lender import Lender

        made = self.ask(kind, name, script="tests.benchmarks.opening")
        return Lender(UUID(made["organization_id"]), made["key"], None, made["consents"])

    @property
    def addresses(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.folder / "state" / "servers.json").read_text())
        return found

    @property
    def admin_url(self) -> str:
        """The superuser's: for what is made wholesale, and for nothing that is measured."""
        return self.addresses["DATABASE_ADMIN_URL"]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if apps.ready:  # this process may hold connections to the database that ends
            connections.close_all()
        self.supervisor.send_signal(signal.SIGINT)
        try:
            self.supervisor.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            self.supervisor.wait()


class SecondHouse(House):
    """One beside the first: nothing in this process belongs to it."""

    def first_lender(self) -> "Lender":
        return self.opened("boosted", "bench")
