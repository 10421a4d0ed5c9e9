"""The Celery application.

Tasks of every room are imported at start-up, in every process: `celery.signature(name)` respects
eager mode only for a task it knows.
"""

import os
import signal
from typing import Any

from celery import Celery, signals

from config.heartbeat import Heartbeat, warm_up
from config.servers.process import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("assay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(Heartbeat)


@signals.worker_before_create_process.connect
def warm_the_parent(**_: Any) -> None:
    """Pool processes inherit the champion models that their parent has in memory."""
    if "decision" in app.amqp.queues.consume_from:
        warm_up()


@signals.worker_process_init.connect
def die_with_worker(**_: Any) -> None:
    """A pool process must not go on with a task its worker no longer answers for."""
    die_with_parent(signal.SIGKILL, os.getppid())
