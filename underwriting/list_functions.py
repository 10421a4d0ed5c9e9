"""What the database refuses about marks and lists, whoever asks, and which of them have run out."""

COUNTER_COUNTS = """
CREATE FUNCTION underwriting_counter_counts() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.ordinal = 1 THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF NEW.ordinal = OLD.ordinal + 1 AND NEW.last_at >= OLD.last_at THEN
            RETURN NEW;
        END IF;
    ELSIF NOT EXISTS (SELECT 1 FROM underwriting_applicationmark m
        WHERE m.organization_id = OLD.organization_id AND m.kind = OLD.kind
            AND m.digest = OLD.digest) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% of a counter is refused: it counts by one and never forgets', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mark_counter_counts_by_one';
END $body$
"""

# A number is the counter's own; a mark goes with the person it is of, or when its time is over.
MARK_STANDS = """
CREATE FUNCTION underwriting_mark_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.ordinal IS NULL OR EXISTS (SELECT 1 FROM underwriting_markcounter c
            WHERE c.organization_id = NEW.organization_id AND c.kind = NEW.kind
                AND c.digest = NEW.digest AND c.ordinal = NEW.ordinal
                AND c.last_at = NEW.marked_at) THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (SELECT 1 FROM underwriting_customer c
        WHERE c.organization_id = OLD.organization_id AND c.id = OLD.customer_id
            AND c.erased_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM tenancy_organization o
            WHERE o.id = OLD.organization_id AND OLD.keep_until <= now() + o.clock_offset) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% of a mark is refused', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'application_mark_stands';
END $body$
"""

# Each of the three changes happens once: confirmed, removed, purged when it has been kept for long
# enough (an entry that only lets somebody pass, whenever that person is erased).
ENTRY_STAYS = """
CREATE FUNCTION underwriting_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    was jsonb;
    becomes jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.confirmed_at IS NULL AND NEW.removed_at IS NULL AND NEW.purged_at IS NULL
            AND (NEW.ends_at IS NULL OR NEW.keep_until > NEW.ends_at)
            AND EXISTS (SELECT 1 FROM underwriting_referencelist l
            WHERE l.organization_id = NEW.organization_id AND l.id = NEW.reference_list_id
                AND l.kind = NEW.kind AND (NEW.value IS NULL
                    OR l.holds IN ('employer', 'text', 'email_domain'))) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'an entry begins as its list says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'list_entry_stays';
    END IF;
    was := to_jsonb(OLD);
    becomes := to_jsonb(NEW);
    IF OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL THEN
        IF OLD.kind = 'allow' OR EXISTS (SELECT 1 FROM tenancy_organization o
            WHERE o.id = OLD.organization_id AND OLD.keep_until <= now() + o.clock_offset) THEN
            was := was - ARRAY['purged_at', 'digest', 'value', 'wrapped_key', 'sealed',
                'removal_sealed'];
            becomes := becomes - ARRAY['purged_at', 'digest', 'value', 'wrapped_key', 'sealed',
                'removal_sealed'];
        END IF;
    ELSIF OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL THEN
        was := was - ARRAY['removed_at', 'removed_by', 'removal', 'removal_sealed', 'keep_until'];
        becomes := becomes
            - ARRAY['removed_at', 'removed_by', 'removal', 'removal_sealed', 'keep_until'];
        IF NEW.keep_until IS NULL OR NEW.keep_until <= NEW.removed_at THEN
            was := NULL;
        END IF;
    ELSIF OLD.confirmed_at IS NULL AND OLD.removed_at IS NULL THEN
        was := was - ARRAY['confirmed_at', 'confirmed_by'];
        becomes := becomes - ARRAY['confirmed_at', 'confirmed_by'];
    END IF;
    IF was IS DISTINCT FROM becomes THEN
        RAISE EXCEPTION 'an entry is confirmed, removed and purged once, and never rewritten'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'list_entry_stays';
    END IF;
    RETURN NEW;
END $body$
"""

DUE_MARKS = """
SELECT m.organization_id, m.id FROM underwriting_applicationmark m
JOIN tenancy_organization o ON o.id = m.organization_id
WHERE m.keep_until <= now() + o.clock_offset
ORDER BY m.keep_until
"""

DUE_ENTRIES = """
SELECT e.organization_id, e.id FROM underwriting_listentry e
JOIN tenancy_organization o ON o.id = e.organization_id
WHERE e.purged_at IS NULL AND e.keep_until <= now() + o.clock_offset
ORDER BY e.keep_until
"""


def triggers() -> list[str]:
    """The functions with their triggers, enabled ALWAYS so that replica mode passes none."""
    return [
        COUNTER_COUNTS,
        MARK_STANDS,
        ENTRY_STAYS,
        *_row("underwriting_markcounter", "counter_counts", "INSERT OR UPDATE OR DELETE"),
        *_row("underwriting_applicationmark", "mark_stands", "INSERT OR DELETE"),
        *_row("underwriting_listentry", "entry_stays", "INSERT OR UPDATE"),
    ]


def no_triggers() -> list[str]:
    return [
        f"DROP FUNCTION underwriting_{name}() CASCADE"
        for name in ("counter_counts", "mark_stands", "entry_stays")
    ]


def _row(table: str, name: str, event: str) -> list[str]:
    return [
        (
            f'CREATE TRIGGER "underwriting_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION underwriting_{name}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_{name}"',
    ]
