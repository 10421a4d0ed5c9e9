"""The database's side of the chain: only these functions write events and heads.

They belong to the owner and run as it, so the application needs no right to insert an event or
to move a head; FORCE binds the owner to the caller's tenant all the same. `events/verify.py`
spells the same bytes, and the tests hold the two together.
"""

from tenancy.roles import APPLICATION

NETSTRINGS = """
CREATE FUNCTION events_netstrings(VARIADIC parts text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT convert_to(
        string_agg(octet_length(convert_to(part, 'UTF8')) || ':' || part || ',', '' ORDER BY n),
        'UTF8')
    FROM unnest(parts) WITH ORDINALITY AS listed(part, n)
$body$
"""

BEGIN_CHAIN = """
CREATE FUNCTION events_begin_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    INSERT INTO events_chainhead (organization_id, sequence, hash) VALUES (
        NEW.id, 0,
        encode(sha256(events_netstrings('assay.chain/1', NEW.id::text)), 'hex'));
    RETURN NULL;
END $body$
"""

_APPEND = """
CREATE FUNCTION events_append(
    p_id uuid, p_organization uuid, p_actor_kind text, p_actor_id text, p_type text,
    p_subject_kind text, p_subject_id uuid, p_data text{parameter}
) RETURNS events_event
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    head events_chainhead;
    made events_event;
BEGIN
    SELECT * INTO head FROM events_chainhead WHERE organization_id = p_organization FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'organization % has no chain head here', p_organization
            USING ERRCODE = 'no_data_found';
    END IF;
    made.id := p_id;
    made.organization_id := p_organization;
    made.sequence := head.sequence + 1;
    made.at := clock_timestamp()
        + (SELECT clock_offset FROM tenancy_organization WHERE id = p_organization);
    made.actor_kind := p_actor_kind;
    made.actor_id := p_actor_id;
    made.type := p_type;
    made.subject_kind := p_subject_kind;
    made.subject_id := p_subject_id;
    made.data := p_data;
    made.previous_hash := head.hash;{assignment}
    made.hash := encode(sha256(events_netstrings(
        'assay.event/1', p_organization::text, p_id::text, made.sequence::text,
        to_char(made.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        p_actor_kind, p_actor_id, p_type, p_subject_kind, p_subject_id::text, p_data,
        head.hash)), 'hex');
    INSERT INTO events_event SELECT (made).*;
    UPDATE events_chainhead SET sequence = made.sequence, hash = made.hash
        WHERE organization_id = p_organization;
    RETURN made;
END $body$
"""

APPEND = _APPEND.format(parameter="", assignment="")
# The request that caused it stands beside what is hashed: a convenience, not part of the proof.
APPEND_WITH_REQUEST = _APPEND.format(
    parameter=", p_request_id text",
    assignment="\n    made.request_id := p_request_id;",
)

_APPEND_SIGNATURE = "events_append(uuid, uuid, text, text, text, text, uuid, text)"
_WITH_REQUEST_SIGNATURE = "events_append(uuid, uuid, text, text, text, text, uuid, text, text)"

_BEGIN_CHAIN_TRIGGER = """
CREATE TRIGGER begin_chain AFTER INSERT ON tenancy_organization
FOR EACH ROW EXECUTE FUNCTION events_begin_chain()
"""

FORWARDS = [
    NETSTRINGS,
    BEGIN_CHAIN,
    APPEND,
    "REVOKE ALL ON FUNCTION events_netstrings(text[]) FROM PUBLIC",
    "REVOKE ALL ON FUNCTION events_begin_chain() FROM PUBLIC",
    f"REVOKE ALL ON FUNCTION {_APPEND_SIGNATURE} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {_APPEND_SIGNATURE} TO {APPLICATION}",
    _BEGIN_CHAIN_TRIGGER,
    "ALTER TABLE tenancy_organization ENABLE ALWAYS TRIGGER begin_chain",
    # Every event updates the head: room on its page keeps the update out of the index.
    "ALTER TABLE events_chainhead SET (fillfactor = 50)",
]

BACKWARDS = [
    "DROP TRIGGER begin_chain ON tenancy_organization",
    f"DROP FUNCTION {_APPEND_SIGNATURE}",
    "DROP FUNCTION events_begin_chain()",
    "DROP FUNCTION events_netstrings(text[])",
]

NAME_THE_REQUEST = [
    f"DROP FUNCTION {_APPEND_SIGNATURE}",
    APPEND_WITH_REQUEST,
    f"REVOKE ALL ON FUNCTION {_WITH_REQUEST_SIGNATURE} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {_WITH_REQUEST_SIGNATURE} TO {APPLICATION}",
]

NAME_NO_REQUEST = [
    f"DROP FUNCTION {_WITH_REQUEST_SIGNATURE}",
    APPEND,
    f"REVOKE ALL ON FUNCTION {_APPEND_SIGNATURE} FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {_APPEND_SIGNATURE} TO {APPLICATION}",
]
