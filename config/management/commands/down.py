"""Stop the platform that `up` started, as Ctrl-C in its terminal would."""

import os
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.home import current_home
from config.supervisor.lock import running_supervisor

PATIENCE_SECONDS = 60


class Command(BaseCommand):
    help = "Stop the platform that `manage.py up` runs from this state folder."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        home = current_home()
        pid = running_supervisor(home)
        if pid is None:
            self.stdout.write("Assay is not running.")
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while running_supervisor(home) == pid:
            if time.monotonic() > deadline:
                raise CommandError(f"process {pid} is still stopping")
            time.sleep(0.1)
        self.stdout.write("Assay has stopped.")
