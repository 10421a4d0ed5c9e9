"""Workers say every few seconds that they take tasks, and how many champion models they hold.

A step of the consumer, not a thread: a worker that has lost its broker, or hangs, falls silent.
"""

from contextlib import suppress
from typing import Any

import redis
import structlog
from celery import bootsteps
from django.conf import settings
from django.db import DatabaseError, connections

EVERY_SECONDS = 5
FORGOTTEN_AFTER_SECONDS = 3 * EVERY_SECONDS
COLD = "cold"

log = structlog.get_logger(__name__)


class Models:
    """What this worker holds in memory; None before the champions could be loaded."""

    champions: int | None = None


def beat_key(name: str) -> str:
    """Where a queue's workers (`decision`) or one node (`decision@host`) are heard."""
    return f"assay:worker:{name}"


def broker() -> redis.Redis:
    """A client that fails fast: neither a probe nor a worker waits for a dead broker."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def warm_up() -> None:
    """Load every champion. The connection is closed again: a fork must not share it."""
    # Models can be imported only after Django is set up, which is after this module.
    from scoring.services.serving import champions_warm

    try:
        Models.champions = champions_warm()
    except DatabaseError:
        log.exception("champions_not_loaded")
    finally:
        connections.close_all()


class Heartbeat(bootsteps.StartStopStep):
    """Beats on the consumer's own timer; started again with every new connection to the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.client = broker()
        self.entry: Any = None

    def start(self, parent: Any) -> None:
        queues = list(parent.app.amqp.queues.consume_from)
        names = [*queues, parent.hostname]
        decides = "decision" in queues
        self.beat(names, decides=decides)
        self.entry = parent.timer.call_repeatedly(
            EVERY_SECONDS, self.beat, (names,), {"decides": decides}
        )

    def stop(self, parent: Any) -> None:
        if self.entry is not None:
            self.entry.cancel()

    def beat(self, names: list[str], *, decides: bool) -> None:
        if decides and Models.champions is None:
            warm_up()
        value = COLD if Models.champions is None else str(Models.champions)
        with suppress(redis.RedisError), self.client.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.set(beat_key(name), value, ex=FORGOTTEN_AFTER_SECONDS)
            pipeline.execute()
