import stat
from pathlib import Path

from config.home import Home, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "state folder")

    first = home.secret("assay_master_key")

    assert home.secret("assay_master_key") == first
    assert mode(home.path / "secrets" / "assay_master_key") == 0o600
    assert mode(home.path / "secrets") == 0o700


def test_two_processes_that_make_a_secret_at_once_agree(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    write_private(file, "first", only_if_absent=True)

    write_private(file, "second", only_if_absent=True)

    assert file.read_text() == "first"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    Home(tmp_path).folder("logs")

    assert mode(tmp_path) == 0o750
    assert mode(tmp_path / "logs") == 0o700


def test_a_password_needs_no_quoting_in_an_address(tmp_path: Path) -> None:
    assert set(Home(tmp_path).password("valkey")).isdisjoint("+/=@:")
