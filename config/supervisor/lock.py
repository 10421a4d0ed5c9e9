"""One supervisor for each state folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.home import Home


class RunsAlready(Exception):
    """Another supervisor holds the lock; `pid` is its process."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"Assay is running already (process {pid})")
        self.pid = pid


def lock_file(home: Home) -> Path:
    return home.path / "supervisor.lock"


@contextmanager
def only_supervisor(home: Home) -> Iterator[None]:
    """Hold the lock, or raise RunsAlready. The kernel lets go of it however we end."""
    home.create()
    descriptor = os.open(lock_file(home), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunsAlready(int(held.read() or 0)) from None
        held.truncate()
        held.write(str(os.getpid()))
        held.flush()
        try:
            yield
        finally:
            held.truncate(0)


def running_supervisor(home: Home) -> int | None:
    """The process that holds the lock, if any does."""
    try:
        with lock_file(home).open() as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int(lock_file(home).read_text() or 0) or None
    return None
