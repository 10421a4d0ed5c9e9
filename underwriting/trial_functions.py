"""What the database demands of a trial of a policy: who begins it, on what, and what then stays.

Every refusal is `restrict_violation`, which Django shows as IntegrityError. Triggers are enabled
ALWAYS, so replica mode does not pass them either.
"""

TRIAL, VERSION = "underwriting_policytrial", "underwriting_policyversion"
SHADOW = "underwriting_policyshadow"

# A trial is of a document that stands, against what is in force. A split begins by somebody who
# did not work on the challenger, and only with what its publication would need: a done backtest
# of exactly this document, fresh, whose gates pass or are excepted.
TRIAL_STANDS = """
CREATE FUNCTION underwriting_trial_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    policy underwriting_policyversion;
    present timestamptz;
BEGIN
    SELECT clock_timestamp() + o.clock_offset INTO present
    FROM tenancy_organization o WHERE o.id = NEW.organization_id;
    SELECT * INTO policy FROM underwriting_policyversion v
    WHERE v.organization_id = NEW.organization_id AND v.id = NEW.challenger_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> (CASE NEW.mode WHEN 'split' THEN 'proposed' ELSE 'running' END) THEN
            PERFORM scoring_refuse('policy_trial_begins', 'nobody has answered yet');
        END IF;
        IF policy.product_id <> NEW.product_id OR policy.content_hash <> NEW.challenger_hash
            OR NOT (policy.status = 'submitted'
                OR (policy.status = 'checked' AND NEW.mode = 'shadow')) THEN
            PERFORM scoring_refuse('policy_trial_of_a_checked_policy', 'another or unchecked');
        END IF;
    ELSIF NOT (OLD.status IN ('proposed', 'running') AND NEW.status = 'ended'
        OR OLD.status = 'proposed' AND NEW.status IN ('running', 'refused'))
        OR OLD.started_at IS NOT NULL AND (NEW.started_at, NEW.answered_by_id, NEW.answered_at)
            IS DISTINCT FROM (OLD.started_at, OLD.answered_by_id, OLD.answered_at) THEN
        PERFORM scoring_refuse('policy_trial_life', 'no such step from ' || OLD.status);
    END IF;
    IF NEW.status = 'running' AND NOT EXISTS (
        SELECT 1 FROM underwriting_policyversion v
        WHERE v.organization_id = NEW.organization_id AND v.product_id = NEW.product_id
            AND v.content_hash = NEW.champion_hash AND v.status IN ('published', 'retired')
            AND v.effective_from <= present
            AND (v.effective_to IS NULL OR v.effective_to > present)) THEN
        PERFORM scoring_refuse('policy_trial_against_the_one_in_force', 'another is in force');
    END IF;
    IF NEW.mode = 'split' AND NEW.status = 'running' THEN
        IF policy.status <> 'submitted' OR policy.content_hash <> NEW.challenger_hash THEN
            PERFORM scoring_refuse('policy_trial_of_a_checked_policy', 'it was taken back');
        END IF;
        IF underwriting_policy_own_work(NEW.organization_id, policy.id, NEW.answered_by_id) THEN
            PERFORM scoring_refuse('policy_trial_by_another', 'nobody answers about own work');
        END IF;
        PERFORM underwriting_policy_gated(policy, present, present);
    END IF;
    RETURN NEW;
END $body$
"""

# What decided about people can be read for as long as the decisions are: a challenger of a split
# that has begun keeps its document; whoever wants another one copies it.
TRIED_STAYS = """
CREATE FUNCTION underwriting_tried_policy_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.content_hash <> OLD.content_hash AND EXISTS (
        SELECT 1 FROM underwriting_policytrial t
        WHERE t.organization_id = OLD.organization_id AND t.challenger_id = OLD.id
            AND t.challenger_hash = OLD.content_hash AND t.mode = 'split'
            AND t.started_at IS NOT NULL) THEN
        PERFORM scoring_refuse('policy_that_decided_stays', 'a split test decided by it');
    END IF;
    RETURN NEW;
END $body$
"""

# A shadow is of an automatic decision of its own application, by one of the trial's two policies.
SHADOW_STANDS = """
CREATE FUNCTION underwriting_policy_shadow_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM underwriting_decision d JOIN underwriting_policytrial t
            ON t.organization_id = d.organization_id AND t.id = NEW.trial_id
            AND d.policy_hash = CASE WHEN NEW.challenged
                THEN t.challenger_hash ELSE t.champion_hash END
        JOIN underwriting_application a ON a.organization_id = d.organization_id
            AND a.id = d.application_id AND a.product_id = t.product_id
        WHERE d.organization_id = NEW.organization_id AND d.id = NEW.decision_id
            AND d.application_id = NEW.application_id AND d.kind = 'automatic') THEN
        PERFORM scoring_refuse('policy_shadow_stands', 'not of a decision in this trial');
    END IF;
    RETURN NEW;
END $body$
"""

FUNCTIONS = {
    "underwriting_trial_stands()": TRIAL_STANDS,
    "underwriting_tried_policy_stays()": TRIED_STAYS,
    "underwriting_policy_shadow_stands()": SHADOW_STANDS,
}
TRIGGERS = (
    ("underwriting_trial_stands", "BEFORE INSERT OR UPDATE", TRIAL),
    ("underwriting_tried_policy_stays", "BEFORE UPDATE", VERSION),
    ("underwriting_policy_shadow_stands", "BEFORE INSERT", SHADOW),
)

# Trials that run and were not looked at today.
UNSEEN = """
SELECT t.organization_id, t.id FROM underwriting_policytrial t
JOIN tenancy_organization o ON o.id = t.organization_id
WHERE t.status = 'running' AND NOT EXISTS (
    SELECT 1 FROM underwriting_policytriallook l
    WHERE l.organization_id = t.organization_id AND l.trial_id = t.id
        AND l.looked_on = ((now() + o.clock_offset) AT TIME ZONE 'UTC')::date)
ORDER BY t.started_at
"""
READ = ["underwriting_policytrial", "underwriting_policytriallook", "tenancy_organization"]


def trial_triggers() -> list[str]:
    """Functions first, then the triggers that call them."""
    made = [*FUNCTIONS.values()]
    for name, event, table in TRIGGERS:
        made += [
            f'CREATE TRIGGER "{name}" {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()',
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
        ]
    return made


def no_trial_triggers() -> list[str]:
    return [f"DROP FUNCTION {name} CASCADE" for name in reversed(FUNCTIONS)]
