"""How a request enters its lender's log: one statement, and nobody waits for the disk.

`synchronous_commit` is off for this one transaction: a crash of the server loses the last fraction
of a second of the log, and nothing else. The tenant is set as `enter` sets it, for the statement
only, and put back where a transaction goes on around it.
"""

from tenancy.roles import APPLICATION

LOGGED = """
CREATE FUNCTION accounts_request_logged(
    p_id uuid, p_organization uuid, p_request_id text, p_key uuid, p_partner uuid, p_method text,
    p_path text, p_status integer, p_problem text, p_duration_us integer, p_subject text,
    p_version text
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    before text := current_setting('assay.organization', true);
BEGIN
    PERFORM set_config('assay.organization', p_organization::text, true),
        set_config('synchronous_commit', 'off', true);
    INSERT INTO accounts_apirequest (
        id, organization_id, at, request_id, key_id, partner_id, method, path, status, problem,
        duration_us, subject, version
    ) VALUES (
        p_id, p_organization, clock_timestamp(), p_request_id, p_key, p_partner, p_method, p_path,
        p_status, p_problem, p_duration_us, p_subject, p_version
    );
    PERFORM set_config('assay.organization', coalesce(before, ''), true);
END $body$
"""

_SIGNATURE = (
    "accounts_request_logged(uuid, uuid, text, uuid, uuid, text, text, integer, text, integer,"
    " text, text)"
)

FORWARDS = [
    LOGGED,
    f"REVOKE ALL ON FUNCTION {_SIGNATURE} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {_SIGNATURE} TO {APPLICATION}",
]
BACKWARDS = [f"DROP FUNCTION {_SIGNATURE}"]

# Ids are made in order of time, so the oldest rows are found by the primary key.
OLD_REQUESTS = """
SELECT o.id, o.id FROM tenancy_organization AS o WHERE EXISTS (
    SELECT 1 FROM accounts_apirequest AS r
    WHERE r.organization_id = o.id AND r.id < uuidv7(interval '-30 days')
)"""
OLD_TOKENS = """
SELECT o.id, o.id FROM tenancy_organization AS o WHERE EXISTS (
    SELECT 1 FROM accounts_accesstoken AS t
    WHERE t.organization_id = o.id AND t.expires_at < now() + o.clock_offset - interval '1 day'
)"""
