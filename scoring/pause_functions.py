"""What the database refuses of pauses: the trigger's function and the trigger."""

TABLE = "scoring_pause"
MAY_END = "approver"
"""The one role that may end a pause; a test holds it to the table of permissions."""

# Who switched the machine off does not switch it on again, unless nobody else may.
ENDED_BY_ANOTHER = """
CREATE FUNCTION scoring_pause_ended_by_another() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        PERFORM scoring_refuse('pause_ended_once', 'it has ended already');
    END IF;
    IF OLD.begun_by_kind = 'user' AND NEW.ended_by = OLD.begun_by_id AND EXISTS (
        SELECT 1 FROM accounts_membership m
        WHERE m.organization_id = NEW.organization_id AND m.active AND m.role = '{may_end}'
            AND m.user_id::text <> OLD.begun_by_id
    ) THEN
        PERFORM scoring_refuse('pause_ended_by_another', 'somebody else ends what one began');
    END IF;
    RETURN NEW;
END $body$
""".replace("{may_end}", MAY_END)


def pause_triggers() -> list[str]:
    return [
        ENDED_BY_ANOTHER,
        (
            f'CREATE TRIGGER "scoring_pause_ends" BEFORE UPDATE ON "{TABLE}" '
            "FOR EACH ROW EXECUTE FUNCTION scoring_pause_ended_by_another()"
        ),
        f'ALTER TABLE "{TABLE}" ENABLE ALWAYS TRIGGER "scoring_pause_ends"',
    ]


def no_pause_triggers() -> list[str]:
    return ["DROP FUNCTION scoring_pause_ended_by_another() CASCADE"]
