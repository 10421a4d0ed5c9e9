"""What the database refuses about requests that come twice, and how it finds old keys.

Refusals are `restrict_violation`, which Django shows as IntegrityError; triggers are ENABLE ALWAYS.
"""

from underwriting.database_functions import row_trigger

# An answer is kept so that it can be given again byte for byte: it is stored once, and stays.
ANSWER_STAYS = """
CREATE FUNCTION underwriting_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.status_code IS NOT NULL THEN
        RAISE EXCEPTION 'UPDATE is refused: an answer that was given stays'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'idempotency_answer_stays';
    END IF;
    RETURN NEW;
END $body$
"""

SPENT_KEYS = """
SELECT r.organization_id, r.id FROM underwriting_idempotencyrecord r
JOIN tenancy_organization o ON o.id = r.organization_id
WHERE r.expires_at <= now() + o.clock_offset
ORDER BY r.expires_at
"""


def answer_triggers() -> list[str]:
    return [
        ANSWER_STAYS,
        *row_trigger(
            "underwriting_idempotencyrecord", "answer_stays", "UPDATE", "answer_stays", []
        ),
    ]


def no_answer_triggers() -> list[str]:
    return ["DROP FUNCTION underwriting_answer_stays() CASCADE"]


# A draft nobody finished, or an application that stayed incomplete, is closed after 30 days.
UNFINISHED = """
SELECT a.organization_id, a.id FROM underwriting_application a
JOIN tenancy_organization o ON o.id = a.organization_id
WHERE a.status IN ('draft', 'incomplete')
    AND coalesce(a.received_at, a.created_at) < now() + o.clock_offset - interval '30 days'
ORDER BY a.created_at
"""


def document_triggers() -> list[str]:
    """A document is kept as long as its application, and emptied by an erasure alone; so are an
    applicant's words to a reviewer."""
    table = "underwriting_document"
    return [
        *row_trigger(table, "retention", "DELETE", "refuse_early_delete", ["application_id"]),
        *row_trigger(
            table, "erasure", "UPDATE", "emptied_by_erasure", ["sealed", "application_id"]
        ),
        *row_trigger(
            "underwriting_review",
            "erasure",
            "UPDATE",
            "emptied_by_erasure",
            ["note", "application_id"],
        ),
    ]


def no_document_triggers() -> list[str]:
    return [
        'DROP TRIGGER "underwriting_retention" ON "underwriting_document"',
        'DROP TRIGGER "underwriting_erasure" ON "underwriting_document"',
        'DROP TRIGGER "underwriting_erasure" ON "underwriting_review"',
    ]
