"""Run the whole platform: servers, web, workers and beat, until Ctrl-C."""

import os
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from config.home import Home, current_home
from config.servers.ports import LOOPBACK, free_port, is_free
from config.servers.process import NotReady
from config.supervisor.children import Children
from config.supervisor.console import closing_table, progress, say
from config.supervisor.installation import Installation
from config.supervisor.lock import RunsAlready, only_supervisor
from config.supervisor.watch import supervision

WEB_PORT = 8000


class Command(BaseCommand):
    help = "Run the whole platform until Ctrl-C. ASSAY_HOME is its state folder."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="make no demo lenders")
        parser.add_argument(
            "--servers", action="store_true", help="PostgreSQL and Valkey only, migrated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)
        home = current_home()
        try:
            with only_supervisor(home):
                run(home, demo=not options["no_demo"], servers_only=options["servers"])
        except (RunsAlready, NotReady, LookupError) as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            say("\nAssay has stopped.")


def run(home: Home, *, demo: bool, servers_only: bool) -> NoReturn:
    """Bring everything up in order, then watch over it until a signal ends it."""
    try:
        with supervision() as supervisor:
            installation = Installation(home, supervisor)
            say(f"Assay in {home.path}")
            port = web_port()
            base_url = f"http://{LOOPBACK}:{port}"
            installation.start_servers()
            installation.migrate()
            if servers_only:
                say(f"Addresses and passwords: {home.addresses_file}. Ctrl-C stops.")
                supervisor.watch()
            installation.collect_static_files()
            if demo:
                installation.make_demo(base_url)
            start_processes(installation, port, base_url)
            say(f"\n{closing_table(base_url, home.demo_file)}\n\nCtrl-C stops everything.")
            supervisor.watch()
    finally:
        home.addresses_file.unlink(missing_ok=True)


def start_processes(installation: Installation, port: int, base_url: str) -> None:
    children = Children(
        environment={**installation.environment(), "ASSAY_BASE_URL": base_url},
        logs=installation.home.folder("logs"),
        base_url=base_url,
        bind=f"{LOOPBACK}:{port}",
    )
    with progress("Decision worker and web"):
        installation.supervisor.start(*children.deciding())
    with progress("Background workers and beat"):
        installation.supervisor.start(*children.behind())


def web_port() -> int:
    """ASSAY_PORT, which must be free; else 8000 or the next free one."""
    if chosen := os.environ.get("ASSAY_PORT"):
        if not is_free(int(chosen)):
            raise NotReady(f"port {chosen} (ASSAY_PORT) is taken by another program")
        return int(chosen)
    port = free_port(WEB_PORT)
    if port != WEB_PORT:
        say(f"  Port {WEB_PORT} is taken: the web takes {port} (ASSAY_PORT chooses)")
    return port
