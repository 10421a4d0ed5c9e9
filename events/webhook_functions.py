"""What the database refuses about deliveries, and the work it finds across lenders.

As elsewhere: refusals are check or restrict violations, triggers ENABLE ALWAYS.
"""

# Messages about one subject go out one after another, whoever takes them: nothing later is taken
# while something earlier of its lane is open.
_IN_TURN = """
CREATE OR REPLACE FUNCTION events_webhook_in_turn() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.due_at IS NULL THEN
        RAISE EXCEPTION 'a delivery that is closed stays as it is'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'webhook_delivery_stays';
    END IF;
    IF NEW.attempts < OLD.attempts OR NEW.fence < OLD.fence THEN
        RAISE EXCEPTION 'attempts and fences only grow'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'webhook_delivery_counts_on';
    END IF;
    IF NEW.status = 'sending' AND {taking} THEN
        RAISE EXCEPTION 'who takes a delivery raises its fence'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'webhook_delivery_fenced';
    END IF;
    IF NEW.status = 'sending' AND EXISTS (
        SELECT 1 FROM events_webhookdelivery b
        WHERE b.organization_id = NEW.organization_id AND b.endpoint_id = NEW.endpoint_id
            AND b.lane = NEW.lane AND b.subject_id = NEW.subject_id
            AND b.sequence < NEW.sequence AND b.due_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'an earlier message about the same subject is still open'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'webhook_delivery_in_turn';
    END IF;
    RETURN NEW;
END $body$
"""

IN_TURN = _IN_TURN.format(taking="(NEW.fence = OLD.fence OR NEW.attempts = OLD.attempts)")
# Taking counts by the fence alone: an attempt is what came to an end, so that workers which die
# use up none.
IN_TURN_BY_FENCE = _IN_TURN.format(taking="NEW.fence = OLD.fence")

# A delivery says what its event says: its number and subject; and it begins untried.
OF_EVENT = """
CREATE FUNCTION events_webhook_of_event() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.status <> 'pending' OR NEW.attempts <> 0 THEN
        RAISE EXCEPTION 'a delivery begins waiting and untried'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'webhook_delivery_begins_waiting';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM events_event e
        WHERE e.organization_id = NEW.organization_id AND e.id = NEW.event_id
            AND e.sequence = NEW.sequence AND e.subject_id = NEW.subject_id
    ) THEN
        RAISE EXCEPTION 'a delivery has the number and the subject of its event'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'webhook_delivery_of_its_event';
    END IF;
    RETURN NEW;
END $body$
"""

KEPT_WHILE_OPEN = """
CREATE FUNCTION events_webhook_kept() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.due_at IS NOT NULL THEN
        RAISE EXCEPTION 'a delivery that is open is not removed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'webhook_delivery_kept_while_open';
    END IF;
    RETURN OLD;
END $body$
"""

# An endpoint that is deleted stays deleted, and none goes back over events it was told of.
ENDPOINT_GOES_ON = """
CREATE FUNCTION events_webhook_endpoint_goes_on() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.status = 'deleted' OR NEW.cursor < OLD.cursor THEN
        RAISE EXCEPTION 'a deleted endpoint stays deleted, and none goes back'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'webhook_endpoint_goes_on';
    END IF;
    RETURN NEW;
END $body$
"""

_TRIGGERS = (
    ("webhook_in_turn", "BEFORE UPDATE ON events_webhookdelivery", "events_webhook_in_turn"),
    ("webhook_of_event", "BEFORE INSERT ON events_webhookdelivery", "events_webhook_of_event"),
    ("webhook_kept", "BEFORE DELETE ON events_webhookdelivery", "events_webhook_kept"),
    (
        "webhook_endpoint_goes_on",
        "BEFORE UPDATE ON events_webhookendpoint",
        "events_webhook_endpoint_goes_on",
    ),
)


def _made(name: str, when: str, function: str) -> list[str]:
    table = when.rpartition(" ")[2]
    return [
        f"REVOKE ALL ON FUNCTION {function}() FROM PUBLIC",
        f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


FORWARDS = [
    IN_TURN,
    OF_EVENT,
    KEPT_WHILE_OPEN,
    ENDPOINT_GOES_ON,
    *(statement for each in _TRIGGERS for statement in _made(*each)),
    # Each delivery changes twice or more: room on its page keeps most of that out of the indexes.
    "ALTER TABLE events_webhookdelivery SET (fillfactor = 70)",
]

BACKWARDS = [
    *(f"DROP TRIGGER {name} ON {when.rpartition(' ')[2]}" for name, when, _ in _TRIGGERS),
    *(f"DROP FUNCTION {function}()" for *_, function in _TRIGGERS),
]

# Whether anybody listens, asked once in a while by whoever records events.
LISTENED_TO = """SELECT EXISTS (SELECT 1 FROM events_webhookendpoint e
    WHERE e.organization_id = wanted AND e.status = 'enabled')"""

# Endpoints with events to look at or messages to send, those first that have waited longest.
PENDING = """SELECT e.organization_id, e.id FROM events_webhookendpoint e
    JOIN tenancy_organization o ON o.id = e.organization_id
    JOIN events_chainhead h ON h.organization_id = e.organization_id
    CROSS JOIN LATERAL (SELECT min(d.due_at) AS due_at FROM events_webhookdelivery d
        WHERE d.organization_id = e.organization_id AND d.endpoint_id = e.id
            AND d.due_at IS NOT NULL) AS first
    WHERE e.status = 'enabled'
        AND (e.open_until IS NULL OR e.open_until <= now() + o.clock_offset)
        AND (e.cursor < h.sequence OR first.due_at <= now() + o.clock_offset)
    ORDER BY first.due_at NULLS LAST"""

# Lenders with deliveries that the log need not keep any longer (schedule.LOG_DAYS).
OLD_LOGS = """SELECT DISTINCT o.id, o.id FROM tenancy_organization o
    WHERE EXISTS (SELECT 1 FROM events_webhookdelivery d WHERE d.organization_id = o.id
        AND d.closed_at < now() + o.clock_offset - interval '30 days')"""
