"""The state folder (`.assay/` unless ASSAY_HOME says otherwise): secrets and addresses."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """One installation's state. Everything secret in it is a file of mode 0600."""

    path: Path

    @property
    def addresses_file(self) -> Path:
        return self.path / "servers.json"

    @property
    def demo_file(self) -> Path:
        return self.path / "demo.json"

    def create(self) -> None:
        """Make the folder; one that exists keeps its mode.

        Root's may be passed through (0711), since root's servers run under another account;
        what lies in it stays private.
        """
        if not self.path.exists():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                self.path.chmod(0o711)

    def folder(self, name: str) -> Path:
        """A private folder in the state folder."""
        self.create()
        made = self.path / name
        made.mkdir(mode=0o700, exist_ok=True)
        return made

    def secret(self, name: str, size: int = 32) -> str:
        """The named secret (base64 of `size` random bytes), made the first time it is asked for."""
        file = self.path / "secrets" / name
        if not file.exists():
            self.folder("secrets")
            made = base64.b64encode(secrets.token_bytes(size)).decode()
            write_private(file, made, only_if_absent=True)
        return file.read_text().strip()

    def password(self, name: str) -> str:
        """A secret that needs no quoting in an address."""
        return self.secret(name).translate(str.maketrans("+/", "-_")).rstrip("=")

    def addresses(self) -> dict[str, str]:
        """Addresses of the servers `manage.py up` started, by the variable that names each."""
        try:
            found: dict[str, str] = json.loads(self.addresses_file.read_text())
        except (FileNotFoundError, PermissionError):
            return {}
        return found


def write_private(file: Path, text: str, *, only_if_absent: bool = False) -> None:
    """Write `text` so that no other user can read it at any moment, and no half of it is seen."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
        if only_if_absent:
            link_if_absent(partial, file)
        else:
            partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def link_if_absent(partial: Path, file: Path) -> None:
    """Two processes may make the same secret at once: the first one's stays."""
    try:
        os.link(partial, file)
    except FileExistsError:
        return


def current_home() -> Home:
    """The state folder this process works in."""
    return Home(Path(os.environ.get("ASSAY_HOME") or PROJECT / ".assay").absolute())
