"""What the database refuses in a model's life, whoever asks: the triggers' functions and triggers.

A model's status changes in one way: a request about it is answered with yes by whom the table's
constraints demand, and the trigger below moves the model. Every refusal is `restrict_violation`,
which Django shows as IntegrityError. Triggers are enabled ALWAYS, so replica mode does not pass
them either.
"""

from tenancy.roles import APPLICATION

VERSION, REQUEST, CHAMPIONSHIP = (
    "scoring_modelversion",
    "scoring_modelrequest",
    "scoring_championship",
)

REFUSE = """
CREATE FUNCTION scoring_refuse(rule text, why text) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION '%: %', rule, why USING ERRCODE = 'restrict_violation', CONSTRAINT = rule;
END $body$
"""

# A version begins as a draft; inside the trigger of an answered request (depth two) it moves.
MODEL_STAYS = """
CREATE FUNCTION scoring_model_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' OR NEW.valid_until IS NOT NULL THEN
            PERFORM scoring_refuse('model_begins_as_a_draft', 'nobody has validated it');
        END IF;
    ELSIF (OLD.status, OLD.valid_until) IS DISTINCT FROM (NEW.status, NEW.valid_until)
        AND pg_trigger_depth() < 2 THEN
        PERFORM scoring_refuse('model_moves_by_request', 'a request moves a model, nothing else');
    END IF;
    RETURN NEW;
END $body$
"""

# Asked first, answered afterwards, once: an answer never changes and a question neither.
REQUEST_STAYS = """
CREATE FUNCTION scoring_request_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' OR NEW.first_yes_by <> '' THEN
            PERFORM scoring_refuse('model_request_begins_open', 'nobody has answered it');
        END IF;
    ELSIF OLD.status <> 'open' OR (OLD.first_yes_by <> ''
        AND OLD.first_yes_by IS DISTINCT FROM NEW.first_yes_by) THEN
        PERFORM scoring_refuse('model_request_answered_once', 'an answer does not change');
    END IF;
    RETURN NEW;
END $body$
"""

# The life of a model. The owner's rights, because the application may update no version itself;
# row-level security holds for the owner too.
MODEL_MOVES = """
CREATE FUNCTION scoring_model_moves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    model record;
    becomes text;
BEGIN
    SELECT v.status, v.valid_until, v.product_id, t.requested_by_id AS developer INTO model
    FROM scoring_modelversion v
    LEFT JOIN scoring_trainingrun t
        ON t.organization_id = v.organization_id AND t.id = v.training_run_id
    WHERE v.organization_id = NEW.organization_id AND v.id = NEW.model_version_id
    FOR UPDATE OF v;
    becomes := CASE NEW.move
        WHEN 'validate' THEN CASE model.status
            WHEN 'draft' THEN 'validated' WHEN 'retired' THEN NULL ELSE model.status END
        WHEN 'challenge' THEN CASE model.status WHEN 'validated' THEN 'challenger' END
        WHEN 'promote' THEN
            CASE WHEN model.status IN ('validated', 'challenger') THEN 'champion' END
        WHEN 'demote' THEN
            CASE WHEN model.status IN ('challenger', 'champion') THEN 'validated' END
        WHEN 'retire' THEN
            CASE WHEN model.status IN ('draft', 'validated', 'challenger') THEN 'retired' END
        WHEN 'correct' THEN model.status
    END;
    IF becomes IS NULL THEN
        PERFORM scoring_refuse('model_life', 'no such move from ' || model.status);
    END IF;
    IF NEW.move = 'validate' AND model.developer IS NOT DISTINCT FROM NEW.first_yes_by THEN
        PERFORM scoring_refuse('model_validated_by_another', 'its developer does not validate it');
    END IF;
    IF NEW.move = 'validate' AND NOT EXISTS (
        SELECT 1 FROM scoring_inventoryentry i
        WHERE i.organization_id = NEW.organization_id AND i.model_version_id = NEW.model_version_id
    ) THEN
        PERFORM scoring_refuse('model_inventoried', 'it stands in no inventory');
    END IF;
    IF NEW.move IN ('challenge', 'promote')
        AND coalesce(model.valid_until <= NEW.answered_at, true) THEN
        PERFORM scoring_refuse('model_valid', 'its validation has ended');
    END IF;
    IF NEW.move = 'promote' THEN
        UPDATE scoring_modelversion SET status = 'validated'
        WHERE organization_id = NEW.organization_id AND product_id = model.product_id
            AND status = 'champion';
    END IF;
    UPDATE scoring_modelversion SET status = becomes,
        valid_until = CASE WHEN NEW.move = 'validate' THEN NEW.valid_until ELSE valid_until END
    WHERE organization_id = NEW.organization_id AND id = NEW.model_version_id;
    RETURN NULL;
END $body$
"""

# A championship begins when two people's answer says so, or when a correction does. What began
# before requests were kept may be ended, and no more.
CHAMPIONSHIP_ASKED = """
CREATE FUNCTION scoring_championship_asked() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.superseded_at IS NOT NULL OR NOT (EXISTS (
        SELECT 1 FROM scoring_modelrequest r
        WHERE r.organization_id = NEW.organization_id AND r.id = NEW.request_id
            AND r.status = 'approved' AND r.model_version_id = NEW.model_version_id
            AND r.product_id = NEW.product_id
            AND ((r.move = 'promote' AND r.answered_at = NEW.appointed_at)
                OR (r.move = 'correct' AND r.begins_at = NEW.appointed_at
                    AND coalesce(r.ends_at = NEW.ended_at, r.ends_at IS NULL)))
    ) OR (NEW.request_id IS NULL AND NEW.ended_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM scoring_championship c
        WHERE c.organization_id = NEW.organization_id AND c.product_id = NEW.product_id
            AND c.model_version_id = NEW.model_version_id AND c.request_id IS NULL
            AND c.appointed_at = NEW.appointed_at AND c.ended_at IS NULL
    ))) THEN
        PERFORM scoring_refuse('championship_asked_for', 'nobody answered a request for it');
    END IF;
    RETURN NEW;
END $body$
"""

CHAMPIONSHIP_SUPERSEDED = """
CREATE FUNCTION scoring_championship_superseded() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.superseded_at IS NOT NULL THEN
        PERFORM scoring_refuse('championship_superseded_once', 'what was known stays known');
    END IF;
    RETURN NEW;
END $body$
"""

# Checked when the transaction ends: a model's status says that it is in charge exactly when a
# championship does.
CHARGE_AGREES = """
CREATE FUNCTION scoring_charge_agrees() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    wanted uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    champion boolean;
BEGIN
    SELECT v.status = 'champion' INTO champion FROM scoring_modelversion v
    WHERE v.organization_id = NEW.organization_id AND v.id = wanted;
    IF champion IS DISTINCT FROM EXISTS (
        SELECT 1 FROM scoring_championship c
        WHERE c.organization_id = NEW.organization_id AND c.model_version_id = wanted
            AND c.ended_at IS NULL AND c.superseded_at IS NULL
    ) THEN
        PERFORM scoring_refuse('charge_agrees', 'status and championship say different things');
    END IF;
    RETURN NULL;
END $body$
"""

FUNCTIONS = {
    "scoring_refuse(text, text)": REFUSE,
    "scoring_model_stays()": MODEL_STAYS,
    "scoring_request_stays()": REQUEST_STAYS,
    "scoring_model_moves()": MODEL_MOVES,
    "scoring_championship_asked()": CHAMPIONSHIP_ASKED,
    "scoring_championship_superseded()": CHAMPIONSHIP_SUPERSEDED,
    "scoring_charge_agrees()": CHARGE_AGREES,
}

ANSWERED = "WHEN (OLD.status = 'open' AND NEW.status = 'approved')"


def triggers() -> list[str]:
    """Functions first, then the triggers that call them; nobody calls the mover directly."""
    return [
        *FUNCTIONS.values(),
        "REVOKE ALL ON FUNCTION scoring_model_moves() FROM PUBLIC",
        *_row(VERSION, "model_stays", "BEFORE INSERT OR UPDATE"),
        *_row(REQUEST, "request_stays", "BEFORE INSERT OR UPDATE"),
        *_row(REQUEST, "model_moves", "AFTER UPDATE", ANSWERED),
        *_row(CHAMPIONSHIP, "championship_asked", "BEFORE INSERT"),
        *_row(CHAMPIONSHIP, "championship_superseded", "BEFORE UPDATE"),
        *_at_commit(CHAMPIONSHIP, "INSERT OR UPDATE", "model_version_id"),
        *_at_commit(VERSION, "UPDATE", "id"),
    ]


def no_triggers() -> list[str]:
    return [f"DROP FUNCTION {name} CASCADE" for name in FUNCTIONS]


def _row(table: str, name: str, event: str, condition: str = "") -> list[str]:
    return [
        (
            f'CREATE TRIGGER "scoring_{name}" {event} ON "{table}" '
            f"FOR EACH ROW {condition} EXECUTE FUNCTION scoring_{name}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "scoring_{name}"',
    ]


def _at_commit(table: str, event: str, column: str) -> list[str]:
    return [
        (
            f'CREATE CONSTRAINT TRIGGER "scoring_charge_agrees" AFTER {event} ON "{table}" '
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
            f"EXECUTE FUNCTION scoring_charge_agrees('{column}')"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "scoring_charge_agrees"',
    ]


# What was known before both times were kept: an ended championship was believed without end
# until it ended. Models not in charge are drafts, for nobody validated them; those in charge stay
# so for ninety days, within which they have to be validated.
CARRIED_OVER = (
    "UPDATE scoring_championship SET recorded_at = coalesce(ended_at, appointed_at)",
    """
    INSERT INTO scoring_championship (organization_id, id, product_id, model_version_id,
        appointed_at, ended_at, recorded_at, superseded_at, appointed_by_kind, appointed_by_id,
        reason)
    SELECT organization_id, gen_random_uuid(), product_id, model_version_id, appointed_at, NULL,
        appointed_at, ended_at, appointed_by_kind, appointed_by_id, reason
    FROM scoring_championship WHERE ended_at IS NOT NULL
    """,
    "UPDATE scoring_modelversion SET status = 'draft' WHERE status <> 'retired'",
    """
    UPDATE scoring_modelversion v
    SET status = 'champion', valid_until = now() + interval '90 days'
    FROM scoring_championship c
    WHERE c.organization_id = v.organization_id AND c.model_version_id = v.id
        AND c.ended_at IS NULL AND c.superseded_at IS NULL
    """,
    """
    UPDATE scoring_modelrequest r SET evidence = jsonb_build_object('artifact', v.artifact_hash)
    FROM scoring_modelversion v
    WHERE v.organization_id = r.organization_id AND v.id = r.model_version_id
    """,
)
CARRIED = ("scoring_championship", "scoring_modelversion", "scoring_modelrequest")


def carried_over() -> list[str]:
    """FORCE would hide every row from the owner who migrates."""
    return [
        *(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY' for table in CARRIED),
        *CARRIED_OVER,
        # A table with checks that wait for the commit cannot be altered: make them now.
        "SET CONSTRAINTS ALL IMMEDIATE",
        "SET CONSTRAINTS ALL DEFERRED",
        *(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY' for table in CARRIED),
    ]


# Models that decide or shadow and whose validation ends within the longest warning.
VALIDITY = """
SELECT v.organization_id, v.id FROM scoring_modelversion v
JOIN tenancy_organization o ON o.id = v.organization_id
WHERE v.status IN ('champion', 'challenger')
    AND v.valid_until <= now() + o.clock_offset + interval '60 days'
ORDER BY v.valid_until
"""
IN_CHARGE = """
SELECT organization_id, model_version_id FROM scoring_championship
WHERE ended_at IS NULL AND superseded_at IS NULL ORDER BY appointed_at
"""
IN_CHARGE_BEFORE = """
SELECT organization_id, model_version_id FROM scoring_championship
WHERE ended_at IS NULL ORDER BY appointed_at
"""

ANSWER = ("status", "first_yes_by", "second_yes_by", "refused_by", "answered_at")
FEWER_RIGHTS = (
    f'REVOKE UPDATE, DELETE ON "{VERSION}", "{REQUEST}", "{CHAMPIONSHIP}" FROM {APPLICATION}',
    f"REVOKE UPDATE (status) ON {VERSION} FROM {APPLICATION}",
    f"REVOKE UPDATE (ended_at) ON {CHAMPIONSHIP} FROM {APPLICATION}",
    f"GRANT UPDATE (superseded_at) ON {CHAMPIONSHIP} TO {APPLICATION}",
    f"GRANT UPDATE ({', '.join(ANSWER)}) ON {REQUEST} TO {APPLICATION}",
)
EARLIER_RIGHTS = (
    f"REVOKE UPDATE ON {CHAMPIONSHIP} FROM {APPLICATION}",
    f"GRANT UPDATE (status) ON {VERSION} TO {APPLICATION}",
    f"GRANT UPDATE (ended_at) ON {CHAMPIONSHIP} TO {APPLICATION}",
    f"GRANT UPDATE, DELETE ON {REQUEST} TO {APPLICATION}",
)
