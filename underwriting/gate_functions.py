"""What the database demands of a backtest before a policy is published; and what was in force when.

Every refusal is `restrict_violation`, which Django shows as IntegrityError. Triggers are enabled
ALWAYS, so replica mode does not pass them either.
"""

ALL_GATES = 5

# Of an organization that decides about people, and a product about which it has decided: a done
# backtest of exactly this document against what is in force now, young enough, whose every gate
# passes or is excepted beyond the day on which the policy begins.
GATED = """
CREATE FUNCTION underwriting_policy_gated(
    policy underwriting_policyversion, start timestamptz, present timestamptz
) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    gates record;
    test record;
    stopped text;
BEGIN
    IF EXISTS (SELECT 1 FROM tenancy_organization o
            WHERE o.id = policy.organization_id AND o.mode <> 'live')
        OR NOT EXISTS (
            SELECT 1 FROM underwriting_application a JOIN underwriting_decision d
                ON d.organization_id = a.organization_id AND d.application_id = a.id
            WHERE a.organization_id = policy.organization_id AND a.product_id = policy.product_id)
    THEN
        RETURN;
    END IF;
    SELECT coalesce(max(g.number), 0) AS number,
        coalesce((array_agg((g.settings ->> 'backtest_days')::integer ORDER BY g.number DESC))[1],
            30) AS days INTO gates
    FROM underwriting_policygates g
    WHERE g.organization_id = policy.organization_id AND g.product_id = policy.product_id
        AND g.status = 'approved';
    SELECT b.id, b.against_hash, b.made_at INTO test FROM underwriting_backtest b
    WHERE b.organization_id = policy.organization_id AND b.policy_version_id = policy.id
        AND b.policy_hash = policy.content_hash AND b.status = 'done'
    ORDER BY b.made_at DESC LIMIT 1;
    IF test.id IS NULL THEN
        PERFORM scoring_refuse('policy_backtested', 'no backtest of this document is done');
    END IF;
    IF test.made_at < present - make_interval(days => gates.days)
        OR test.against_hash IS DISTINCT FROM (
            SELECT v.content_hash FROM underwriting_policyversion v
            WHERE v.organization_id = policy.organization_id
                AND v.product_id = policy.product_id AND v.status IN ('published', 'retired')
                AND v.effective_from <= present
                AND (v.effective_to IS NULL OR v.effective_to > present)) THEN
        PERFORM scoring_refuse('policy_backtest_is_fresh', 'its backtest is out of date');
    END IF;
    IF (SELECT count(*) FROM underwriting_gateoutcome g
        WHERE g.organization_id = policy.organization_id AND g.backtest_id = test.id
            AND g.gates_number = gates.number) < {all_gates} THEN
        PERFORM scoring_refuse('policy_gates_judged', 'not every gate was looked at');
    END IF;
    SELECT string_agg(g.gate, ', ' ORDER BY g.gate) INTO stopped
    FROM underwriting_gateoutcome g
    WHERE g.organization_id = policy.organization_id AND g.backtest_id = test.id
        AND g.gates_number = gates.number AND g.blocks AND NOT EXISTS (
            SELECT 1 FROM underwriting_gateexception e
            WHERE e.organization_id = g.organization_id AND e.policy_version_id = policy.id
                AND e.content_hash = policy.content_hash AND e.gate = g.gate
                AND e.status = 'approved' AND e.expires_at > greatest(start, present));
    IF stopped IS NOT NULL THEN
        PERFORM scoring_refuse('policy_passes_its_gates', 'blocked by ' || stopped);
    END IF;
END $body$
""".replace("{all_gates}", str(ALL_GATES))

PUBLISHES = """
CREATE FUNCTION underwriting_policy_publishes() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    policy underwriting_policyversion;
    present timestamptz;
BEGIN
    SELECT * INTO policy FROM underwriting_policyversion v
    WHERE v.organization_id = NEW.organization_id AND v.id = NEW.policy_version_id FOR UPDATE;
    SELECT clock_timestamp() + o.clock_offset INTO present
    FROM tenancy_organization o WHERE o.id = NEW.organization_id;
    PERFORM underwriting_policy_gated(policy, NEW.effective_from, present);
    RETURN NEW;
END $body$
"""

# A gate's figure is its backtest's: only what stands in the report is judged.
OUTCOME_IS_TRUE = """
CREATE FUNCTION underwriting_gate_outcome_is_true() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    basis jsonb;
    shown text;
BEGIN
    SELECT b.report::jsonb -> 'basis' INTO basis FROM underwriting_backtest b
    WHERE b.organization_id = NEW.organization_id AND b.id = NEW.backtest_id
        AND b.status = 'done';
    IF NOT FOUND THEN
        PERFORM scoring_refuse('gate_outcome_of_a_done_backtest', 'it is not done');
    END IF;
    shown := CASE NEW.gate
        WHEN 'loss' THEN basis #>> '{expected_loss_rate_ppm,1}'
        WHEN 'profit' THEN basis #>> '{expected_profit_minor,1}'
        WHEN 'reasons' THEN basis ->> 'decline_without_reason'
        WHEN 'referral_load' THEN basis #>> '{referral_minutes,1}'
        ELSE NEW.value::text END;
    IF shown IS DISTINCT FROM NEW.value::text THEN
        PERFORM scoring_refuse('gate_outcome_is_the_reports', 'the report says something else');
    END IF;
    RETURN NEW;
END $body$
"""

# Asked first, answered afterwards, once; and about an exception by nobody who worked on it.
ANSWERED_ONCE = """
CREATE FUNCTION underwriting_answered_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' THEN
            PERFORM scoring_refuse('asked_before_answered', 'nobody has answered it');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'open' THEN
        PERFORM scoring_refuse('answered_once', 'an answer does not change');
    END IF;
    IF TG_TABLE_NAME = 'underwriting_gateexception' AND NEW.status = 'approved'
        AND underwriting_policy_own_work(NEW.organization_id,
            (to_jsonb(NEW) ->> 'policy_version_id')::uuid, NEW.answered_by_id) THEN
        PERFORM scoring_refuse('exception_by_another', 'nobody excepts their own work');
    END IF;
    RETURN NEW;
END $body$
"""

# What decided at a time, as believed at another. Policies by their steps: what was published and
# not yet taken back or retired then; model and split test by their own two times.
IN_FORCE_AT = """
CREATE FUNCTION underwriting_in_force_at(
    organization uuid, product uuid, moment timestamptz, known timestamptz
) RETURNS TABLE (
    policy_version_id uuid, policy_number integer, policy_hash text, policy_from timestamptz,
    model_version_id uuid, model_number integer, model_hash text, model_from timestamptz,
    challenger_id uuid, challenger_number integer, challenger_ppm integer,
    product_number integer, product_hash text, dictionary_number integer, dictionary_hash text,
    pack_id text, pack_hash text, paused boolean
) LANGUAGE sql STABLE AS $body$
    SELECT p.id, p.number, p.content_hash, p.effective_from,
        m.id, m.number, m.artifact_hash, c.appointed_at,
        x.id, x.number, s.share_ppm,
        v.number, v.content_hash, d.number, d.content_hash,
        o.regulation_pack, k.pack_hash,
        o.refer_all OR EXISTS (
            SELECT 1 FROM scoring_pause q
            WHERE q.organization_id = organization
                AND coalesce(q.product_id, product) = product AND q.begun_at <= moment
                AND (q.ended_at IS NULL OR q.ended_at > moment))
    FROM tenancy_organization o
    LEFT JOIN LATERAL (
        SELECT w.* FROM underwriting_policyversion w
        WHERE w.organization_id = organization AND w.product_id = product
            AND w.published_at <= known AND w.effective_from <= moment
            AND NOT EXISTS (SELECT 1 FROM underwriting_policystep t
                WHERE t.organization_id = organization AND t.policy_version_id = w.id
                    AND t.kind = 'cancelled' AND t.made_at <= known)
        ORDER BY w.effective_from DESC LIMIT 1
    ) p ON NOT EXISTS (SELECT 1 FROM underwriting_policystep t
        WHERE t.organization_id = organization AND t.policy_version_id = p.id
            AND t.kind = 'retired' AND t.made_at <= least(known, moment))
    LEFT JOIN scoring_championship c ON c.organization_id = organization
        AND c.product_id = product AND c.appointed_at <= moment
        AND (c.ended_at IS NULL OR c.ended_at > moment)
        AND c.recorded_at <= known AND (c.superseded_at IS NULL OR c.superseded_at > known)
    LEFT JOIN scoring_modelversion m ON m.organization_id = organization
        AND m.id = c.model_version_id
    LEFT JOIN scoring_splittest s ON s.organization_id = organization AND s.product_id = product
        AND s.champion_id = c.model_version_id AND s.started_at <= moment
        AND (s.ended_at IS NULL OR s.ended_at > moment)
    LEFT JOIN scoring_modelversion x ON x.organization_id = organization
        AND x.id = s.challenger_id
    LEFT JOIN LATERAL (
        SELECT w.* FROM scoring_productversion w
        WHERE w.organization_id = organization AND w.product_id = product
            AND w.effective_from <= moment AND w.published_at <= known
        ORDER BY w.effective_from DESC, w.number DESC LIMIT 1
    ) v ON true
    LEFT JOIN scoring_dictionaryversion d ON d.organization_id = organization
        AND d.id = v.dictionary_version_id
    LEFT JOIN LATERAL (
        SELECT y.pack_hash FROM underwriting_decision y JOIN underwriting_application a
            ON a.organization_id = y.organization_id AND a.id = y.application_id
        WHERE y.organization_id = organization AND a.product_id = product
            AND y.decided_at <= moment
        ORDER BY y.decided_at DESC LIMIT 1
    ) k ON true
    WHERE o.id = organization
$body$
"""

FUNCTIONS = {
    "underwriting_policy_gated(underwriting_policyversion, timestamptz, timestamptz)": GATED,
    "underwriting_policy_publishes()": PUBLISHES,
    "underwriting_gate_outcome_is_true()": OUTCOME_IS_TRUE,
    "underwriting_answered_once()": ANSWERED_ONCE,
    "underwriting_in_force_at(uuid, uuid, timestamptz, timestamptz)": IN_FORCE_AT,
}


def gate_triggers() -> list[str]:
    """Functions first, then the triggers that call them; nobody calls the publisher directly."""
    return [
        *FUNCTIONS.values(),
        "REVOKE ALL ON FUNCTION underwriting_policy_publishes() FROM PUBLIC",
        *_row(
            "underwriting_policy_gates",
            "BEFORE INSERT",
            "underwriting_policystep",
            "policy_publishes",
            "WHEN (NEW.kind = 'published')",
        ),
        *_row(
            "underwriting_gate_outcome",
            "BEFORE INSERT",
            "underwriting_gateoutcome",
            "gate_outcome_is_true",
        ),
        *(
            statement
            for table in ("underwriting_policygates", "underwriting_gateexception")
            for statement in _row(
                "underwriting_answered_once", "BEFORE INSERT OR UPDATE", table, "answered_once"
            )
        ),
    ]


def no_gate_triggers() -> list[str]:
    return [f"DROP FUNCTION {name} CASCADE" for name in reversed(FUNCTIONS)]


def _row(name: str, event: str, table: str, function: str, when: str = "") -> list[str]:
    return [
        (
            f'CREATE TRIGGER "{name}" {event} ON "{table}" '
            f"FOR EACH ROW {when} EXECUTE FUNCTION underwriting_{function}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
    ]
