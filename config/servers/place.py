"""Where the servers' programs and data lie: where the account that runs them can reach them."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.servers.account import Account

FALLBACK_PARENT = Path("/var/tmp")  # noqa: S108 - own_folder refuses what others put there


@dataclass(frozen=True)
class Place:
    """A folder of ours, and the account that owns the data in it (None: ourselves)."""

    folder: Path
    account: Account | None

    def data_folder(self, name: str) -> Path:
        """A private folder owned by the servers' account."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            self.account.own(folder, 0o700)
        return folder

    def private_file(self, file: Path, text: str) -> Path:
        """A file only the servers' account can read, from its first moment."""
        file.unlink(missing_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            if self.account:
                os.fchown(descriptor, self.account.uid, self.account.gid)
            stream.write(text)
        return file

    def program(self, package: str, path: str, *siblings: str) -> Path:
        """The program at `path` inside `package`, copied here if the account cannot reach it."""
        installed = package_folder(package)
        if self.account is None or self.account.can("-x", installed / path):
            return installed / path
        copies = self.folder / "programs" / f"{package}-{version(package)}"
        if not copies.exists():
            copy_programs([installed, *(installed.parent / name for name in siblings)], copies)
        return copies / package / path


def package_folder(package: str) -> Path:
    """Where a package is installed; it is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"{package} is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent


def copy_programs(folders: list[Path], target: Path) -> None:
    """Copy whole, then rename: a half copy is never taken for a finished one.

    Libraries are found by relative paths, so the folders stay siblings.
    """
    target.parent.mkdir(exist_ok=True)
    target.parent.chmod(0o755)
    partial = Path(tempfile.mkdtemp(dir=target.parent))
    for folder in folders:
        if folder.exists():
            shutil.copytree(folder, partial / folder.name)
    partial.chmod(0o755)
    partial.rename(target)


def server_place(home: Path, account: Account | None) -> Place:
    """The state folder itself, or one in /var/tmp when the account cannot enter it.

    Modes of folders that are not ours are never changed to let the account in.
    """
    if account is None or account.can("-x", home):
        return Place(home, account)
    digest = hashlib.sha256(bytes(home)).hexdigest()[:12]
    return Place(own_folder(FALLBACK_PARENT / f"assay-{os.geteuid()}-{digest}"), account)


def own_folder(folder: Path) -> Path:
    """Make `folder` in a place anybody may write to; refuse one somebody else put there."""
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o711)
    return folder
