import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from config.celery import app
from config.home import PROJECT
from config.servers.process import Child
from config.supervisor.children import Children

QUEUES = {"decision", "batch", "training", "housekeeping", "follow", "webhook"}
WAITED_FOR = {
    "underwriting.tasks.application_decide",
    "underwriting.tasks.prequalification_make",
}


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


def queues_read(command: str) -> set[str]:
    """The queues that this worker reads; none where it is no worker."""
    found = re.search(r"(?:-Q|--queues) (\S+)", command)
    return set(found.group(1).split(",")) if found else set()


def of_the_platform() -> dict[str, Child]:
    """Command and child of everything that `manage.py up` runs on Python."""
    children = Children(environment={}, logs=Path("logs"), base_url="", bind="")
    return {" ".join(each.command): each for each in children.deciding() + children.behind()}


def of_the_containers() -> dict[str, dict[str, Any]]:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    return {str(each.get("command")): each for each in services.values()}


PLACES = (of_the_platform, of_the_containers)


@pytest.mark.parametrize("commands", PLACES)
def test_there_is_a_worker_for_every_queue(commands: Callable[[], Any]) -> None:
    assert set().union(*map(queues_read, commands())) == QUEUES


@pytest.mark.parametrize("commands", PLACES)
def test_decisions_have_workers_of_their_own(commands: Callable[[], Any]) -> None:
    """A path, a batch, a training or a webhook is never in front of a decision."""
    routed = {
        name for name in app.tasks if app.amqp.router.route({}, name)["queue"].name == "decision"
    }
    assert routed == WAITED_FOR
    reading = [read for each in commands() if "decision" in (read := queues_read(each))]
    assert reading == [{"decision"}]


@pytest.mark.parametrize("commands", PLACES)
def test_trainings_of_an_hour_stand_in_no_other_queue(commands: Callable[[], Any]) -> None:
    reading = [read for each in commands() if "training" in (read := queues_read(each))]
    assert reading == [{"training"}]


def test_a_worker_holds_no_message_that_another_could_work_on() -> None:
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert settings.CELERY_TASK_ACKS_LATE


def test_what_is_not_waited_for_gives_way() -> None:
    for command, child in of_the_platform().items():
        waited_for = "gunicorn" in command or "decision" in queues_read(command)
        assert (child.nice == 0) == waited_for, command


def test_what_is_not_waited_for_gives_way_in_containers() -> None:
    for command, service in of_the_containers().items():
        read = queues_read(command)
        if read or "beat" in command:
            assert ("cpu_shares" not in service) == ("decision" in read), command


def test_every_container_of_ours_has_a_health_check() -> None:
    """All but `migrate`, which ends."""
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    assert {name for name, each in services.items() if "healthcheck" not in each} == {"migrate"}


def test_the_example_environment_names_all_that_the_containers_need() -> None:
    compose = (PROJECT / "docker-compose.yml").read_text()
    needed = set(re.findall(r"\$\{(\w+):?[?-]", compose))
    example = (PROJECT / ".env.example").read_text()
    assert needed == set(re.findall(r"^(\w+)=", example, re.MULTILINE))
