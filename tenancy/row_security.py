"""The SQL of a tenant's table: keys, policy, grants, triggers, look-up functions.

Pure text from names that come from our own migrations; nothing here meets a user's input.
"""

import hashlib
from collections.abc import Sequence

from tenancy.roles import APPLICATION, LOOKUP, LOOKUP_SCHEMA, OPERATOR

POLICY = "tenant"

CURRENT_TENANT = "(SELECT nullif(current_setting('assay.organization', true), '')::uuid)"
"""Measured: in this form the policy stays an index condition. The variable is '' after its
first transaction, not NULL, and CASE or OR turn index scans into sequential ones."""

REFUSE_CHANGE = "refuse_change"
REFUSE_DELETE = "refuse_delete"
REFUSE_TRUNCATE = "refuse_truncate"
TRIGGERS = (REFUSE_CHANGE, REFUSE_DELETE, REFUSE_TRUNCATE)


def short_name(*parts: str) -> str:
    """A name of at most 63 bytes, the same for the same parts."""
    name = "_".join(parts)
    if len(name) <= 63:
        return name
    return f"{name[:54]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def composite_primary_key(table: str) -> str:
    return (
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey", '
        f'ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (organization_id, id)'
    )


def plain_primary_key(table: str) -> str:
    """CASCADE takes the composite keys that others still have on this one, on the way back."""
    return (
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey" CASCADE, '
        f'ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (id)'
    )


def reference_index(table: str, column: str) -> str:
    name = short_name(table, column, "idx")
    return f'CREATE INDEX "{name}" ON "{table}" (organization_id, "{column}")'


def referenced(table: str, column: str, target: str) -> list[str]:
    """FORCE would blind the constraint's own validation: over a dangling row it would succeed.

    So both tables are unforced for the moment of adding it, inside the migration's transaction.
    """
    name = short_name(table, column, "fk")
    tables = dict.fromkeys((table, target))
    added = (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" '
        f'FOREIGN KEY (organization_id, "{column}") '
        f'REFERENCES "{target}" (organization_id, id) DEFERRABLE INITIALLY IMMEDIATE'
    )
    return [
        *(f'ALTER TABLE "{each}" NO FORCE ROW LEVEL SECURITY' for each in tables),
        added,
        *(f'ALTER TABLE "{each}" FORCE ROW LEVEL SECURITY' for each in tables),
    ]


def unreferenced(table: str, column: str) -> list[str]:
    return [
        f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{short_name(table, column, "fk")}"',
        f'DROP INDEX IF EXISTS "{short_name(table, column, "idx")}"',
    ]


def secured(table: str, column: str) -> list[str]:
    condition = f"({column} = {CURRENT_TENANT})"
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY "{POLICY}" ON "{table}" USING {condition} WITH CHECK {condition}',
    ]


def unsecured(table: str) -> list[str]:
    return [
        f'DROP POLICY IF EXISTS "{POLICY}" ON "{table}"',
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
    ]


def granted(table: str, grants: Sequence[str]) -> list[str]:
    statements = [f'GRANT SELECT ON "{table}" TO {OPERATOR}']
    if grants:
        statements.append(f'GRANT {", ".join(grants)} ON "{table}" TO {APPLICATION}')
    return statements


def ungranted(table: str) -> list[str]:
    return [f'REVOKE ALL ON "{table}" FROM {APPLICATION}, {OPERATOR}']


def frozen(table: str, mutable: Sequence[str], *, deletable: bool) -> list[str]:
    """Triggers enabled ALWAYS: replica mode does not pass them, the owner does not either.

    Per statement where nothing may change, so that even a change of no row is refused; per row
    where some columns may.
    """
    if mutable:
        columns = ", ".join(f"'{name}'" for name in mutable)
        change = f"FOR EACH ROW EXECUTE FUNCTION tenancy_refuse_change_except({columns})"
    else:
        change = "FOR EACH STATEMENT EXECUTE FUNCTION tenancy_refuse_change()"
    events = [(REFUSE_CHANGE, "UPDATE", change)]
    refuse = "FOR EACH STATEMENT EXECUTE FUNCTION tenancy_refuse_change()"
    if not deletable:
        events.append((REFUSE_DELETE, "DELETE", refuse))
    events.append((REFUSE_TRUNCATE, "TRUNCATE", refuse))
    statements = []
    for name, event, action in events:
        statements.append(f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" {action}')
        statements.append(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"')
    return statements


def thawed(table: str) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"' for name in TRIGGERS]


def lookup_function(name: str, returns: str, body: str, tables: Sequence[str]) -> list[str]:
    """A SECURITY DEFINER function of the look-up role, callable by the roles that serve."""
    return [
        *_definer(name, returns, body, tables),
        f"GRANT EXECUTE ON FUNCTION {_signature(name)} TO {APPLICATION}, {OPERATOR}",
        f"ALTER FUNCTION {_signature(name)} OWNER TO {LOOKUP}",
    ]


def work_function(kind: str, query: str, tables: Sequence[str]) -> list[str]:
    """One kind's part of `work_pending`; the application reaches it through that alone."""
    name = f"work_{kind}(max_rows integer)"
    body = (
        f"SELECT q.organization_id, q.row_id FROM ({query}) AS q(organization_id, row_id) "
        "LIMIT max_rows"
    )
    return [
        *_definer(name, "TABLE (organization_id uuid, row_id uuid)", body, tables),
        f"ALTER FUNCTION {_signature(name)} OWNER TO {LOOKUP}",
    ]


def drop_lookup_function(name: str) -> str:
    return f"DROP FUNCTION IF EXISTS {_signature(name)}"


def _definer(name: str, returns: str, body: str, tables: Sequence[str]) -> list[str]:
    created = (
        f"CREATE FUNCTION {LOOKUP_SCHEMA}.{name} RETURNS {returns} LANGUAGE sql STABLE "
        f"SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $look$ {body} $look$"
    )
    return [
        *(f'GRANT SELECT ON "{table}" TO {LOOKUP}' for table in tables),
        created,
        f"REVOKE ALL ON FUNCTION {_signature(name)} FROM PUBLIC",
    ]


def _signature(name: str) -> str:
    """`f(a text, b uuid)` as its functions' statements name it; argument names are allowed."""
    return f"{LOOKUP_SCHEMA}.{name}"
