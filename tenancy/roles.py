"""The four database roles, and the statements that make them.

Only `create_roles` and the tests' set-up run these statements, as a superuser; everything
else connects as one of the three roles that may log in.
"""

from collections.abc import Mapping

from psycopg import sql

OWNER = "assay_owner"
"""Owns every table and migrates. FORCE ROW LEVEL SECURITY blinds it like everyone else."""

APPLICATION = "assay_application"
"""Web, workers and beat. Owns nothing and cannot bypass row-level security."""

OPERATOR = "assay_operator"
"""Operators' commands over every organization (verify, back up): bypasses, but may only read."""

LOOKUP = "assay_lookup"
"""Nobody logs in as this one: it owns the narrow look-up functions of schema `lookup`."""

LOGIN_ROLES = (OWNER, APPLICATION, OPERATOR)

LOOKUP_SCHEMA = "lookup"

_ATTRIBUTES: Mapping[str, str] = {
    OWNER: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION",
    APPLICATION: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION",
    OPERATOR: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION",
    LOOKUP: "NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION",
}


def role_statements(
    passwords: Mapping[str, str], *, owner_creates_databases: bool = False
) -> list[sql.Composable]:
    """Statements, repeatable, that make the roles with these passwords (one per login role).

    Run them one by one as a superuser, outside any database in particular: roles belong to the
    cluster. Grants on tables belong to the migrations, so that a test database has them too.
    `owner_creates_databases` lets the owner make test databases.
    """
    missing = [role for role in LOGIN_ROLES if not passwords.get(role)]
    if missing:
        raise ValueError(f"no password for {', '.join(missing)}")
    statements: list[sql.Composable] = []
    for role, attributes in _ATTRIBUTES.items():
        statements.append(_create_if_missing(role))
        statements.append(_alter(role, attributes, passwords.get(role)))
    databases = "CREATEDB" if owner_creates_databases else "NOCREATEDB"
    statements.append(sql.SQL("ALTER ROLE {} " + databases).format(sql.Identifier(OWNER)))
    statements.append(
        sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
            sql.Identifier(LOOKUP), sql.Identifier(OWNER)
        )
    )
    return statements


def _create_if_missing(role: str) -> sql.Composable:
    """CREATE ROLE knows no IF NOT EXISTS; two set-ups at once may both try, and both succeed."""
    return sql.SQL(
        "DO $body$ BEGIN CREATE ROLE {}; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $body$"
    ).format(sql.Identifier(role))


def _alter(role: str, attributes: str, password: str | None) -> sql.Composable:
    statement = sql.SQL("ALTER ROLE {} " + attributes).format(sql.Identifier(role))
    if password is None:
        return statement
    return statement + sql.SQL(" PASSWORD {}").format(sql.Literal(password))
