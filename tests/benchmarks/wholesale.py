"""Rows made by the thousand as copies of rows that are there, by SQL, as the superuser."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

IN_A_HURRY = (
    "SET synchronous_commit = off",
    "SET session_replication_role = replica",
    "SET maintenance_work_mem = '512MB'",
    "SET work_mem = '256MB'",
)


@contextmanager
def wholesale(admin: psycopg.Connection, tables: Sequence[str]) -> Iterator[None]:
    """Triggers that nothing else passes stand aside, and come back as they were; no checkpoint
    comes between. Afterwards statistics are gathered and all of it is on the disk."""
    started = time.monotonic()
    always = admin.execute(
        "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger"
        " WHERE tgenabled = 'A' AND tgrelid::regclass::text = ANY (%s)",
        [list(tables)],
    ).fetchall()
    _each(admin, (f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in always))
    _each(admin, ("ALTER SYSTEM SET max_wal_size = '8GB'", "SELECT pg_reload_conf()"))
    try:
        yield
    finally:
        _each(
            admin, (f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name in always)
        )
    for table in tables:
        admin.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
    _each(admin, ("ALTER SYSTEM RESET max_wal_size", "SELECT pg_reload_conf()", "CHECKPOINT"))
    print(f"  made by SQL: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


@contextmanager
def hurried(url: str) -> Iterator[psycopg.Connection]:
    """A connection whose rows meet no foreign key and no usual trigger, and whose commits wait for
    no disk."""
    with psycopg.connect(url, autocommit=True) as admin:
        _each(admin, IN_A_HURRY)
        yield admin


def copies(
    admin: psycopg.Connection,
    table: str,
    values: dict[str, sql.Composable],
    where: sql.Composable,
    first: int,
    last: int,
) -> None:
    """Insert copies of each row `where`, with serials from `first` to `last`.

    `values` of columns are written in terms of `pattern` and `serial`.
    """
    statement = sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS pattern,"
        " generate_series({first}, {last}) AS made(serial) WHERE {where}"
    )
    admin.execute(
        statement.format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, values)),
            values=sql.SQL(", ").join(values.values()),
            where=where,
            first=sql.Literal(first),
            last=sql.Literal(last),
        )
    )


def _each(admin: psycopg.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        admin.execute(statement.encode())
