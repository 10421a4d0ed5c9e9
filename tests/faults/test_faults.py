"""The whole platform, started as a newcomer starts it, and hurt in every way we could think of.

Every accepted application ends with exactly one first decision, and the chain verifies. One
platform serves all the tests, in this order: starting one takes longer than any of them.
"""

import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.faults.platform import PATIENCE_SECONDS, Platform, alive, kill, wait_for

QUEUED = 200
pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="assay faults ", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            Path(folder).chmod(0o711)
        started = Platform(folder)
        try:
            started.wait_until_up()
            yield started
        finally:
            if started.supervisor.poll() is None:
                started.supervisor.send_signal(signal.SIGINT)
            started.supervisor.wait(timeout=PATIENCE_SECONDS)


def test_it_is_ready_and_keeps_its_secrets(platform: Platform) -> None:
    assert platform.ready()
    servers = Path(platform.environment["ASSAY_HOME"]) / "servers.json"
    assert stat.S_IMODE(servers.stat().st_mode) == 0o600


def test_a_second_start_says_that_it_runs(platform: Platform) -> None:
    second = platform.start_again()
    assert second.returncode != 0
    assert f"running already (process {platform.supervisor.pid})" in second.stderr


def test_the_deciding_worker_is_killed_again_and_again(platform: Platform) -> None:
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(platform.send_many, 1000, 60)
        for _ in range(3):
            wait_for(lambda: platform.processes("celeryd: decision"), lambda: "no worker")
            for process in platform.processes("celeryd: decision"):
                kill(process)
            time.sleep(0.5)
        platform.all_decided_once(sending.result())


def test_the_broker_is_killed_with_a_full_queue(platform: Platform) -> None:
    workers = platform.processes("celeryd: decision")
    for worker in workers:
        worker.suspend()
    accepted = platform.send_many(2000, QUEUED)
    for server in platform.processes("valkey"):
        kill(server)
    for worker in workers:
        if worker.is_running():
            worker.resume()
    platform.all_decided_once(accepted)


def test_the_database_restarts_while_applications_come_in(platform: Platform) -> None:
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(platform.send_many, 3000, 100)
        time.sleep(0.3)
        postmaster = min(platform.processes("postgres"), key=lambda found: found.create_time())
        postmaster.send_signal(signal.SIGINT)
        platform.all_decided_once(sending.result())


def test_nothing_outlives_a_killed_supervisor(platform: Platform) -> None:
    children = psutil.Process(platform.supervisor.pid).children(recursive=True)
    assert len(children) > 10
    platform.supervisor.kill()
    platform.supervisor.wait()
    wait_for(lambda: alive(children) == [], lambda: str(alive(children)))
