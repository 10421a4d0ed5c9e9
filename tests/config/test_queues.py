import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from config.celery import app
from config.home import PROJECT
from config.supervisor.children import Children

QUEUES = {"decision", "batch", "training", "housekeeping", "webhook"}


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


def queues_read(commands: list[str]) -> set[str]:
    """The queues that these worker commands read."""
    found = [re.search(r"(?:-Q|--queues) (\S+)", command) for command in commands]
    return {queue for each in found if each for queue in each.group(1).split(",")}


def test_the_platform_runs_a_worker_for_every_queue() -> None:
    children = Children(environment={}, logs=Path("logs"), base_url="", bind="")
    commands = [" ".join(child.command) for child in children.deciding() + children.behind()]
    assert queues_read(commands) == QUEUES


def test_the_containers_run_a_worker_for_every_queue() -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    assert queues_read([str(each.get("command")) for each in services.values()]) == QUEUES


def test_every_container_of_ours_has_a_health_check() -> None:
    """All but `migrate`, which ends."""
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    assert {name for name, each in services.items() if "healthcheck" not in each} == {"migrate"}


def test_the_example_environment_names_all_that_the_containers_need() -> None:
    compose = (PROJECT / "docker-compose.yml").read_text()
    needed = set(re.findall(r"\$\{(\w+):?[?-]", compose))
    example = (PROJECT / ".env.example").read_text()
    assert needed == set(re.findall(r"^(\w+)=", example, re.MULTILINE))
