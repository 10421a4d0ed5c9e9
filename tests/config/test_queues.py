import pytest
from django.conf import settings

from config.celery import app

QUEUES = {"decision", "batch", "training", "housekeeping"}


@pytest.mark.parametrize("entry", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_beat_sends_only_tasks_that_exist(entry: str) -> None:
    assert settings.CELERY_BEAT_SCHEDULE[entry]["task"] in app.tasks


def test_every_task_goes_to_a_queue_that_a_worker_reads() -> None:
    for name in app.tasks:
        assert app.amqp.router.route({}, name)["queue"].name in QUEUES, name


@pytest.mark.parametrize("name", sorted(settings.CELERY_TASK_ROUTES))
def test_only_tasks_that_exist_are_sent_to_a_queue_of_their_own(name: str) -> None:
    assert name in app.tasks


def test_a_message_is_never_delivered_twice_while_its_task_may_run() -> None:
    visible_again = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    assert visible_again > settings.CELERY_TASK_TIME_LIMIT
