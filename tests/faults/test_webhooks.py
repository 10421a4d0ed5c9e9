"""A whole platform sends to a receiver that fails three times in ten, while its sender is killed.

Nothing is lost, nothing given up, and no message about a subject comes after a later one.
"""

import os
import signal
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random

import pytest

from tests.events.receivers import Receiver, receiving, status
from tests.faults.platform import PATIENCE_SECONDS, Platform, kill, wait_for

EVENTS, KILLS = 120, 4
SCRIPT = "tests.faults.listener"
WORKER = "celeryd: webhook"
pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]


@pytest.fixture
def flaky() -> Iterator[Receiver]:
    chance = Random(20261121)

    def respond(handler: BaseHTTPRequestHandler, number: int) -> None:
        time.sleep(0.02)
        status(503 if chance.random() < 0.3 else 204)(handler, number)

    with receiving(respond) as receiver:
        yield receiver


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("ASSAY_WEBHOOK_NETWORKS", "127.0.0.0/8")
    with tempfile.TemporaryDirectory(prefix="assay hooks ", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            Path(folder).chmod(0o711)
        started = Platform(folder)
        try:
            started.wait_until_started()
            yield started
        finally:
            if started.supervisor.poll() is None:
                started.supervisor.send_signal(signal.SIGINT)
            started.supervisor.wait(timeout=PATIENCE_SECONDS)


def quiet(receiver: Receiver, seconds: float = 3.0) -> None:
    """Wait until nothing has come for a while: then nothing is on its way."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        if len(receiver.got) != seen:
            seen, since = len(receiver.got), time.monotonic()
        time.sleep(0.1)


def test_killed_in_mid_flight_it_loses_and_reorders_nothing(
    platform: Platform, flaky: Receiver
) -> None:
    slug = platform.ask("open", flaky.url, script=SCRIPT)["slug"]
    expected = platform.ask("happen", slug, str(EVENTS), script=SCRIPT)
    for _ in range(KILLS):
        before = len(flaky.got)
        wait_for(lambda: platform.processes(WORKER), platform.log.read_text)
        wait_for(lambda before=before: len(flaky.got) > before, platform.log.read_text)
        for process in platform.processes(WORKER):
            kill(process)
        platform.ask("advance", slug, "2", script=SCRIPT)
    for _ in range(40):
        quiet(flaky)
        report = platform.ask("advance", slug, "600", script=SCRIPT)
        assert "given_up" not in report
        if report.get("delivered", 0) == EVENTS:
            break
    assert report == {"behind": 0, "delivered": EVENTS}

    came: dict[str, list[str]] = defaultdict(list)
    for got in flaky.got:
        came[got.message["data"]["application"]].append(got.id)
    assert len(flaky.got) > EVENTS
    for subject, ids in expected.items():
        places = [ids.index(each) for each in came[subject]]
        assert set(places) == set(range(len(ids)))
        assert places == sorted(places), "a message came again after a later one"
