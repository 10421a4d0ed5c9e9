"""The whole platform, started as a newcomer starts it."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config.home import PROJECT
from config.servers.ports import any_free_port

UP = [sys.executable, "manage.py", "up", "--no-demo"]
PATIENCE_SECONDS = 90


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """A state folder of its own, with a space in its path, and none of the test run's servers."""
    with tempfile.TemporaryDirectory(prefix="assay up ", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            Path(folder).chmod(0o711)
        kept = {name: value for name, value in os.environ.items() if "_URL" not in name}
        yield {
            **kept,
            "ASSAY_HOME": f"{folder}/state",
            "ASSAY_PORT": str(any_free_port()),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }


@pytest.fixture
def supervisor(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        UP,
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with started:
        yield started
        started.kill()


@pytest.mark.slow
def test_it_comes_up_refuses_a_second_start_and_leaves_nothing_behind(
    environment: dict[str, str], supervisor: subprocess.Popen[str]
) -> None:
    said = read_until(supervisor, "Ctrl-C stops everything")
    children = psutil.Process(supervisor.pid).children(recursive=True)
    home = Path(environment["ASSAY_HOME"])

    with urlopen(f"http://127.0.0.1:{environment['ASSAY_PORT']}/readyz") as answer:
        assert json.load(answer)["ready"] is True, said
    assert stat.S_IMODE((home / "servers.json").stat().st_mode) == 0o600

    second = subprocess.run(
        UP, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert second.returncode != 0
    assert f"running already (process {supervisor.pid})" in second.stderr

    supervisor.kill()
    supervisor.wait()
    assert len(children) > 10
    assert wait_for_the_end(children, seconds=10) == []


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it said until then. Its end, with what it said, is a failure."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"it ended:\n{said}")


def wait_for_the_end(processes: list[psutil.Process], seconds: float) -> list[str]:
    """Those that live on. (One that ended may wait for init to take note: a zombie.)"""
    deadline = time.monotonic() + seconds
    while (alive := list(filter(lives, processes))) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [process.name() for process in alive]


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
