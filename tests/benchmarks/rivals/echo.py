"""A worker that answers, twice: as a Celery task under Assay's settings, and as a bare loop."""

import os

import celery
import redis

from config.settings import queues

LOOP = "bench:loop"
application = celery.Celery("bench", broker=os.environ["BENCH_REDIS"])
application.conf.update(
    task_acks_late=queues.CELERY_TASK_ACKS_LATE,
    task_reject_on_worker_lost=queues.CELERY_TASK_REJECT_ON_WORKER_LOST,
    task_ignore_result=queues.CELERY_TASK_IGNORE_RESULT,
    task_default_queue="bench",
    worker_prefetch_multiplier=queues.CELERY_WORKER_PREFETCH_MULTIPLIER,
    broker_transport_options=queues.CELERY_BROKER_TRANSPORT_OPTIONS,
)
_store = redis.Redis.from_url(os.environ["BENCH_REDIS"], socket_timeout=None)


@application.task
def echo(place: str) -> None:
    _store.lpush(place, "1")


def loop() -> None:
    while True:
        _, place = _store.brpop(LOOP)
        _store.lpush(place, "1")


if __name__ == "__main__":
    loop()
