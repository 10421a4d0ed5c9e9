"""Lenders by the hundred: copies of one that decides, with everything that it has, by SQL.

A copy has people, keys, product, policy, model in charge and decided applications of its own. What
is sealed to the pattern (events, checkpoints) it has none of, and nobody signs in to it: it is
there as other lenders are there, in every table, index and sweep.
"""

from uuid import UUID

import psycopg
from psycopg import sql

from tests.benchmarks.wholesale import copies, hurried, wholesale

ITS_CHAIN = ("events_event", "events_checkpoint")
TENANTS = """
SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
WHERE a.attname = 'organization_id' AND NOT a.attisdropped
    AND c.relnamespace = 'public'::regnamespace AND NOT c.relname = ANY (%s) ORDER BY 1
"""
COLUMNS = """
SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND a.attidentity <> 'a' ORDER BY a.attnum
"""
UNIQUE_TO_ALL = """
SELECT DISTINCT a.attname FROM pg_index i JOIN pg_attribute a
    ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT EXISTS (
    SELECT 1 FROM pg_attribute o WHERE o.attrelid = i.indrelid AND o.attnum = ANY (i.indkey)
        AND o.attname = 'organization_id')
"""
ORGANIZATION = "tenancy_organization"


def crowd_opened(url: str, pattern: UUID, how_many: int) -> None:
    """So many lenders like the pattern, each with its test twin."""
    with hurried(url) as admin:
        _opened(admin, pattern, how_many)


def _opened(admin: psycopg.Connection, pattern: UUID, how_many: int) -> None:
    tables = [name for (name,) in admin.execute(TENANTS, [list(ITS_CHAIN)]).fetchall()]
    both = [
        row_id
        for (row_id,) in admin.execute(
            "SELECT id FROM tenancy_organization WHERE id = %(id)s OR twin_of_id = %(id)s",
            {"id": pattern},
        ).fetchall()
    ]
    its_own = _ids(admin, tables, both)
    with wholesale(admin, [ORGANIZATION, *tables]):
        for table in (ORGANIZATION, *tables):
            key = "id" if table == ORGANIZATION else "organization_id"
            where = sql.SQL("pattern.{} = ANY ({})").format(sql.Identifier(key), sql.Literal(both))
            copies(admin, table, _values(admin, table, its_own), where, 1, how_many)


def _ids(admin: psycopg.Connection, tables: list[str], both: list[UUID]) -> str:
    """A temporary table of every id that is the pattern's own."""
    admin.execute("DROP TABLE IF EXISTS its_own")
    admin.execute("CREATE TEMPORARY TABLE its_own (id uuid PRIMARY KEY)")
    admin.execute("INSERT INTO its_own SELECT unnest(%s::uuid[])", [both])
    for table in tables:
        if ("id", "uuid") in admin.execute(COLUMNS, [table]).fetchall():
            asked = sql.SQL(
                "INSERT INTO its_own SELECT id FROM {} WHERE organization_id = ANY (%s)"
                " ON CONFLICT DO NOTHING"
            )
            admin.execute(asked.format(sql.Identifier(table)), [both])
    admin.execute("ANALYZE its_own")
    return "its_own"


def _values(admin: psycopg.Connection, table: str, its_own: str) -> dict[str, sql.Composable]:
    alone = {name for (name,) in admin.execute(UNIQUE_TO_ALL, [table]).fetchall()}
    return {
        name: _value(name, kind, its_own, alone=name in alone)
        for name, kind in admin.execute(COLUMNS, [table]).fetchall()
    }


def _value(name: str, kind: str, its_own: str, *, alone: bool) -> sql.Composable:
    """Own ids become others; what must be unique among all lenders is made so."""
    own = sql.Identifier("pattern", name)
    if kind == "uuid":
        return sql.SQL(
            "CASE WHEN EXISTS (SELECT 1 FROM {its_own} WHERE id = {own})"
            " THEN md5({own}::text || serial)::uuid ELSE {own} END"
        ).format(own=own, its_own=sql.Identifier(its_own))
    if alone and kind in ("text", "varchar"):
        return sql.SQL("{own} || '-' || serial").format(own=own)
    if alone and kind == "bytea":
        return sql.SQL("sha256({own} || serial::text::bytea)").format(own=own)
    return own
