"""What the database refuses about authority and exceptions from policy, whoever asks.

Triggers are enabled ALWAYS, so that replica mode passes none.
"""

from underwriting.database_functions import row_trigger

# At commit, of a person's decision: what is softer than the last automatic decision's outcome (of
# a held one, what was computed) has its exception, which names the people of the very review.
EXCEPTION_STANDS = """
CREATE FUNCTION underwriting_exception_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    wanted uuid;
    made record;
    policy text;
    given record;
    softness text[] := ARRAY['decline', 'refer', 'counter_offer', 'approve'];
BEGIN
    IF TG_ARGV[0] = 'id' THEN wanted := NEW.id; ELSE wanted := NEW.decision_id; END IF;
    SELECT d.id, d.organization_id, d.application_id, d.kind, d.outcome, d.number INTO made
    FROM underwriting_decision d
    WHERE d.organization_id = NEW.organization_id AND d.id = wanted;
    SELECT coalesce((
        SELECT step ->> 'instead_of'
        FROM jsonb_array_elements(d.document::jsonb -> 'trace') AS step
        WHERE step ->> 'set' = 'hold' AND step ->> 'instead_of' IS NOT NULL LIMIT 1
    ), d.outcome) INTO policy
    FROM underwriting_decision d
    WHERE d.organization_id = made.organization_id AND d.application_id = made.application_id
        AND d.kind = 'automatic' AND d.number < made.number
    ORDER BY d.number DESC LIMIT 1;
    SELECT e.* INTO given FROM underwriting_policyexception e
    WHERE e.organization_id = made.organization_id AND e.decision_id = made.id;
    IF made.kind = 'review' AND policy IN ('decline', 'counter_offer')
        AND array_position(softness, made.outcome) > array_position(softness, policy) THEN
        IF given.id IS NULL THEN
            RAISE EXCEPTION 'a decision softer than policy has an exception'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'exception_where_softer';
        END IF;
    ELSIF given.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF given.policy_outcome IS DISTINCT FROM policy OR given.outcome <> made.outcome
        OR given.application_id <> made.application_id
        OR NOT EXISTS (
            SELECT 1 FROM underwriting_review r JOIN underwriting_reviewstep s
                ON s.organization_id = r.organization_id AND s.review_id = r.id
            WHERE r.organization_id = made.organization_id AND r.settled_decision_id = made.id
                AND s.id = given.step_id AND s.actor_id = given.asked_by
                AND r.verdict_by = given.asked_by
                AND coalesce(r.second_by, r.verdict_by) = given.granted_by) THEN
        RAISE EXCEPTION 'an exception is of its own review, verdict and people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exception_stands';
    END IF;
    RETURN NULL;
END $body$
"""

EXCEPTION_LIVES = """
CREATE FUNCTION underwriting_exception_lives() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (
        SELECT 1 FROM underwriting_offer o JOIN underwriting_policyexception e
            ON e.organization_id = o.organization_id AND e.decision_id = o.decision_id
        WHERE o.organization_id = NEW.organization_id AND o.id = NEW.offer_id
            AND e.expires_at <= NEW.booked_at
    ) THEN
        RAISE EXCEPTION 'the exception from policy ended before the loan was booked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_within_exception';
    END IF;
    RETURN NEW;
END $body$
"""

MATRIX_HASHED = """
CREATE FUNCTION underwriting_matrix_hashed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.content_hash <> 'sha256:' || encode(sha256(convert_to(NEW.document, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'the hash is of another document'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'authority_hash_is_true';
    END IF;
    RETURN NEW;
END $body$
"""

NAMES = ("exception_stands", "exception_lives", "matrix_hashed")
MATRICES, EXCEPTIONS = "underwriting_authoritymatrix", "underwriting_policyexception"
LASTING = (
    (EXCEPTIONS, "retention"),
    (MATRICES, "answered_once"),
)


def authority_triggers() -> list[str]:
    return [
        EXCEPTION_STANDS,
        EXCEPTION_LIVES,
        MATRIX_HASHED,
        *_at_commit("underwriting_decision", "id"),
        *_at_commit(EXCEPTIONS, "decision_id"),
        *row_trigger("underwriting_booking", "exception", "INSERT", "exception_lives", []),
        *row_trigger(EXCEPTIONS, "retention", "DELETE", "refuse_early_delete", ["application_id"]),
        *row_trigger(MATRICES, "hashed", "INSERT", "matrix_hashed", []),
        *row_trigger(MATRICES, "answered_once", "INSERT OR UPDATE", "answered_once", []),
    ]


def no_authority_triggers() -> list[str]:
    return [
        *(f"DROP FUNCTION underwriting_{name}() CASCADE" for name in NAMES),
        *(f'DROP TRIGGER "underwriting_{name}" ON "{table}"' for table, name in LASTING),
    ]


def _at_commit(table: str, column: str) -> list[str]:
    return [
        (
            f'CREATE CONSTRAINT TRIGGER "underwriting_excepted" AFTER INSERT ON "{table}" '
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
            f"EXECUTE FUNCTION underwriting_exception_stands('{column}')"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_excepted"',
    ]
