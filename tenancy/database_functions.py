"""What the first migration lays down for every table after it: schemas, triggers' functions."""

from tenancy.roles import APPLICATION, LOOKUP, LOOKUP_SCHEMA, OPERATOR

FOUNDATION = [
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA public TO {APPLICATION}, {OPERATOR}, {LOOKUP}",
    f"CREATE SCHEMA {LOOKUP_SCHEMA}",
    f"GRANT USAGE ON SCHEMA {LOOKUP_SCHEMA} TO {APPLICATION}, {OPERATOR}, {LOOKUP}",
    # To own a function in a schema its owner must be allowed to create there.
    f"GRANT CREATE ON SCHEMA {LOOKUP_SCHEMA} TO {LOOKUP}",
]

NO_FOUNDATION = [f"DROP SCHEMA {LOOKUP_SCHEMA} CASCADE"]

REFUSALS = [
    """
    CREATE FUNCTION tenancy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        RAISE EXCEPTION '% on % is refused: its rows are for good', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $body$
    """,
    """
    CREATE FUNCTION tenancy_refuse_change_except() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
            RAISE EXCEPTION 'UPDATE on % is refused: only % may change',
                TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $body$
    """,
]

NO_REFUSALS = [
    "DROP FUNCTION tenancy_refuse_change()",
    "DROP FUNCTION tenancy_refuse_change_except()",
]

_WORK_PENDING = f"{LOOKUP_SCHEMA}.work_pending(text, integer)"

# The one function through which work is found across tenants: it returns ids and nothing else,
# and can reach only what a migration registered as a WorkKind.
WORK_PENDING = [
    f"""
    CREATE FUNCTION {LOOKUP_SCHEMA}.work_pending(kind text, max_rows integer)
    RETURNS TABLE (organization_id uuid, row_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        finder text := format('{LOOKUP_SCHEMA}.%I', 'work_' || kind);
    BEGIN
        IF to_regprocedure(finder || '(integer)') IS NULL THEN
            RAISE EXCEPTION 'no work of kind %', kind USING ERRCODE = 'undefined_function';
        END IF;
        RETURN QUERY EXECUTE 'SELECT * FROM ' || finder || '($1)' USING max_rows;
    END $body$
    """,
    f"REVOKE ALL ON FUNCTION {_WORK_PENDING} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {_WORK_PENDING} TO {APPLICATION}, {OPERATOR}",
    f"ALTER FUNCTION {_WORK_PENDING} OWNER TO {LOOKUP}",
]

NO_WORK_PENDING = [f"DROP FUNCTION {_WORK_PENDING}"]
