"""An installed PostgreSQL and Redis are used as they are: nothing of ours starts beside them."""

import json
import stat
from pathlib import Path

import pytest

from config.home import Home
from config.supervisor.installation import Installation
from config.supervisor.watch import Supervisor


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("DATABASE_URL", "postgresql://assay_application:x@db.example/assay")
    monkeypatch.setenv("REDIS_URL", "redis://:x@redis.example:6379/0")
    for name in ("DATABASE_OWNER_URL", "DATABASE_OPERATOR_URL", "DATABASE_ADMIN_URL"):
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path / "home")
    home.create()
    return Installation(home, Supervisor())


def test_installed_servers_are_used(installation: Installation) -> None:
    installation.start_servers()

    addresses = json.loads(installation.home.addresses_file.read_text())
    assert addresses["DATABASE_URL"].endswith("@db.example/assay")
    assert addresses["REDIS_URL"] == "redis://:x@redis.example:6379/0"
    assert stat.S_IMODE(installation.home.addresses_file.stat().st_mode) == 0o600
    assert not (installation.home.path / "postgresql").exists()
    assert installation.environment()["DATABASE_URL"] == addresses["DATABASE_URL"]


def test_an_installed_database_is_migrated_by_whoever_owns_it(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.start_servers()
    installation.migrate()

    assert "DATABASE_OWNER_URL is not set" in capsys.readouterr().out
