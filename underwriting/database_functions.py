"""What the database refuses in underwriting, whoever asks: the triggers' functions and triggers.

Every refusal is `restrict_violation` or `check_violation`, which Django shows as IntegrityError.
Triggers are enabled ALWAYS, so replica mode does not pass them either.
"""

from collections.abc import Sequence

KEPT_WITH_APPLICATION = (
    "underwriting_party",
    "underwriting_factset",
    "underwriting_consent",
    "underwriting_decisionrun",
    "underwriting_stageresult",
    "underwriting_decision",
    "underwriting_decisionreason",
    "underwriting_offer",
    "underwriting_condition",
    "underwriting_booking",
    "underwriting_review",
    "underwriting_reviewstep",
    "underwriting_duty",
)
"""Tables whose rows are kept as long as their application is."""

REFUSE_EARLY_DELETE = """
CREATE FUNCTION underwriting_refuse_early_delete() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    wanted uuid := (to_jsonb(OLD) ->> TG_ARGV[0])::uuid;
    kept record;
BEGIN
    SELECT a.status, a.litigation_hold, a.retention_until, o.clock_offset INTO kept
    FROM underwriting_application a JOIN tenancy_organization o ON o.id = a.organization_id
    WHERE a.organization_id = OLD.organization_id AND a.id = wanted;
    IF FOUND AND kept.status = 'draft' THEN
        RETURN OLD;
    END IF;
    IF NOT FOUND OR kept.litigation_hold OR kept.retention_until IS NULL
        OR kept.retention_until > now() + kept.clock_offset THEN
        RAISE EXCEPTION 'DELETE on % is refused: retention has not ended', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'application_retention';
    END IF;
    RETURN OLD;
END $body$
"""

# Facts, inputs and notes may be emptied, never rewritten, and only for somebody erased; facts and
# inputs, which name nobody, not before retention has ended (12 CFR 1002.12(b), GDPR Art. 17(3)(b)).
EMPTIED_BY_ERASURE = """
CREATE FUNCTION underwriting_emptied_by_erasure() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    was text := to_jsonb(OLD) ->> TG_ARGV[0];
    becomes text := to_jsonb(NEW) ->> TG_ARGV[0];
    wanted uuid := (to_jsonb(OLD) ->> TG_ARGV[1])::uuid;
BEGIN
    IF was IS NOT DISTINCT FROM becomes THEN
        RETURN NEW;
    END IF;
    IF coalesce(becomes, '') <> '' OR NOT EXISTS (
        SELECT 1 FROM underwriting_party p
        JOIN underwriting_customer c ON c.organization_id = p.organization_id
            AND c.id = p.customer_id
        WHERE p.organization_id = OLD.organization_id AND p.application_id = wanted
            AND c.erased_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'UPDATE on % is refused: % is emptied by an erasure alone',
            TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_ARGV[0] <> 'note' AND NOT EXISTS (
        SELECT 1 FROM underwriting_application a
        JOIN tenancy_organization o ON o.id = a.organization_id
        WHERE a.organization_id = OLD.organization_id AND a.id = wanted
            AND NOT a.litigation_hold AND a.retention_until <= now() + o.clock_offset
    ) THEN
        RAISE EXCEPTION 'UPDATE on % is refused: % is kept until retention ends',
            TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$
"""

# At commit: what an adverse decision must have, from the catalogue that it names.
# Of the decision everything, of each reason what reasons must be: a document of many pages is read
# once, and a row is not made JSON to find one column's name.
DECISION_STANDS = """
CREATE FUNCTION underwriting_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    made record;
    given integer;
    foreign_code text;
BEGIN
    IF TG_ARGV[0] = 'id' THEN
        SELECT NEW.id AS id, NEW.outcome AS outcome, NEW.catalogue_id AS catalogue_id,
            a.completed_at AS completed_at INTO made
        FROM underwriting_application a
        WHERE a.organization_id = NEW.organization_id AND a.id = NEW.application_id;
    ELSE
        SELECT d.id, d.outcome, d.catalogue_id INTO made FROM underwriting_decision d
        WHERE d.organization_id = NEW.organization_id AND d.id = NEW.decision_id;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a decision must be checked inside its organization'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_ARGV[0] = 'id' THEN
        IF made.completed_at IS DISTINCT FROM NEW.application_completed_at THEN
            RAISE EXCEPTION 'the decision names another time of completion'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_completed_at_agrees';
        END IF;
        IF json_typeof(NEW.document::json -> 'trace') IS DISTINCT FROM 'array' THEN
            RAISE EXCEPTION 'the decision has no trace'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_has_a_trace';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM underwriting_pin p
            WHERE p.organization_id = NEW.organization_id AND p.content_hash = NEW.pack_hash
                AND p.kind = 'pack') THEN
            RAISE EXCEPTION 'the regulation pack is not kept'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_pins_its_pack';
        END IF;
    END IF;
    IF made.outcome NOT IN ('decline', 'counter_offer') THEN
        RETURN NULL;
    END IF;
    SELECT count(*), min(r.code) FILTER (WHERE r.code <> ALL (coalesce(c.codes, '{}')))
    INTO given, foreign_code
    FROM underwriting_decisionreason r LEFT JOIN underwriting_reasoncatalogue c
        ON c.organization_id = r.organization_id AND c.id = made.catalogue_id
    WHERE r.organization_id = NEW.organization_id AND r.decision_id = made.id;
    IF given NOT BETWEEN 1 AND 4 THEN
        RAISE EXCEPTION 'an adverse decision gives 1 to 4 reasons, not %', given
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_one_to_four_reasons';
    END IF;
    IF foreign_code IS NOT NULL THEN
        RAISE EXCEPTION 'the reason % is not in the published catalogue', foreign_code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_reason_published';
    END IF;
    RETURN NULL;
END $body$
"""

DECISION_ONLY_YIELDS = """
CREATE FUNCTION underwriting_decision_only_yields() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.in_force AND NOT OLD.in_force THEN
        RAISE EXCEPTION 'a superseded decision stays superseded'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$
"""

BOOKING_NEEDS_APPROVAL = """
CREATE FUNCTION underwriting_booking_needs_approval() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM underwriting_offer o
        JOIN underwriting_decision d ON d.organization_id = o.organization_id
            AND d.id = o.decision_id AND d.in_force AND d.outcome IN ('approve', 'counter_offer')
        JOIN underwriting_application a ON a.organization_id = o.organization_id
            AND a.id = o.application_id AND a.status = 'accepted'
        WHERE o.organization_id = NEW.organization_id AND o.id = NEW.offer_id
            AND o.application_id = NEW.application_id AND o.status = 'accepted'
            AND o.amount >= NEW.amount AND o.expires_at >= NEW.booked_at
            AND NOT EXISTS (SELECT 1 FROM underwriting_condition c
                WHERE c.organization_id = d.organization_id AND c.decision_id = d.id
                    AND c.status = 'open')
    ) THEN
        RAISE EXCEPTION 'a booking needs a live, accepted offer without open conditions'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_needs_approval';
    END IF;
    RETURN NEW;
END $body$
"""

POLICY_STAYS = """
CREATE FUNCTION underwriting_policy_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    loose text[] := ARRAY['status', 'approver_id', 'submitted_at', 'published_at',
        'effective_from', 'effective_to'];
    ending text[] := ARRAY['status', 'effective_to'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status IN ('draft', 'checked') THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.status = 'draft' OR (OLD.status = 'checked' AND NEW.document = OLD.document) THEN
        RETURN NEW;
    ELSIF OLD.status = 'checked' AND NEW.status = 'draft' THEN
        RETURN NEW;
    ELSIF OLD.status = 'submitted' AND NEW.status IN ('published', 'draft')
        AND to_jsonb(NEW) - loose = to_jsonb(OLD) - loose THEN
        RETURN NEW;
    ELSIF OLD.status = 'published' AND NEW.status IN ('published', 'retired')
        AND to_jsonb(NEW) - ending = to_jsonb(OLD) - ending THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of a % policy is refused: published policies never change',
        TG_OP, OLD.status USING ERRCODE = 'restrict_violation', CONSTRAINT = 'policy_stays';
END $body$
"""

FUNCTIONS = {
    "underwriting_refuse_early_delete": REFUSE_EARLY_DELETE,
    "underwriting_emptied_by_erasure": EMPTIED_BY_ERASURE,
    "underwriting_decision_stands": DECISION_STANDS,
    "underwriting_decision_only_yields": DECISION_ONLY_YIELDS,
    "underwriting_booking_needs_approval": BOOKING_NEEDS_APPROVAL,
    "underwriting_policy_stays": POLICY_STAYS,
}

# Work is found in the world's time; what a test twin's applicant sees passes on the twin's clock.
UNDECIDED = """
SELECT organization_id, id FROM underwriting_decisionrun
WHERE (status = 'pending' AND created_at < now() - interval '10 seconds')
    OR (status = 'running' AND lease_until < now())
ORDER BY created_at
"""

LAPSED_OFFERS = """
SELECT o.organization_id, o.id FROM underwriting_offer o
JOIN tenancy_organization t ON t.id = o.organization_id
WHERE o.status = 'open' AND o.expires_at < now() + t.clock_offset
ORDER BY o.expires_at
"""


def triggers() -> list[str]:
    """Every trigger, with its function made before."""
    statements = list(FUNCTIONS.values())
    statements += row_trigger(
        "underwriting_application", "retention", "DELETE", "refuse_early_delete", ["id"]
    )
    for table in KEPT_WITH_APPLICATION:
        statements += row_trigger(
            table, "retention", "DELETE", "refuse_early_delete", ["application_id"]
        )
    for table, column, application in (
        ("underwriting_application", "request", "id"),
        ("underwriting_factset", "document", "application_id"),
        ("underwriting_decision", "inputs", "application_id"),
        ("underwriting_reviewstep", "note", "application_id"),
    ):
        statements += row_trigger(
            table, "erasure", "UPDATE", "emptied_by_erasure", [column, application]
        )
    statements += row_trigger(
        "underwriting_decision", "yields", "UPDATE", "decision_only_yields", []
    )
    statements += row_trigger(
        "underwriting_booking", "approval", "INSERT", "booking_needs_approval", []
    )
    statements += row_trigger(
        "underwriting_policyversion", "stays", "UPDATE OR DELETE", "policy_stays", []
    )
    statements += _at_commit("underwriting_decision", "id")
    statements += _at_commit("underwriting_decisionreason", "decision_id")
    return statements


def no_triggers() -> list[str]:
    return [f"DROP FUNCTION {name}() CASCADE" for name in FUNCTIONS]


def row_trigger(
    table: str, name: str, event: str, function: str, arguments: Sequence[str]
) -> list[str]:
    """A trigger before each row, enabled ALWAYS; its function and arguments by name."""
    given = ", ".join(f"'{argument}'" for argument in arguments)
    return [
        (
            f'CREATE TRIGGER "underwriting_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION underwriting_{function}({given})"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_{name}"',
    ]


def _at_commit(table: str, column: str) -> list[str]:
    return [
        (
            f'CREATE CONSTRAINT TRIGGER "underwriting_stands" AFTER INSERT ON "{table}" '
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
            f"EXECUTE FUNCTION underwriting_decision_stands('{column}')"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_stands"',
    ]


# Facts of erased people whose retention has ended: what the purge empties.
ERASED_FACTS = """
SELECT a.organization_id, a.id FROM underwriting_application a
JOIN tenancy_organization o ON o.id = a.organization_id
WHERE a.request IS NOT NULL AND NOT a.litigation_hold
    AND a.retention_until <= now() + o.clock_offset
    AND EXISTS (SELECT 1 FROM underwriting_party p
        JOIN underwriting_customer c ON c.organization_id = p.organization_id
            AND c.id = p.customer_id
        WHERE p.organization_id = a.organization_id AND p.application_id = a.id
            AND c.erased_at IS NOT NULL)
ORDER BY a.retention_until
"""
