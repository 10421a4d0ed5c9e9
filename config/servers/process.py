"""A child process that cannot outlive its parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.servers.account import Account

PR_SET_PDEATHSIG = 1
AUTOGROUP = Path("/proc/self/autogroup")
AUTOGROUP_TRIES = 50
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class NotReady(Exception):
    """A child ended, or took too long, before it could serve."""


def die_with_parent(death_signal: signal.Signals, parent: int) -> None:
    """Ask the kernel for `death_signal` when the parent ends, however it ends (Linux only)."""
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def give_way(nice: int) -> None:
    """Leave the processors to whoever is less nice, in other sessions too.

    Where Linux groups processes by session (`sched_autogroup`), `nice` counts inside the session
    alone; the session has a niceness of its own. Called by the first process of its session.
    """
    if not nice:
        return
    os.nice(nice)
    for _ in range(AUTOGROUP_TRIES):
        try:
            AUTOGROUP.write_text(str(nice))
        except BlockingIOError:  # somebody else's was set within the last tenth of a second
            time.sleep(0.1)
        except OSError:  # another system, or groups are made otherwise
            return
        else:
            return


def always_ready() -> bool:
    return True


@dataclass
class Child:
    """One foreground program: how to start it, when it is ready, how it ends."""

    name: str
    command: list[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    nice: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    ready: Callable[[], bool] = always_ready
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        parent = os.getpid()

        def before_program() -> None:
            # Runs after the change of user, which would clear the death signal.
            give_way(self.nice)
            die_with_parent(self.death_signal, parent)

        demoted = self.account.as_subprocess_arguments() if self.account else {}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                cwd="/" if self.account else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=before_program,  # noqa: PLW1509 - the supervisor has one thread
                **demoted,
            )

    def run_to_its_end(self, hear: Callable[[str], None]) -> bool:
        """Did it succeed? `hear` gets each line it writes. Whatever interrupts us stops it."""
        self.log.touch()
        with self.log.open(errors="replace") as lines:
            lines.seek(0, os.SEEK_END)
            self.start()
            try:
                running = True
                while running:
                    running = self.alive  # asked first: what it wrote last is still read
                    for line in lines:
                        hear(line.rstrip())
                    time.sleep(0.05 if running else 0)
            finally:
                self.stop()
        return self.process is not None and self.process.returncode == 0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def fate(self) -> str:
        """How it ended, in words."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "running" if self.process else "not started"
        return f"exit status {code}" if code >= 0 else signal.Signals(-code).name

    def last_words(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def ask_to_stop(self) -> None:
        if self.process is not None and self.alive:
            self.process.send_signal(self.stop_signal)

    def wait_until_stopped(self, seconds: float) -> None:
        """Wait for a clean end, then insist."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def stop(self, seconds: float = 15) -> None:
        self.ask_to_stop()
        self.wait_until_stopped(seconds)


def wait_until_ready(*children: Child, seconds: float = 60) -> None:
    """Raises NotReady, with the end of its log, for a child that ends or takes longer."""
    deadline = time.monotonic() + seconds
    waiting = list(children)
    while waiting:
        for child in children:
            if not child.alive:
                raise NotReady(
                    f"{child.name} ended ({child.fate}): {child.log}\n{child.last_words()}"
                )
        waiting = [child for child in waiting if not child.ready()]
        if waiting and time.monotonic() > deadline:
            late = waiting[0]
            raise NotReady(f"{late.name} is not ready in time: {late.log}\n{late.last_words()}")
        time.sleep(0.1 if waiting else 0)
