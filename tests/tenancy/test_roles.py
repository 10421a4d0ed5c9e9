"""A process refuses to work under a role that row-level security would not stop."""

import psycopg
import pytest
from django.db import connection

from config.environment import database_from_url
from tenancy.checks import (
    UnsafeRole,
    refuse_to_serve_unless_application,
    refuse_unsafe_role,
    stop_unless_application,
)
from tenancy.roles import APPLICATION, LOGIN_ROLES, LOOKUP, OPERATOR, OWNER, role_statements

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(admin_url):
    with psycopg.connect(admin_url, autocommit=True) as superuser:
        yield superuser


def test_the_application_role_is_bound():
    refuse_unsafe_role(connection)
    refuse_to_serve_unless_application()


@pytest.mark.parametrize("role", [OWNER, OPERATOR])
def test_nothing_serves_as_owner_or_operator(database_roles, role):
    with database_roles.acting_as(role):
        with pytest.raises(UnsafeRole, match=role):
            refuse_to_serve_unless_application()
        with pytest.raises(SystemExit):
            stop_unless_application()
        with pytest.raises(UnsafeRole):
            refuse_unsafe_role(connection)


def test_a_superuser_does_not_even_connect(database_roles, admin_url):
    admin = database_from_url(admin_url)
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(USER=admin["USER"], PASSWORD=admin["PASSWORD"])
    try:
        with pytest.raises(UnsafeRole, match="superuser"):
            connection.ensure_connection()
        assert connection.connection is None
    finally:
        connection.settings_dict.update(USER=before["USER"], PASSWORD=before["PASSWORD"])


@pytest.mark.parametrize(
    ("give", "take", "danger"),
    [
        (f"ALTER ROLE {APPLICATION} BYPASSRLS", f"ALTER ROLE {APPLICATION} NOBYPASSRLS", "BYPASS"),
        (f"GRANT {LOOKUP} TO {APPLICATION}", f"REVOKE {LOOKUP} FROM {APPLICATION}", "may become"),
        (f"GRANT {OWNER} TO {APPLICATION}", f"REVOKE {OWNER} FROM {APPLICATION}", "owns relation"),
        (
            f"GRANT pg_execute_server_program TO {APPLICATION}",
            f"REVOKE pg_execute_server_program FROM {APPLICATION}",
            "pg_execute_server_program",
        ),
        (
            f"GRANT SET ON PARAMETER session_replication_role TO {APPLICATION}",
            f"REVOKE SET ON PARAMETER session_replication_role FROM {APPLICATION}",
            "triggers",
        ),
    ],
)
def test_a_role_that_was_given_too_much_is_refused(admin, give, take, danger):
    admin.execute(give)
    try:
        connection.close()
        with pytest.raises(UnsafeRole, match=danger):
            connection.ensure_connection()
    finally:
        admin.execute(take)
    connection.ensure_connection()


def test_making_the_roles_again_corrects_them(admin, database_roles):
    admin.execute(f"ALTER ROLE {APPLICATION} BYPASSRLS")
    statements = role_statements(database_roles.passwords, owner_creates_databases=True)
    for statement in statements:
        admin.execute(statement)
    refuse_unsafe_role(connection)


def test_every_login_role_needs_a_password():
    with pytest.raises(ValueError, match=OPERATOR):
        role_statements({role: "x" for role in LOGIN_ROLES if role != OPERATOR})


def test_the_operator_sees_every_lender_and_changes_none(hanse, aurora, as_operator):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_organization")
        assert cursor.fetchone() == (2,)
        with pytest.raises(Exception, match="permission denied"):
            cursor.execute("UPDATE tenancy_organization SET name = 'Mine'")
