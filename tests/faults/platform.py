"""`manage.py up` as a newcomer starts it, in a folder of its own, with one lender to apply to."""

import copy
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest

from config.home import PROJECT
from config.servers.ports import any_free_port

PATIENCE_SECONDS = int(os.environ.get("ASSAY_TEST_PATIENCE", "90"))  # on a busy machine, more
UP = (sys.executable, "manage.py", "up", "--no-demo")


class Platform:
    """`manage.py up` in a folder of its own, with one lender."""

    def __init__(self, folder: str, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if "_URL" not in name}
        self.port = any_free_port()
        self.environment = {
            **kept,
            "ASSAY_HOME": f"{folder}/state",
            "ASSAY_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **variables,
        }
        self.log = Path(folder) / "up.log"
        with self.log.open("w") as log:
            self.supervisor = subprocess.Popen(
                UP,
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_started(self) -> None:
        wait_for(lambda: "Ctrl-C stops everything" in self.log.read_text(), self.log.read_text)

    def wait_until_up(self) -> None:
        self.wait_until_started()
        self.lender = self.ask("open")

    def ask(self, *what: str, script: str = "tests.faults.lender") -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", script, *what],
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
                if error.code < 500 and error.code != HTTPStatus.CONFLICT:  # 409: under way
                    pytest.fail(error.read().decode())
            except OSError:
                pass  # refused or cut off: it is sent again
            time.sleep(0.1)
        pytest.fail(f"application {number} was never accepted")

    def send_many(self, first: int, count: int) -> set[str]:
        with ThreadPoolExecutor(8) as pool:
            return set(pool.map(self.send, range(first, first + count)))

    def start_again(self) -> subprocess.CompletedProcess[str]:
        """What a second `manage.py up` says."""
        return subprocess.run(
            UP, cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False
        )

    def ready(self) -> bool:
        with urlopen(f"http://127.0.0.1:{self.port}/readyz") as answer:
            found: dict[str, Any] = json.load(answer)
            return found["ready"] is True

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


def alive(processes: list[psutil.Process]) -> list[str]:
    """Those that live on. (One that ended may wait for init to take note: a zombie.)"""
    return [title for process in processes if _lives(process) and (title := _title(process))]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
