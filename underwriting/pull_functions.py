"""What the database refuses about pulls and hits, and the runs it finds that may go on.

As in `database_functions`: refusals are check or restrict violations, triggers ENABLE ALWAYS.
"""

from collections.abc import Sequence

# A pull rests on the party's own agreement to be asked about, given before, and on the settings
# in its product (R14). A row that begins answered repeats an answer that is still valid.
PULL_FOUNDED = """
CREATE FUNCTION underwriting_pull_founded() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM underwriting_party p
        JOIN underwriting_decisionrun r ON r.organization_id = p.organization_id
            AND r.id = NEW.run_id AND r.application_id = p.application_id
        JOIN underwriting_application a ON a.organization_id = p.organization_id
            AND a.id = p.application_id
        JOIN underwriting_connectorsetting s ON s.organization_id = p.organization_id
            AND s.id = NEW.setting_id AND s.product_id = a.product_id AND s.enabled
            AND s.kind = NEW.kind AND s.inquiry = NEW.inquiry AND s.purpose = NEW.purpose
        WHERE p.organization_id = NEW.organization_id AND p.id = NEW.party_id
            AND p.application_id = NEW.application_id AND p.customer_id = NEW.customer_id
    ) THEN
        RAISE EXCEPTION 'a pull is of its application, party, run and setting'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pull_founded';
    END IF;
    IF NEW.consent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM underwriting_consent c
        JOIN underwriting_consenttext t ON t.organization_id = c.organization_id
            AND t.id = c.text_id AND t.purpose = 'bureau_inquiry'
        WHERE c.organization_id = NEW.organization_id AND c.id = NEW.consent_id
            AND c.party_id = NEW.party_id AND c.agreed_at <= NEW.made_at
    ) THEN
        RAISE EXCEPTION 'a pull needs the consent of this party to this purpose, given before'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pull_consented';
    END IF;
    IF NEW.status <> 'waiting' AND NOT EXISTS (
        SELECT 1 FROM underwriting_pull p
        WHERE p.organization_id = NEW.organization_id AND p.id = NEW.reused_from
            AND p.customer_id = NEW.customer_id AND p.kind = NEW.kind
            AND p.status = 'answered' AND p.valid_until >= NEW.made_at
    ) THEN
        RAISE EXCEPTION 'a pull begins waiting, or repeats an answer that is valid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pull_begins_waiting';
    END IF;
    RETURN NEW;
END $body$
"""

PULL_STAYS = """
CREATE FUNCTION underwriting_pull_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.status <> 'waiting' OR NEW.attempts < OLD.attempts THEN
        RAISE EXCEPTION 'what was answered stays as it was seen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'pull_stays';
    END IF;
    RETURN NEW;
END $body$
"""

STUB_IN_TEST = """
CREATE FUNCTION underwriting_stub_in_test() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.connector = 'stub' AND NOT EXISTS (
        SELECT 1 FROM tenancy_organization o WHERE o.id = NEW.organization_id AND o.mode = 'test'
    ) THEN
        RAISE EXCEPTION 'the stub answers in test mode only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'connector_stub_in_test_only';
    END IF;
    RETURN NEW;
END $body$
"""

HIT_STAYS = """
CREATE FUNCTION underwriting_hit_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' OR NOT EXISTS (
            SELECT 1 FROM underwriting_party p
            WHERE p.organization_id = NEW.organization_id AND p.id = NEW.party_id
                AND p.application_id = NEW.application_id AND p.customer_id = NEW.customer_id
        ) THEN
            RAISE EXCEPTION 'a hit begins open, about a party of its application'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'hit_begins_open';
        END IF;
    ELSIF OLD.status IN ('cleared', 'confirmed') THEN
        RAISE EXCEPTION 'a settled hit stays settled'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'hit_stays';
    END IF;
    RETURN NEW;
END $body$
"""

# Said of every person in the application, whichever application it was that the check belonged to.
NO_HIT_STANDS = """
CREATE FUNCTION underwriting_no_hit_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    wanted uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    IF EXISTS (
        SELECT 1 FROM underwriting_party p
        JOIN underwriting_checkhit h ON h.organization_id = p.organization_id
            AND h.customer_id = p.customer_id AND h.status <> 'cleared'
        WHERE p.organization_id = NEW.organization_id AND p.application_id = wanted
    ) THEN
        RAISE EXCEPTION 'this application is not ready to be funded'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'funding_needs_cleared_checks';
    END IF;
    RETURN NEW;
END $body$
"""

FUNCTIONS = {
    "underwriting_pull_founded": PULL_FOUNDED,
    "underwriting_pull_stays": PULL_STAYS,
    "underwriting_stub_in_test": STUB_IN_TEST,
    "underwriting_hit_stays": HIT_STAYS,
    "underwriting_no_hit_stands": NO_HIT_STANDS,
}

KEPT = ("underwriting_pull", "underwriting_checkhit", "underwriting_hitstep")

UNDECIDED = """
SELECT organization_id, id FROM underwriting_decisionrun
WHERE (status = 'pending' AND created_at < now() - interval '10 seconds')
    OR (status = 'running' AND lease_until < now())
    OR (status = 'waiting' AND resume_at <= now())
ORDER BY created_at
"""


def triggers() -> list[str]:
    statements = list(FUNCTIONS.values())
    for table in KEPT:
        statements += _row(table, "retention", "DELETE", "refuse_early_delete('application_id')")
    pull, hit = "underwriting_pull", "underwriting_checkhit"
    statements += _row(pull, "founded", "INSERT", "pull_founded()")
    statements += _row(pull, "answered", "UPDATE", "pull_stays()")
    statements += _row("underwriting_connectorsetting", "test_only", "INSERT", "stub_in_test()")
    statements += _row(hit, "settled", "INSERT OR UPDATE", "hit_stays()")
    cleared = "no_hit_stands('application_id')"
    statements += _row("underwriting_booking", "cleared", "INSERT", cleared)
    statements += _row(
        "underwriting_application", "cleared", "UPDATE", "no_hit_stands('id')",
        "NEW.status = 'funded' AND OLD.status <> 'funded'",
    )  # fmt: skip
    statements += _row(
        "events_event", "cleared", "INSERT", "no_hit_stands('subject_id')",
        "NEW.type = 'application.ready_to_fund'",
    )  # fmt: skip
    return statements


def no_triggers() -> list[str]:
    return [
        *(f'DROP TRIGGER "underwriting_retention" ON "{table}"' for table in KEPT),
        *(f"DROP FUNCTION {name}() CASCADE" for name in FUNCTIONS),
    ]


def _row(table: str, name: str, event: str, call: str, when: str = "") -> Sequence[str]:
    condition = f"WHEN ({when}) " if when else ""
    return [
        (
            f'CREATE TRIGGER "underwriting_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW {condition}EXECUTE FUNCTION underwriting_{call}"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_{name}"',
    ]
