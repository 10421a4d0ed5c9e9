"""Make the database and its roles: the one thing done as the database's administrator."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from tenancy.roles import APPLICATION, OPERATOR, OWNER, role_statements


def create_roles(
    admin_url: str, passwords: Mapping[str, str], *, owner_creates_databases: bool = False
) -> None:
    """Make the roles or correct them; harmless to repeat. `admin_url` is a superuser's."""
    statements = role_statements(passwords, owner_creates_databases=owner_creates_databases)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext('assay roles'))")  # two at once would clash
        for statement in statements:
            admin.execute(sql.Composed([statement]))


def create_database(admin_url: str, name: str) -> None:
    """Make the database, owned by the owner role, closed to everybody not named."""
    database = sql.Identifier(name)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not found:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(OWNER))
            )
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        admin.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                database, sql.SQL(", ").join(map(sql.Identifier, (APPLICATION, OPERATOR)))
            )
        )
