"""A whole Assay for benchmarks: `manage.py up` in a folder of its own, and a lender that decides.

The benchmark's process is set up as one more process of that installation (application role), so
it may call services, and reads the superuser's address where a history must be made wholesale.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import django

from tests.faults.platform import Platform

if TYPE_CHECKING:
    from tests.benchmarks.lender import Lender

STARTING_SECONDS = 600
STOPPING_SECONDS = 30


class House(Platform):
    """Started on entering; stopped, by its process id, on leaving."""

    lender: "Lender"  # type: ignore[assignment]

    def __init__(self, folder: str) -> None:
        Path(folder).chmod(0o711)  # PostgreSQL and Valkey may run under another account
        super().__init__(folder)
        self.folder = Path(folder)

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
        self.lender = self.ask("bench")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def ask(self, what: str) -> Any:
        """The lender is made in this process, not in one of its own."""
        os.environ.update(self.environment)
        django.setup()
        from tests.benchmarks.lender import lender_opened

        return lender_opened(what)

    @property
    def addresses(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.folder / "state" / "servers.json").read_text())
        return found

    @property
    def admin_url(self) -> str:
        """The superuser's: for histories made wholesale, and for nothing that is measured."""
        return self.addresses["DATABASE_ADMIN_URL"]

    def stop(self) -> None:
        from django.db import connection

        connection.close()
        self.supervisor.send_signal(signal.SIGINT)
        try:
            self.supervisor.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            self.supervisor.wait()
