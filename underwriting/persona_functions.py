"""What the database refuses about test personas: outside a test twin there is none.

Triggers are enabled ALWAYS, so that replica mode passes none. Their conditions are cheap to look
at, and the function runs for the rows of personas alone.
"""

PERSONA_IN_TEST = """
CREATE FUNCTION underwriting_persona_in_test() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_TABLE_NAME = 'underwriting_decision'
        AND NOT (to_jsonb(NEW) ->> 'inputs')::jsonb ? 'persona' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM tenancy_organization o
        WHERE o.id = NEW.organization_id AND o.mode = 'test') THEN
        RAISE EXCEPTION 'a test persona is refused outside a test twin'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'persona_in_test';
    END IF;
    RETURN NEW;
END $body$
"""

# A lender's field may be called persona too; the function looks for the member of the inputs.
PLACES = {
    "underwriting_application": ("INSERT OR UPDATE OF persona", "NEW.persona IS NOT NULL"),
    "underwriting_decision": ("INSERT", """NEW.inputs LIKE '%"persona":%'"""),
    "underwriting_decisionreason": ("INSERT", "NEW.source = 'persona'"),
}


def persona_triggers() -> list[str]:
    statements = [PERSONA_IN_TEST]
    for table, (event, condition) in PLACES.items():
        statements += [
            (
                f'CREATE TRIGGER "underwriting_persona" BEFORE {event} ON "{table}" FOR EACH ROW '
                f"WHEN ({condition}) EXECUTE FUNCTION underwriting_persona_in_test()"
            ),
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_persona"',
        ]
    return statements


def no_persona_triggers() -> list[str]:
    return ["DROP FUNCTION underwriting_persona_in_test() CASCADE"]
