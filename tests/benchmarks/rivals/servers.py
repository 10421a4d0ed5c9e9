"""Rivals as child processes on loopback; each ends with its `with`, by its process id."""

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.home import PROJECT
from config.servers.ports import LOOPBACK, any_free_port
from config.servers.process import Child, wait_until_ready

RIVALS = "tests.benchmarks.rivals"


@contextmanager
def running(
    name: str, command: list[str], folder: str, *, port: int | None = None, **variables: str
) -> Iterator[None]:
    """A Python program of ours, until the block ends; with a port, once it listens there."""
    child = Child(
        name=name,
        command=[sys.executable, *command],
        log=Path(folder) / f"{name}.log",
        environment={**_environment(), **variables},
    )
    if port is not None:
        child.ready = lambda: _listens(port)
    child.start()
    try:
        wait_until_ready(child)
        yield
    finally:
        child.stop()


@contextmanager
def bare_django(folder: str) -> Iterator[int]:
    """Its port. The same gunicorn settings as Assay's web."""
    port = any_free_port()
    bind = ["--bind", f"{LOOPBACK}:{port}"]
    served = ["-m", "gunicorn", "-c", "python:config.gunicorn", *bind]
    with running("bare-django", [*served, f"{RIVALS}.bare_django:application"], folder, port=port):
        yield port


@contextmanager
def fastapi(module: str, folder: str, **variables: str) -> Iterator[int]:
    """Its port. One process of uvicorn."""
    port = any_free_port()
    served = ["-m", "uvicorn", f"{RIVALS}.{module}:application", "--port", str(port)]
    quiet = ["--no-access-log", "--log-level", "warning"]
    with running(module, [*served, *quiet], folder, port=port, **variables):
        yield port


@contextmanager
def queue_poll(folder: str, **variables: str) -> Iterator[int]:
    """The port of the interface; its worker runs beside it."""
    worker = ["-m", f"{RIVALS}.queue_poll_worker"]
    with (
        running("queue-poll-worker", worker, folder, **variables),
        fastapi("queue_poll_api", folder, **variables) as port,
    ):
        yield port


def _environment() -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {**kept, "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1"}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
