"""Every table there is, whoever made it: secured, keyed by tenant, and attacked with raw SQL."""

from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql

from config.environment import database_from_url
from tenancy.global_tables import GLOBAL_TABLES
from tenancy.operations import tenant_references
from tenancy.roles import APPLICATION, OPERATOR, OWNER
from tenancy.row_security import CURRENT_TENANT, POLICY, short_name

TABLES = """
SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, r.rolname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%'
AND n.nspname <> 'information_schema' ORDER BY c.relname
"""
GLOBAL = {table.name for table in GLOBAL_TABLES}
OURS, THEIRS = uuid4(), uuid4()


@pytest.fixture
def admin(admin_url: str, db: None) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the test database; whatever it does is rolled back."""
    where = database_from_url(admin_url)
    where["NAME"] = connection.settings_dict["NAME"]
    with psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        user=where["USER"],
        password=where["PASSWORD"],
        dbname=where["NAME"],
    ) as superuser:
        yield superuser
        superuser.rollback()


def tenant_tables(admin: psycopg.Connection) -> list[str]:
    return [row[1] for row in admin.execute(TABLES) if row[1] not in GLOBAL]


def tenant_column(table: str) -> str:
    return "id" if table == "tenancy_organization" else "organization_id"


def test_the_global_list_has_no_dead_entry(admin):
    assert {row[1] for row in admin.execute(TABLES)} >= GLOBAL


def test_every_other_table_forces_the_one_policy(admin):
    for oid, table, enabled, forced, owner in admin.execute(TABLES).fetchall():
        assert owner == OWNER, table
        if table in GLOBAL:
            continue
        assert enabled, f"{table} has no row-level security"
        assert forced, f"{table} does not force it"
        policies = admin.execute(
            "SELECT polname, polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid),"
            " pg_get_expr(polwithcheck, polrelid) FROM pg_policy WHERE polrelid = %s",
            [oid],
        ).fetchall()
        expected = policy_as_stored(admin, tenant_column(table))
        assert policies == [(POLICY, "*", True, [0], expected, expected)], table


def policy_as_stored(admin: psycopg.Connection, column: str) -> str:
    """The policy we measured, as PostgreSQL prints it back."""
    admin.execute("CREATE TEMPORARY TABLE IF NOT EXISTS printed (organization_id uuid, id uuid)")
    admin.execute("DROP POLICY IF EXISTS printed ON printed")
    admin.execute(f"CREATE POLICY printed ON printed USING ({column} = {CURRENT_TENANT})")
    query = "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'printed'"
    return admin.execute(query).fetchone()[0]


def test_every_primary_key_begins_with_the_organization(admin):
    for table in tenant_tables(admin):
        (key,) = admin.execute(
            "SELECT array_agg(a.attname::text ORDER BY k.n) FROM pg_index i"
            " CROSS JOIN unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, n)"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
            " WHERE i.indrelid = %s::regclass AND i.indisprimary",
            [table],
        ).fetchone()
        assert key[0] == tenant_column(table), f"{table}: {key}"


def test_every_reference_between_tenants_tables_is_composite(admin):
    """No foreign key may hold by the id alone: it could point at another lender's row."""
    keys = admin.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, conname,"
        " (SELECT array_agg(attname::text ORDER BY n) FROM unnest(conkey) WITH ORDINALITY u(k, n)"
        "  JOIN pg_attribute ON attrelid = conrelid AND attnum = k), convalidated"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    ).fetchall()
    tables = set(tenant_tables(admin)) - {"tenancy_organization"}
    for table, target, name, columns, validated in keys:
        if table in tables and target in tables:
            assert columns[0] == "organization_id", f"{name} on {table} looks at {columns}"
            assert validated, name


def test_every_tenant_foreign_key_has_its_constraint(admin):
    names = {
        row[0] for row in admin.execute("SELECT conname::text FROM pg_constraint WHERE contype='f'")
    }
    for model in apps.get_models():
        for field in tenant_references(model):
            wanted = short_name(model._meta.db_table, field.column, "fk")
            assert wanted in names, f"{model.__name__}.{field.name} has no composite key"


def test_the_application_may_truncate_nothing_and_owns_nothing(admin):
    for table in tenant_tables(admin):
        for privilege in ("TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"):
            query = "SELECT has_table_privilege(%s, %s, %s)"
            assert admin.execute(query, [APPLICATION, table, privilege]).fetchone() == (False,)


def test_the_operator_may_only_read(admin):
    for row in admin.execute(TABLES).fetchall():
        for privilege in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            query = "SELECT has_table_privilege(%s, %s, %s)"
            found = admin.execute(query, [OPERATOR, row[1], privilege]).fetchone()
            assert found == (False,), f"{privilege} on {row[1]}"


def test_raw_sql_reaches_no_other_tenants_row_in_any_table(admin):
    """One made-up row of ours in every table; then the application's role tries to get at it."""
    admin.execute("SET LOCAL session_replication_role = replica")
    tables = tenant_tables(admin)
    for table in tables:
        stand_checks_aside(admin, table)
        insert_made_up_row(admin, table, OURS)
    admin.execute("SET LOCAL session_replication_role = origin")
    admin.execute(f"SET LOCAL ROLE {APPLICATION}")
    for table in tables:
        for tenant in ("", str(THEIRS)):
            enter_raw(admin, tenant)
            assert visible(admin, table) == 0, f"{table} shows a row to {tenant or 'nobody'}"
            assert touched(admin, table) == 0, f"{table} changed by {tenant!r}"
            assert written(admin, table) == "42501", f"{table} written by {tenant!r}"
        enter_raw(admin, str(OURS))
        assert visible(admin, table) == 1, f"{table} hides our own row"


def enter_raw(admin: psycopg.Connection, tenant: str) -> None:
    admin.execute("SELECT set_config('assay.organization', %s, true)", [tenant])


def visible(admin: psycopg.Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    return admin.execute(query).fetchone()[0]


def touched(admin: psycopg.Connection, table: str) -> int:
    """Rows that UPDATE and DELETE without any condition reach; a privilege lacking is none."""
    name, column = sql.Identifier(table), sql.Identifier(tenant_column(table))
    reached = 0
    for statement in ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"):
        with suppress(psycopg.errors.InsufficientPrivilege), admin.transaction():
            reached += admin.execute(sql.SQL(statement).format(name, column)).rowcount
    return reached


def written(admin: psycopg.Connection, table: str) -> str | None:
    """The code with which a row for us is refused to whoever is entered."""
    try:
        with admin.transaction():
            insert_made_up_row(admin, table, OURS)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def stand_checks_aside(admin: psycopg.Connection, table: str) -> None:
    """The row is made up, so it need not make sense; and row-level security must do it alone."""
    name = sql.Identifier(table)
    admin.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    query = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
    for (check,) in admin.execute(query, [table]).fetchall():
        statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        admin.execute(statement.format(name, sql.Identifier(check)))


MADE_UP = {
    "uuid": "gen_random_uuid()",
    "text": "'x'",
    "character varying": "'x'",
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "boolean": "true",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "interval": "'0'",
    "jsonb": "'{}'",
    "bytea": r"'\x00'",
    "double precision": "1",
    "numeric": "1",
    "ARRAY": "'{}'",
}


def insert_made_up_row(admin: psycopg.Connection, table: str, tenant: UUID) -> None:
    columns = admin.execute(
        "SELECT attname::text, format_type(atttypid, NULL), attgenerated <> ''"
        " FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND (attnotnull OR attname = %s)",
        [table, tenant_column(table)],
    ).fetchall()
    values = {}
    for name, kind, generated in columns:
        if not generated:
            values[name] = MADE_UP["ARRAY" if kind.endswith("[]") else kind]
    values[tenant_column(table)] = f"'{tenant}'"
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(map(sql.SQL, values.values())),
    )
    admin.execute(statement)
