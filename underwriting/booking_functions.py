"""What the database refuses of bookings beside `database_functions`, and of their cases.

Triggers are enabled ALWAYS.
"""

CASE, BOOKING = "underwriting_bookingcase", "underwriting_booking"

# The rate that was accepted is the most a loan may cost.
RATE_AGREED = """
CREATE FUNCTION underwriting_booking_rate_agreed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (
        SELECT 1 FROM underwriting_offer o
        WHERE o.organization_id = NEW.organization_id AND o.id = NEW.offer_id
            AND o.rate_ppm < NEW.rate_ppm
    ) THEN
        RAISE EXCEPTION 'a loan is booked at no more than the rate that was accepted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_rate_agreed';
    END IF;
    RETURN NEW;
END $body$
"""

CASE_STAYS = """
CREATE FUNCTION underwriting_booking_case_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' OR NEW.offer_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM underwriting_offer o WHERE o.organization_id = NEW.organization_id
                AND o.id = NEW.offer_id AND o.application_id = NEW.application_id
        ) THEN
            RAISE EXCEPTION 'a case begins open, about an offer of its application'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_case_begins_open';
        END IF;
    ELSIF OLD.status = 'settled' THEN
        RAISE EXCEPTION 'a settled case stays settled'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'booking_case_stays';
    ELSIF OLD.status = 'waiting' AND NEW.status = 'settled' AND (OLD.proposed_by, OLD.resolution)
        IS DISTINCT FROM (NEW.proposed_by, NEW.resolution) THEN
        RAISE EXCEPTION 'the second person answers what the first proposed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'booking_case_answers_its_proposal';
    ELSIF NEW.booking_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM underwriting_booking b WHERE b.organization_id = NEW.organization_id
            AND b.id = NEW.booking_id AND b.application_id = NEW.application_id
            AND b.reference = NEW.reference AND b.amount = NEW.amount
            AND b.rate_ppm = NEW.rate_ppm AND b.booked_on = NEW.booked_on
    ) THEN
        RAISE EXCEPTION 'a case is booked as it was reported'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_case_booked_as_reported';
    END IF;
    RETURN NEW;
END $body$
"""

FUNCTIONS = {
    "underwriting_booking_rate_agreed": RATE_AGREED,
    "underwriting_booking_case_stays": CASE_STAYS,
}


def triggers() -> list[str]:
    return [
        *FUNCTIONS.values(),
        *_row(CASE, "retention", "DELETE", "refuse_early_delete('application_id')"),
        *_row(CASE, "case_stays", "INSERT OR UPDATE", "booking_case_stays()"),
        *_row(BOOKING, "rate_agreed", "INSERT", "booking_rate_agreed()"),
    ]


def no_triggers() -> list[str]:
    return [
        f'DROP TRIGGER "underwriting_retention" ON "{CASE}"',
        *(f"DROP FUNCTION {name}() CASCADE" for name in FUNCTIONS),
    ]


def _row(table: str, name: str, event: str, call: str) -> list[str]:
    return [
        (
            f'CREATE TRIGGER "underwriting_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION underwriting_{call}"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_{name}"',
    ]
