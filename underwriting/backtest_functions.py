"""What the database refuses about backtests, whoever asks, and which of them wait for work."""

# It begins waiting, about the document that the version then has; what it was asked for stays as
# it is; only one that runs ends with a report; once over, nothing changes and nothing is deleted.
BACKTEST_STAYS = """
CREATE FUNCTION underwriting_backtest_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    loose text[] := ARRAY['status', 'step', 'progress_ppm', 'cancel_requested', 'error', 'snapshot',
        'applications', 'report', 'content_hash', 'seen_at', 'made_at', 'against_hash'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status = 'waiting' AND EXISTS (
            SELECT 1 FROM underwriting_policyversion v
            WHERE v.organization_id = NEW.organization_id AND v.id = NEW.policy_version_id
                AND v.content_hash = NEW.policy_hash
        ) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.status IN ('waiting', 'running')
        AND to_jsonb(NEW) - loose = to_jsonb(OLD) - loose
        AND (NEW.status <> 'done' OR OLD.status = 'running') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of a backtest is refused: what it found stays', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'backtest_stays';
END $body$
"""

# Figures by protected group come with the run that made them, never afterwards.
BACKTEST_PROTECTED_IN_TIME = """
CREATE FUNCTION underwriting_backtest_protected_in_time() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM underwriting_backtest b
        WHERE b.organization_id = NEW.organization_id AND b.id = NEW.backtest_id
            AND b.status = 'running') THEN
        RAISE EXCEPTION 'nothing is added to a backtest that is not running'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'backtest_protected_in_time';
    END IF;
    RETURN NEW;
END $body$
"""

SILENT_BACKTESTS = """
SELECT organization_id, id FROM underwriting_backtest
WHERE (status = 'waiting' AND seen_at < now() - interval '2 minutes')
    OR (status = 'running' AND seen_at < now() - interval '15 minutes')
ORDER BY requested_at
"""

SNAPSHOTS = """
SELECT p.organization_id, p.id FROM scoring_product p
WHERE EXISTS (SELECT 1 FROM underwriting_application a
    WHERE a.organization_id = p.organization_id AND a.product_id = p.id
        AND a.decided_at IS NOT NULL)
ORDER BY p.id
"""


def triggers() -> list[str]:
    """Both functions with their triggers, enabled ALWAYS so that replica mode passes neither."""
    return [
        BACKTEST_STAYS,
        BACKTEST_PROTECTED_IN_TIME,
        *_row("underwriting_backtest", "backtest_stays", "INSERT OR UPDATE OR DELETE"),
        *_row("underwriting_backtestprotected", "backtest_protected_in_time", "INSERT"),
    ]


def no_triggers() -> list[str]:
    return [
        "DROP FUNCTION underwriting_backtest_stays() CASCADE",
        "DROP FUNCTION underwriting_backtest_protected_in_time() CASCADE",
    ]


def _row(table: str, name: str, event: str) -> list[str]:
    return [
        (
            f'CREATE TRIGGER "underwriting_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION underwriting_{name}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_{name}"',
    ]
