"""Processes die; accepted applications do not. One running platform, three ways to hurt it.

Every accepted application ends with exactly one first decision, and the chain verifies.
"""

import copy
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest

from config.home import PROJECT
from config.servers.ports import any_free_port

PATIENCE_SECONDS = 90
QUEUED = 200
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("platform")]


class Platform:
    """`manage.py up` in a folder of its own, with one lender."""

    def __init__(self, folder: str) -> None:
        kept = {name: value for name, value in os.environ.items() if "_URL" not in name}
        self.port = any_free_port()
        self.environment = {
            **kept,
            "ASSAY_HOME": f"{folder}/state",
            "ASSAY_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self.log = Path(folder) / "up.log"
        with self.log.open("w") as log:
            self.supervisor = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo"],
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_up(self) -> None:
        wait_for(lambda: "Ctrl-C stops everything" in self.log.read_text(), self.log.read_text)
        self.lender = self.ask("open")

    def ask(self, what: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.lender", what],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def send(self, number: int) -> str:
        """Hand in one application, again with the same key until it is accepted."""
        body = copy.deepcopy(self.lender["body"])
        body["applicant"]["identity"]["email"] = f"applicant{number}@example.com"
        body["applicant"]["identity"]["birth_date"] = f"19{60 + number % 40}-0{1 + number % 9}-11"
        request = Request(
            f"http://127.0.0.1:{self.port}/v1/applications",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.lender['key']}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"key-{number}",
            },
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                with urlopen(request, timeout=20) as answer:  # noqa: S310 - our own http address
                    accepted: str = json.load(answer)["id"]
                    return accepted
            except HTTPError as error:
                if error.code < 500:
                    pytest.fail(error.read().decode())
            except OSError:
                pass  # refused or cut off: it is sent again
            time.sleep(0.1)
        pytest.fail(f"application {number} was never accepted")

    def send_many(self, first: int, count: int) -> set[str]:
        with ThreadPoolExecutor(8) as pool:
            return set(pool.map(self.send, range(first, first + count)))

    def processes(self, words: str) -> list[psutil.Process]:
        children = psutil.Process(self.supervisor.pid).children(recursive=True)
        return [child for child in children if words in _title(child)]

    def all_decided_once(self, accepted: set[str]) -> None:
        report: dict[str, Any] = {}

        def settled() -> bool:
            report.update(self.ask("report"))
            return report["decided_once"] >= report["applications"]

        wait_for(settled, lambda: f"{report}\n{self.log.read_text()[-2000:]}")
        assert report["applications"] >= len(accepted)
        assert report["most_first_decisions"] == 1
        assert report["broken"] is None


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="assay-faults-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            Path(folder).chmod(0o711)
        started = Platform(folder)
        try:
            started.wait_until_up()
            yield started
        finally:
            started.supervisor.send_signal(signal.SIGINT)
            started.supervisor.wait(timeout=PATIENCE_SECONDS)


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


def _title(process: psutil.Process) -> str:
    try:
        return " ".join([process.name(), *process.cmdline()])
    except psutil.Error:
        return ""


def kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()


def wait_for(true: Callable[[], Any], said: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, said()
        time.sleep(0.3)
