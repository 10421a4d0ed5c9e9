"""What the database refuses about approval paths, whoever asks, and which decisions lack theirs."""

from underwriting.database_functions import row_trigger

PATH_STANDS = """
CREATE FUNCTION underwriting_path_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM underwriting_decision d
        JOIN underwriting_party p ON p.organization_id = d.organization_id
            AND p.application_id = d.application_id AND p.position = 0
        WHERE d.organization_id = NEW.organization_id AND d.id = NEW.decision_id
            AND d.application_id = NEW.application_id AND p.customer_id = NEW.customer_id
            AND d.kind = 'automatic' AND d.outcome IN ('decline', 'counter_offer')
            AND NEW.document IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a path belongs to an adverse, automatic decision of its own applicant'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'path_stands';
    END IF;
    RETURN NEW;
END $body$
"""

# A decision that keeps a promise rests on what the promise rested on, is of the same customer and
# product, in time, and an approval.
HONOURS_STANDS = """
CREATE FUNCTION underwriting_honours_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.honours_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM underwriting_approvalpath h
        JOIN underwriting_decision d ON d.organization_id = h.organization_id
            AND d.id = h.decision_id
        JOIN underwriting_application b ON b.organization_id = d.organization_id
            AND b.id = d.application_id
        JOIN underwriting_application a ON a.organization_id = h.organization_id
            AND a.id = NEW.application_id AND a.product_id = b.product_id AND a.id <> b.id
        JOIN underwriting_party p ON p.organization_id = a.organization_id
            AND p.application_id = a.id AND p.position = 0 AND p.customer_id = h.customer_id
        WHERE h.organization_id = NEW.organization_id AND h.id = NEW.honours_id
            AND h.status = 'found' AND h.honoured_until >= NEW.decided_at
            AND d.policy_hash = NEW.policy_hash AND d.model_hash = NEW.model_hash
            AND d.product_hash = NEW.product_hash AND d.dictionary_hash = NEW.dictionary_hash
    ) THEN
        RAISE EXCEPTION 'a promise is kept in time, to the same customer, by the same versions'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'honours_stands';
    END IF;
    RETURN NEW;
END $body$
"""

# Adverse decisions whose policy asks for a path and that have none yet: the task was lost.
PATHLESS = """
SELECT d.organization_id, d.id FROM underwriting_decision d
JOIN tenancy_organization o ON o.id = d.organization_id
JOIN underwriting_policyversion v ON v.organization_id = d.organization_id
    AND v.content_hash = d.policy_hash AND v.document LIKE '%"paths":{%'
WHERE d.in_force AND d.kind = 'automatic' AND d.outcome IN ('decline', 'counter_offer')
    AND d.inputs IS NOT NULL
    AND d.decided_at > now() + o.clock_offset - interval '2 days'
    AND d.decided_at < now() + o.clock_offset - interval '2 minutes'
    AND NOT EXISTS (SELECT 1 FROM underwriting_approvalpath h
        WHERE h.organization_id = d.organization_id AND h.decision_id = d.id)
ORDER BY d.decided_at
"""

TABLE, DECISIONS = "underwriting_approvalpath", "underwriting_decision"
READ = (TABLE, DECISIONS, "underwriting_policyversion", "tenancy_organization")


def triggers() -> list[str]:
    """The functions with their triggers, enabled ALWAYS so that replica mode passes none."""
    return [
        PATH_STANDS,
        HONOURS_STANDS,
        *row_trigger(TABLE, "path_stands", "INSERT", "path_stands", []),
        *row_trigger(DECISIONS, "honours_stands", "INSERT", "honours_stands", []),
        *row_trigger(TABLE, "retention", "DELETE", "refuse_early_delete", ["application_id"]),
        *row_trigger(
            TABLE, "erasure", "UPDATE", "emptied_by_erasure", ["document", "application_id"]
        ),
    ]


def no_triggers() -> list[str]:
    return [
        *(
            f"DROP FUNCTION underwriting_{name}() CASCADE"
            for name in ("path_stands", "honours_stands")
        ),
        f'DROP TRIGGER "underwriting_retention" ON "{TABLE}"',
        f'DROP TRIGGER "underwriting_erasure" ON "{TABLE}"',
    ]
