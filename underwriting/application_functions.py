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
