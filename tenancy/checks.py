"""Refuse to work as a role that row-level security would not stop."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tenancy.roles import OPERATOR, OWNER

MAINTENANCE = (OWNER, OPERATOR)
"""Roles of commands that a person runs; no serving process may use them."""

_DANGERS = """
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
others AS (
    SELECT * FROM pg_roles
    WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')
)
SELECT danger FROM (
    SELECT 'is a superuser' AS danger FROM me WHERE rolsuper
    UNION ALL SELECT 'has BYPASSRLS' FROM me WHERE rolbypassrls
    UNION ALL SELECT 'may create roles' FROM me WHERE rolcreaterole
    UNION ALL SELECT 'may become ' || rolname FROM others
        WHERE rolsuper OR rolbypassrls OR rolcreaterole
        OR rolname IN ('pg_execute_server_program', 'pg_read_server_files',
                       'pg_write_server_files')
    UNION ALL SELECT 'owns relation ' || c.relname FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        AND pg_has_role(current_user, c.relowner, 'MEMBER')
    UNION ALL SELECT 'may truncate ' || c.relname FROM pg_class c
        WHERE c.relrowsecurity AND has_table_privilege(c.oid, 'TRUNCATE')
    UNION ALL SELECT 'may switch triggers off'
        WHERE has_parameter_privilege('session_replication_role', 'SET')
) AS dangers LIMIT 5
"""


class UnsafeRole(ImproperlyConfigured):
    """The database role could pass row-level security."""


def refuse_unsafe_role(connection: BaseDatabaseWrapper) -> None:
    """Raise UnsafeRole unless the role is bound by row-level security on every table.

    Not bound are superusers, BYPASSRLS, owners (they could switch it off), members of any such
    role, and whoever may TRUNCATE, which asks no policy.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DANGERS)
        dangers = [row[0] for row in cursor.fetchall()]
    if dangers:
        user = connection.settings_dict["USER"]
        raise UnsafeRole(f"database role {user!r} {'; '.join(dangers)}")


def check_new_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A new connection proves itself before its first query, unless it says that it maintains.

    Nothing serves under a maintenance role: `refuse_to_serve_unless_application` sees to that.
    """
    if connection.settings_dict["USER"] in MAINTENANCE:
        return
    try:
        refuse_unsafe_role(connection)
    except UnsafeRole:
        connection.close()
        raise


def refuse_to_serve_unless_application() -> None:
    """At the start of a web, worker or beat process: raise UnsafeRole under a maintenance role.

    It asks no database, so that a process may start before its server; each connection then
    proves itself in `check_new_connection`.
    """
    user = connections["default"].settings_dict["USER"]
    if user in MAINTENANCE:
        raise UnsafeRole(f"a serving process must not run as {user!r}")


def stop_unless_application(**_: Any) -> None:
    """As a Celery signal's receiver, where only an exit is not swallowed."""
    try:
        refuse_to_serve_unless_application()
    except UnsafeRole as error:
        raise SystemExit(str(error)) from error
