"""Tests run on real PostgreSQL, migrated by the owner and used as the application role.

An embedded server starts for the first test that needs the database, one for each xdist process,
so tests of pure code start nothing. DATABASE_ADMIN_URL names an installed server instead.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from config.environment import database_from_url
from config.roles import create_roles
from config.servers.account import server_account
from config.servers.place import Place, server_place
from config.servers.ports import any_free_port
from config.servers.postgresql import PostgreSQL
from config.servers.process import wait_until_ready
from config.servers.valkey import Valkey
from tenancy.roles import APPLICATION, LOGIN_ROLES, OPERATOR, OWNER

pytest_plugins = [
    "tests.cast",
    "tests.cast_accounts",
    "tests.cast_scoring",
    "tests.cast_underwriting",
    "tests.cast_connectors",
]

FORGETFUL = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "checkpoint_timeout=1h",
    "max_wal_size=1GB",
    "scram_iterations=1",  # passwords that live a few minutes; each test that commits connects anew
)
LONG = (
    "underwriting/test_batch_chunks.py",
    "faults/test_batch_faults.py",
    "faults/test_webhooks.py",
    "proof/test_replays.py",
    "faults/test_faults.py",
    "scoring/test_training.py",
    "underwriting/test_replays.py",
    "config/test_demo.py",
    "ml/test_families.py",
    "test_walk.py",
    "desk/test_walls.py",
    "tenancy/test_operations.py",
    "browser/test_portal.py",
    "underwriting/test_invariants.py",
    "ml/test_boosting.py",
    "scoring/test_training_steps.py",
    "underwriting/test_batches.py",
    "ml/test_artifacts.py",
    "ml/test_reasons_properties.py",
)
"""The files that take longest, the first of them in the long run: they begin first, or one process
would end alone with the last."""
KEPT_TABLES = ("django_content_type", "auth_permission", "django_migrations")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    order = {tests / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path, len(LONG)))


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="assay-tests-") as folder:
        account = server_account()
        if account:
            Path(folder).chmod(0o711)
        yield server_place(Path(folder), account)


@pytest.fixture(scope="session")
def admin_url(server_folder: Place) -> Iterator[str]:
    """The superuser's address; tests use it only to make roles and to look behind the scenes."""
    if given := os.environ.get("DATABASE_ADMIN_URL"):
        yield given
        return
    server = PostgreSQL(server_folder, any_free_port(), secrets.token_urlsafe(), FORGETFUL)
    server.initialize()
    child = server.child(server_folder.folder / "postgresql.log")
    child.start()
    try:
        wait_until_ready(child)
        yield server.url(database="postgres")
    finally:
        child.stop()


@pytest.fixture(scope="session")
def valkey_url(server_folder: Place) -> Iterator[str]:
    """A Valkey for the tests that ask for one."""
    server = Valkey(server_folder, any_free_port(), secrets.token_urlsafe())
    child = server.child(server_folder.folder / "valkey.log")
    child.start()
    try:
        wait_until_ready(child)
        yield server.url
    finally:
        child.stop()


class Roles:
    """Lets the one Django connection act under another database role."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        # Every xdist process comes to the same passwords: an installed server has the roles once.
        self.passwords = {
            role: sha256(f"{role} {admin_url}".encode()).hexdigest() for role in LOGIN_ROLES
        }
        create_roles(admin_url, self.passwords, owner_creates_databases=True)
        where = database_from_url(admin_url)
        self.settings = {"HOST": where["HOST"], "PORT": where["PORT"], "OPTIONS": where["OPTIONS"]}
        connection.settings_dict.update(self.settings)

    def become(self, role: str) -> None:
        connection.close()
        connection.settings_dict.update(USER=role, PASSWORD=self.passwords[role])

    @contextmanager
    def acting_as(self, role: str) -> Iterator[None]:
        before = connection.settings_dict["USER"]
        self.become(role)
        try:
            yield
        finally:
            self.become(before)

    def url(self, role: str) -> str:
        found = connection.settings_dict
        address = f"{found['HOST']}:{found['PORT']}/{found['NAME']}"
        return f"postgresql://{role}:{self.passwords[role]}@{address}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each xdist process has a database of its own name, on an installed server too."""


@pytest.fixture(scope="session")
def database_roles(django_db_blocker: Any, request: pytest.FixtureRequest) -> Roles:
    with django_db_blocker.unblock():
        return Roles(request.getfixturevalue("admin_url"))


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    database_roles: Roles,
    django_db_createdb: bool,
    django_db_keepdb: bool,
) -> Iterator[None]:
    with django_db_blocker.unblock():
        with database_roles.acting_as(OWNER):
            made = setup_databases(
                verbosity=0,
                interactive=False,
                keepdb=django_db_keepdb and not django_db_createdb,
                serialized_aliases=[],
            )
        database_roles.become(APPLICATION)
        flush_as_administrator(database_roles)
    yield
    with django_db_blocker.unblock():
        database_roles.become(OWNER)
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)
        connection.close()


def flush_as_administrator(roles: Roles) -> None:
    """After a transactional test the tables are emptied: the application role may not do it."""

    def emptied(self: TransactionTestCase) -> None:
        connection.close()
        database = connection.settings_dict["NAME"]
        with psycopg.connect(roles.admin_url, dbname=database) as administrator:
            empty_tables(administrator)

    TransactionTestCase._fixture_teardown = emptied


def empty_tables(administrator: psycopg.Connection) -> None:
    """Delete what there is, table by table: TRUNCATE would make two hundred tables anew.

    References and ordinary triggers stand aside in a replica's session; those that refuse even
    there are switched off for the one transaction.
    """
    administrator.execute("SET session_replication_role = replica")
    filled = administrator.execute(
        "SELECT oid, oid::regclass::text FROM pg_class WHERE relkind = 'r'"
        " AND pg_get_userbyid(relowner) = %s AND relname <> ALL(%s)"
        " AND pg_relation_size(oid) > 0",
        [OWNER, list(KEPT_TABLES)],
    ).fetchall()
    triggers = administrator.execute(
        "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled = 'A' AND tgrelid = ANY(%s)",
        [[oid for oid, _ in filled]],
    ).fetchall()
    for table, trigger in triggers:
        administrator.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    for _, table in filled:
        administrator.execute(f"DELETE FROM {table}")  # noqa: S608
    for table, trigger in triggers:
        administrator.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


@pytest.fixture
def as_operator(database_roles: Roles, transactional_db: None) -> Iterator[None]:
    """The test's connection becomes the operator's: it reads every organization."""
    with database_roles.acting_as(OPERATOR):
        yield


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The shared data sets; a test that needs them is skipped where they are not."""
    given = os.environ.get("ASSAY_DATA")
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    for folder in (Path(given) if given else beside, beside):
        with suppress(PermissionError):
            if folder.is_dir():
                return folder
    pytest.skip("the shared data sets are not here (ASSAY_DATA)")
