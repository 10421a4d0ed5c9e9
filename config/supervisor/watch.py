"""Children started in order, kept alive, and stopped in the opposite order."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

from config.servers.process import Child, wait_until_ready
from config.supervisor.console import say

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
STOPPING_SECONDS = 12.0
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Watched:
    """A child, and how long to wait before it is started again."""

    child: Child
    started_at: float
    pause: float = FIRST_PAUSE
    restart_at: float | None = None

    def look(self, now: float) -> None:
        """Start a child that ended, after a pause that doubles while it keeps ending."""
        if self.child.alive:
            return
        if self.restart_at is None:
            if now - self.started_at > STEADY_SECONDS:
                self.pause = FIRST_PAUSE
            self.restart_at = now + self.pause
            say(f"{self.child.name} ended ({self.child.fate}); again in {self.pause:.0f} s")
            self.pause = min(2 * self.pause, LONGEST_PAUSE)
        elif now >= self.restart_at:
            self.child.start()
            self.started_at, self.restart_at = now, None


@dataclass
class Supervisor:
    """`stages` in the order they were started; within a stage children start together."""

    stages: list[list[Watched]] = field(default_factory=list)

    def start(self, *children: Child, seconds: float = 120) -> None:
        """Start these together and wait until each is ready. Raises NotReady."""
        stage: list[Watched] = []
        self.stages.append(stage)
        for child in children:
            child.start()
            stage.append(Watched(child, time.monotonic()))
        wait_until_ready(*children, seconds=seconds)

    def watch(self) -> NoReturn:
        """Until a signal ends it."""
        while True:
            for stage in self.stages:
                for watched in stage:
                    watched.look(time.monotonic())
            time.sleep(0.5)

    def stop(self) -> None:
        while self.stages:
            children = [watched.child for watched in self.stages.pop()]
            for child in children:
                child.ask_to_stop()
            deadline = time.monotonic() + STOPPING_SECONDS
            for child in children:
                child.wait_until_stopped(max(0.1, deadline - time.monotonic()))


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def supervision() -> Iterator[Supervisor]:
    """However the block ends, every child has ended afterwards; a second Ctrl-C changes nothing."""
    supervisor = Supervisor()
    for number in ENDING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, interrupt)
    try:
        yield supervisor
    finally:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop()
