"""What the database refuses of prequalifications, and which of them it finds to go on or to empty.

Triggers are enabled ALWAYS.
"""

MADE, PULL = "underwriting_prequalification", "underwriting_prequalificationpull"

# Made once; afterwards it is only emptied, when its time is over, or turned into an application
# of the same product and partner.
STAYS = """
CREATE FUNCTION underwriting_prequalification_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    emptied text[] := ARRAY['said', 'sealed', 'wrapped_key', 'salt', 'inputs', 'emptied_at',
        'application_id'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.emptied_at IS NOT NULL OR NEW.application_id IS NOT NULL THEN
            RAISE EXCEPTION 'a prequalification begins whole and by itself'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'prequalification_begins_whole';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'made' AND to_jsonb(NEW) - emptied <> to_jsonb(OLD) - emptied THEN
        RAISE EXCEPTION 'what was said stays as it was said'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'prequalification_stays';
    END IF;
    IF OLD.status = 'made' AND OLD.inputs IS NOT NULL AND NEW.inputs IS DISTINCT FROM OLD.inputs
        AND (NEW.inputs IS NOT NULL OR NEW.emptied_at IS NULL OR NOT EXISTS (
            SELECT 1 FROM tenancy_organization o WHERE o.id = NEW.organization_id
                AND OLD.facts_until <= now() + o.clock_offset)) THEN
        RAISE EXCEPTION 'facts are emptied when their time is over, and never rewritten'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'prequalification_kept_its_time';
    END IF;
    IF OLD.emptied_at IS NOT NULL AND NEW.emptied_at IS DISTINCT FROM OLD.emptied_at THEN
        RAISE EXCEPTION 'it is emptied once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'prequalification_emptied_once';
    END IF;
    IF NEW.application_id IS DISTINCT FROM OLD.application_id AND (
        OLD.application_id IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM underwriting_application a
            WHERE a.organization_id = NEW.organization_id AND a.id = NEW.application_id
                AND a.product_id = NEW.product_id
                AND a.partner_id IS NOT DISTINCT FROM NEW.partner_id)) THEN
        RAISE EXCEPTION 'it becomes one application, of the same product and partner'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prequalification_becomes_one';
    END IF;
    RETURN NEW;
END $body$
"""

# A soft inquiry rests on settings that allow it and on a consent that was given with the request.
FOUNDED = """
CREATE FUNCTION underwriting_prequalification_pull_founded() RETURNS trigger
LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.status <> 'waiting' AND (NEW.sealed IS NOT NULL OR
            to_jsonb(NEW) - 'sealed' <> to_jsonb(OLD) - 'sealed') THEN
            RAISE EXCEPTION 'what was answered stays as it was seen'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'prequalification_pull_stays';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM underwriting_prequalification q
        JOIN underwriting_connectorsetting s ON s.organization_id = q.organization_id
            AND s.id = NEW.setting_id AND s.product_id = q.product_id AND s.enabled
            AND s.kind = 'bureau' AND (s.document::jsonb ->> 'prequalifies')::boolean
        JOIN underwriting_consenttext t ON t.organization_id = q.organization_id
            AND t.id = NEW.consent_text_id AND t.purpose = 'bureau_inquiry'
        WHERE q.organization_id = NEW.organization_id AND q.id = NEW.prequalification_id
            AND q.status = 'pending' AND q.consents @> jsonb_build_array(jsonb_build_object(
                'party', NEW.position, 'text_hash', t.content_hash))
    ) THEN
        RAISE EXCEPTION 'a soft inquiry rests on settings that allow it and on a consent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prequalification_pull_founded';
    END IF;
    RETURN NEW;
END $body$
"""

FUNCTIONS = {
    "underwriting_prequalification_stays": STAYS,
    "underwriting_prequalification_pull_founded": FOUNDED,
}

# Pending ones that nobody is at work on: their task was lost, or they may be asked again.
UNMADE = f"""SELECT q.organization_id, q.id FROM {MADE} q
JOIN tenancy_organization o ON o.id = q.organization_id
WHERE q.status = 'pending' AND q.asked_at < now() + o.clock_offset - interval '10 seconds'
    AND NOT EXISTS (
    SELECT 1 FROM {PULL} p WHERE p.organization_id = q.organization_id
            AND p.prequalification_id = q.id AND p.next_at > now())
ORDER BY q.asked_at"""  # noqa: S608

SPENT = f"""SELECT q.organization_id, q.id FROM {MADE} q
JOIN tenancy_organization o ON o.id = q.organization_id
WHERE q.emptied_at IS NULL AND q.status = 'made' AND q.facts_until <= now() + o.clock_offset
ORDER BY q.facts_until"""  # noqa: S608


def triggers() -> list[str]:
    return [
        *FUNCTIONS.values(),
        *_row(MADE, "prequalification_stays", "INSERT OR UPDATE", "prequalification_stays"),
        *_row(PULL, "prequalification_pull", "INSERT OR UPDATE", "prequalification_pull_founded"),
    ]


def no_triggers() -> list[str]:
    return [f"DROP FUNCTION {name}() CASCADE" for name in FUNCTIONS]


def _row(table: str, name: str, event: str, function: str) -> list[str]:
    return [
        (
            f'CREATE TRIGGER "underwriting_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION underwriting_{function}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_{name}"',
    ]
