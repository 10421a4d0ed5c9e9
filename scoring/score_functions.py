"""What the database refuses of scores without an application, and which facts it finds due.

Refusals are restrict violations by `scoring_refuse`; triggers are enabled ALWAYS.
"""

CALL, SCORE = "scoring_scorecall", "scoring_score"

# What is pinned is what scored: the version's own artifact, of the product, with its dictionary.
PINNED = """
CREATE FUNCTION scoring_score_pinned() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM scoring_modelversion m
        JOIN scoring_dictionaryversion d ON d.organization_id = m.organization_id
            AND d.id = m.dictionary_version_id AND d.content_hash = NEW.dictionary_hash
        WHERE m.organization_id = NEW.organization_id AND m.id = NEW.model_version_id
            AND m.product_id = NEW.product_id AND m.artifact_hash = NEW.model_hash
    ) THEN
        PERFORM scoring_refuse('score_call_pinned', 'a score names the model that gave it');
    END IF;
    RETURN NEW;
END $body$
"""

# Facts, salt and reference may go, never change; a call is emptied once.
EMPTIED = """
CREATE FUNCTION scoring_score_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_TABLE_NAME = 'scoring_scorecall' THEN
        IF OLD.emptied_at IS NOT NULL THEN
            PERFORM scoring_refuse('score_call_emptied_once', 'its facts are gone already');
        END IF;
    ELSIF NEW.facts IS NOT NULL OR NEW.salt IS NOT NULL
        OR NEW.reference IS DISTINCT FROM OLD.reference AND NEW.reference IS NOT NULL THEN
        PERFORM scoring_refuse('score_is_emptied_only', 'facts are emptied, never rewritten');
    END IF;
    RETURN NEW;
END $body$
"""

# Kept by the clock of the lender, a test twin's included.
SPENT_FACTS = f"""SELECT c.organization_id, c.id FROM {CALL} c
JOIN tenancy_organization o ON o.id = c.organization_id
WHERE c.emptied_at IS NULL AND c.facts_until <= now() + o.clock_offset
ORDER BY c.facts_until"""  # noqa: S608


def triggers() -> list[str]:
    return [
        PINNED,
        EMPTIED,
        *_row(CALL, "pinned", "INSERT", "scoring_score_pinned"),
        *_row(CALL, "emptied", "UPDATE", "scoring_score_emptied"),
        *_row(SCORE, "emptied", "UPDATE", "scoring_score_emptied"),
    ]


def no_triggers() -> list[str]:
    return [
        "DROP FUNCTION scoring_score_pinned() CASCADE",
        "DROP FUNCTION scoring_score_emptied() CASCADE",
    ]


def _row(table: str, name: str, event: str, function: str) -> list[str]:
    return [
        (
            f'CREATE TRIGGER "scoring_score_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "scoring_score_{name}"',
    ]
