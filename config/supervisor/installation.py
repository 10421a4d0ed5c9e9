"""Everything between an empty state folder and a migrated database with demo lenders in it."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.home import Home, write_private
from config.roles import create_database, create_roles
from config.servers.account import server_account
from config.servers.place import Place, server_place
from config.servers.ports import free_port
from config.servers.postgresql import DATABASE, PostgreSQL
from config.servers.process import Child, NotReady
from config.servers.valkey import Valkey
from config.supervisor.children import MANAGE, application_environment
from config.supervisor.console import chapter, progress, say
from config.supervisor.static import static_fingerprint
from config.supervisor.watch import Supervisor
from tenancy.roles import APPLICATION, LOGIN_ROLES, OPERATOR, OWNER

POSTGRESQL_PORT = 54320
VALKEY_PORT = 63790
ADDRESS_VARIABLES = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_OPERATOR_URL",
    "DATABASE_ADMIN_URL",
    "REDIS_URL",
)


def unheard(line: str) -> None:
    """What a step says stays in its log."""


@dataclass
class Installation:
    """One state folder being brought up. `addresses` grows as the servers start."""

    home: Home
    supervisor: Supervisor
    addresses: dict[str, str] = field(default_factory=dict)

    def start_servers(self) -> None:
        """Start PostgreSQL and Valkey, except where the environment names the user's own."""
        given = {name: os.environ[name] for name in ADDRESS_VARIABLES if os.environ.get(name)}
        place = server_place(self.home.path, server_account())
        if place.folder != self.home.path and place.account:
            say(f"  {place.account.name} cannot enter {self.home.path}: data in {place.folder}")
        if "DATABASE_URL" not in given:
            self.start_postgresql(place)
        if "REDIS_URL" not in given:
            self.start_valkey(place)
        self.addresses.update(given)
        write_private(self.home.addresses_file, json.dumps(self.addresses, indent=2))

    def start_postgresql(self, place: Place) -> None:
        passwords = {role: self.home.password(role) for role in LOGIN_ROLES}
        server = PostgreSQL(place, free_port(POSTGRESQL_PORT), self.home.password("postgres"))
        server.wait_for_predecessor()
        with progress(f"PostgreSQL 18 on 127.0.0.1:{server.port}"):
            server.initialize()
            self.supervisor.start(server.child(self.log("postgresql")))
            create_roles(server.url(database="postgres"), passwords)
            create_database(server.url(database="postgres"), DATABASE)
        self.addresses |= {
            "DATABASE_URL": server.url(APPLICATION, passwords[APPLICATION]),
            "DATABASE_OWNER_URL": server.url(OWNER, passwords[OWNER]),
            "DATABASE_OPERATOR_URL": server.url(OPERATOR, passwords[OPERATOR]),
            "DATABASE_ADMIN_URL": server.url(),
        }

    def start_valkey(self, place: Place) -> None:
        server = Valkey(place, free_port(VALKEY_PORT), self.home.password("valkey"))
        with progress(f"Valkey 9 on 127.0.0.1:{server.port}"):
            self.supervisor.start(server.child(self.log("valkey")))
        self.addresses["REDIS_URL"] = server.url

    def migrate(self) -> None:
        """As the owner, who alone may; an installed database without its address stays as it is."""
        owner = self.addresses.get("DATABASE_OWNER_URL")
        if owner is None:
            say("  DATABASE_OWNER_URL is not set: migrations are left to whoever has it")
            return
        with progress("Database migrated"):
            quick = ("--no-input", "--skip-checks")
            self.run("migrate", *quick, ASSAY_ROLE="owner", DATABASE_OWNER_URL=owner)

    def collect_static_files(self) -> None:
        fingerprint = static_fingerprint()
        stamp = self.home.folder("static") / "fingerprint"
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        with progress("Static files collected"):
            self.run("collectstatic", "--no-input", "--clear")
        stamp.write_text(fingerprint)

    def make_demo(self, base_url: str) -> None:
        """The demo lenders once; where the web answers, every time."""
        if not self.home.demo_file.exists():
            with chapter("Demo lenders"):
                self.run("demo", ASSAY_BASE_URL=base_url, hear=say)
        demo = json.loads(self.home.demo_file.read_text())
        write_private(self.home.demo_file, json.dumps({**demo, "base_url": base_url}, indent=2))

    def run(
        self, command: str, *arguments: str, hear: Callable[[str], None] = unheard, **extra: str
    ) -> None:
        """One management command, to its end. Raises NotReady with what it said if it fails."""
        child = Child(
            name=f"manage.py {command}",
            command=[*MANAGE, command, *arguments],
            log=self.log(command),
            environment={**self.environment(), **extra},
        )
        if not child.run_to_its_end(hear):
            raise NotReady(f"{child.name} failed: {child.log}\n{child.last_words()}")

    def environment(self) -> Mapping[str, str]:
        return {**application_environment(self.addresses), "ASSAY_HOME": str(self.home.path)}

    def log(self, name: str) -> Path:
        return self.home.folder("logs") / f"{name}.log"
