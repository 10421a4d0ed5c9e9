import socket
from pathlib import Path

import pytest

from config.home import Home
from config.management.commands import up
from config.servers.ports import LOOPBACK
from config.servers.process import Child, NotReady
from config.supervisor.console import closing_table
from config.supervisor.lock import RunsAlready, only_supervisor, running_supervisor
from config.supervisor.watch import LONGEST_PAUSE, STEADY_SECONDS, Supervisor, Watched


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "state")


@pytest.fixture
def short_lived(tmp_path: Path) -> Child:
    child = Child("beat", ["/bin/false"], tmp_path / "beat.log")
    child.start()
    child.wait_until_stopped(5)
    return child


def test_one_supervisor_for_a_state_folder(home: Home) -> None:
    second = only_supervisor(home)

    with only_supervisor(home), pytest.raises(RunsAlready, match="running already"):
        second.__enter__()

    assert running_supervisor(home) is None


def test_a_child_that_ended_is_started_again_after_a_pause(short_lived: Child) -> None:
    ended = short_lived.process
    watched = Watched(short_lived, started_at=0)

    watched.look(now=10)
    assert short_lived.process is ended

    watched.look(now=11)
    assert short_lived.process is not ended
    short_lived.wait_until_stopped(5)


def test_the_pause_grows_while_a_child_keeps_ending(short_lived: Child) -> None:
    watched = Watched(short_lived, started_at=0)
    for _ in range(8):
        watched.restart_at = None
        watched.look(now=1)
    assert watched.pause == LONGEST_PAUSE

    watched.restart_at = None
    watched.look(now=2 * STEADY_SECONDS)
    assert watched.restart_at == 2 * STEADY_SECONDS + 1


def test_children_stop_in_the_opposite_order(tmp_path: Path) -> None:
    order: list[str] = []

    class Noted(Child):
        def ask_to_stop(self) -> None:
            order.append(self.name)
            super().ask_to_stop()

    supervisor = Supervisor()
    for name in ("database", "web"):
        supervisor.start(Noted(name, ["/bin/sleep", "60"], tmp_path / name))

    supervisor.stop()

    assert order == ["web", "database"]


def test_a_port_that_was_asked_for_must_be_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with taken_port() as taken:
        monkeypatch.setenv("ASSAY_PORT", str(taken.getsockname()[1]))
        with pytest.raises(NotReady, match="is taken"):
            up.web_port()


def test_another_port_is_taken_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with taken_port() as taken:
        number = taken.getsockname()[1]
        monkeypatch.setattr(up, "WEB_PORT", number)
        monkeypatch.delenv("ASSAY_PORT", raising=False)

        chosen = up.web_port()

    assert chosen != number
    assert f"Port {number} is taken: the web takes {chosen}" in capsys.readouterr().out


def taken_port() -> socket.socket:
    taken = socket.socket()
    taken.bind((LOOPBACK, 0))
    taken.listen()
    return taken


def test_the_closing_table_names_addresses_and_sign_ins(tmp_path: Path) -> None:
    demo = tmp_path / "demo.json"
    demo.write_text(
        '{"organizations": [{"slug": "hanse-kredit", "name": "Hanse Kredit",'
        ' "product": "personal-loan", "api_key_live": "assay_live_1", "api_key_test": "t",'
        ' "users": [{"email": "uwe@hanse.example", "password": "secret", "role": "underwriter"}]}]}'
    )

    said = closing_table("http://127.0.0.1:8000", demo)

    assert "http://127.0.0.1:8000/apply/hanse-kredit/personal-loan/" in said
    assert "uwe@hanse.example" in said
    assert "assay_live_1" in said
