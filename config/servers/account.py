"""Under which account the servers run: PostgreSQL refuses root, so root's servers are demoted."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

CANDIDATES = ("nobody", "daemon", "games")


class SubprocessArguments(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def as_subprocess_arguments(self) -> SubprocessArguments:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, permission: str, path: Path) -> bool:
        """Ask the kernel itself (`test -x path`): modes alone do not tell of access lists."""
        tried = subprocess.run(
            ["/usr/bin/test", permission, str(path)],
            check=False,
            cwd="/",
            **self.as_subprocess_arguments(),
        )
        return tried.returncode == 0

    def own(self, path: Path, mode: int) -> None:
        """Give a file or folder of ours to this account."""
        os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def server_account() -> Account | None:
    """None: the servers run as ourselves. As root: ASSAY_SERVER_USER or the first that fits."""
    if os.geteuid() != 0:
        return None
    chosen = os.environ.get("ASSAY_SERVER_USER")
    for name in (chosen,) if chosen else CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(name, found.pw_uid, found.pw_gid)
    raise LookupError("as root the servers need another account: set ASSAY_SERVER_USER")
