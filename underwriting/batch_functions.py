"""What the database refuses about batches, and which of them wait for work.

As in `database_functions`: refusals are check or restrict violations, triggers ENABLE ALWAYS.
"""

# What a batch was asked with stays; it moves along its life alone; once done nothing changes.
# It is over only when no chunk of it is left to do, and done only when all of them are.
BATCH_MOVES = """
CREATE FUNCTION underwriting_batch_moves() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    loose text[] := ARRAY['status', 'cancel_requested', 'error', 'problems', 'format', 'rows',
        'holder', 'fence', 'attempts', 'lease_until', 'seen_at', 'deciding_since', 'finished_at'];
    moves text[] := ARRAY['waiting reading', 'waiting failed', 'waiting cancelled',
        'reading deciding', 'reading failed', 'reading cancelled', 'deciding done',
        'deciding failed', 'deciding cancelled', 'failed waiting', 'failed deciding',
        'cancelled waiting', 'cancelled deciding'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'waiting' THEN
            RAISE EXCEPTION 'a batch begins waiting'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_begins_waiting';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.status = 'done' OR NEW.fence < OLD.fence
        OR to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose
        OR (NEW.status <> OLD.status AND NOT OLD.status || ' ' || NEW.status = ANY (moves)) THEN
        RAISE EXCEPTION '% of a batch is refused: it stays as it was sent', TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'batch_stays';
    END IF;
    IF NEW.status IN ('done', 'failed', 'cancelled') AND NEW.status <> OLD.status AND EXISTS (
        SELECT 1 FROM underwriting_batchchunk c
        WHERE c.organization_id = NEW.organization_id AND c.batch_id = NEW.id
            AND (c.status IN ('waiting', 'deciding') OR NEW.status = 'done' AND c.status <> 'done')
    ) THEN
        RAISE EXCEPTION 'a batch is over when its chunks are'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_over_with_its_chunks';
    END IF;
    RETURN NEW;
END $body$
"""

# Chunks are cut while the file is read, and thrown away only before anybody decided them; a done
# one never changes but that the lines of what it refused are emptied when their time is over.
CHUNK_MOVES = """
CREATE FUNCTION underwriting_batch_chunk_moves() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    moves text[] := ARRAY['waiting deciding', 'waiting cancelled', 'deciding done',
        'deciding waiting', 'deciding failed', 'failed waiting', 'cancelled waiting'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'waiting' OR NOT EXISTS (SELECT 1 FROM underwriting_batch b
            WHERE b.organization_id = NEW.organization_id AND b.id = NEW.batch_id
                AND b.status = 'reading') THEN
            RAISE EXCEPTION 'chunks are cut while their file is read'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_chunk_cut_while_reading';
        END IF;
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        IF OLD.status = 'waiting' AND EXISTS (SELECT 1 FROM underwriting_batch b
            WHERE b.organization_id = OLD.organization_id AND b.id = OLD.batch_id
                AND b.status = 'reading') THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.id, NEW.organization_id, NEW.batch_id, NEW.number, NEW.first_row, NEW.last_row,
        NEW.rows) = (OLD.id, OLD.organization_id, OLD.batch_id, OLD.number, OLD.first_row,
        OLD.last_row, OLD.rows) THEN
        IF OLD.status = 'done' THEN
            IF NEW.status = 'done' AND NEW.refusals IS NULL
                AND (NEW.placed, NEW.refused, NEW.repeated, NEW.outcomes::text, NEW.finished_at,
                    NEW.fence) = (OLD.placed, OLD.refused, OLD.repeated, OLD.outcomes::text,
                    OLD.finished_at, OLD.fence)
                AND NEW.root IS NOT DISTINCT FROM OLD.root THEN
                RETURN NEW;
            END IF;
        ELSIF NEW.fence >= OLD.fence
            AND (NEW.status = OLD.status OR OLD.status || ' ' || NEW.status = ANY (moves)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% of a chunk is refused: what was decided stays', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'batch_chunk_stays';
END $body$
"""

# One look for a whole statement: ten thousand rows come at once.
ROWS_OF_DONE_CHUNKS = """
CREATE FUNCTION underwriting_batch_rows_decided() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT 1 FROM placed p WHERE NOT EXISTS (
        SELECT 1 FROM underwriting_batchchunk c
        WHERE c.organization_id = p.organization_id AND c.batch_id = p.batch_id
            AND c.status = 'done' AND p.row BETWEEN c.first_row AND c.last_row)) THEN
        RAISE EXCEPTION 'a row has its application when its chunk is done'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_row_of_a_done_chunk';
    END IF;
    RETURN NULL;
END $body$
"""

# At the commit: every row of a done chunk that was not refused has become one application.
CHUNK_PLACED = """
CREATE FUNCTION underwriting_batch_chunk_placed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.placed <> (SELECT count(*) FROM underwriting_batchrow r
        WHERE r.organization_id = NEW.organization_id AND r.batch_id = NEW.batch_id
            AND r.row BETWEEN NEW.first_row AND NEW.last_row) THEN
        RAISE EXCEPTION 'a done chunk has an application for every row that was not refused'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_chunk_placed_its_rows';
    END IF;
    RETURN NULL;
END $body$
"""

FUNCTIONS = {
    "underwriting_batch_moves": BATCH_MOVES,
    "underwriting_batch_chunk_moves": CHUNK_MOVES,
    "underwriting_batch_rows_decided": ROWS_OF_DONE_CHUNKS,
    "underwriting_batch_chunk_placed": CHUNK_PLACED,
}

# Of whom nobody has heard: a message, a worker or the last step was lost.
SILENT_BATCHES = """
SELECT organization_id, id FROM underwriting_batch
WHERE (status = 'waiting' AND seen_at < now() - interval '20 seconds')
    OR (status = 'reading' AND lease_until < now())
    OR (status = 'deciding' AND seen_at < now() - interval '20 seconds')
ORDER BY seen_at
"""

# Files and rows that nobody will take up again hold people's data: a week, then they are emptied.
STALE_BATCHES = """
SELECT b.organization_id, b.id FROM underwriting_batch b
WHERE b.status IN ('failed', 'cancelled') AND b.finished_at < now() - interval '7 days'
    AND (EXISTS (SELECT 1 FROM underwriting_batchchunk c
        WHERE c.organization_id = b.organization_id AND c.batch_id = b.id AND c.body IS NOT NULL)
    OR EXISTS (SELECT 1 FROM underwriting_batchfilepart p
        WHERE p.organization_id = b.organization_id AND p.file_id = b.file_id))
ORDER BY b.finished_at
"""

STALE_FILES = """
SELECT DISTINCT f.organization_id, f.id FROM underwriting_batchfile f
JOIN underwriting_batchfilepart p ON p.organization_id = f.organization_id AND p.file_id = f.id
WHERE f.created_at < now() - interval '7 days' AND NOT EXISTS (
    SELECT 1 FROM underwriting_batch b
    WHERE b.organization_id = f.organization_id AND b.file_id = f.id)
ORDER BY f.organization_id, f.id
"""


def triggers() -> list[str]:
    batch, chunk, rows = (
        "underwriting_batch", "underwriting_batchchunk", "underwriting_batchrow",
    )  # fmt: skip
    return [
        *FUNCTIONS.values(),
        *_row(batch, "batch_moves", "INSERT OR UPDATE OR DELETE"),
        *_row(chunk, "batch_chunk_moves", "INSERT OR UPDATE OR DELETE"),
        (
            f'CREATE TRIGGER "underwriting_batch_rows_decided" AFTER INSERT ON "{rows}" '
            "REFERENCING NEW TABLE AS placed FOR EACH STATEMENT "
            "EXECUTE FUNCTION underwriting_batch_rows_decided()"
        ),
        f'ALTER TABLE "{rows}" ENABLE ALWAYS TRIGGER "underwriting_batch_rows_decided"',
        (
            f'CREATE CONSTRAINT TRIGGER "underwriting_batch_chunk_placed" AFTER UPDATE ON "{chunk}"'
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
            " WHEN (NEW.status = 'done' AND OLD.status <> 'done')"
            " EXECUTE FUNCTION underwriting_batch_chunk_placed()"
        ),
        f'ALTER TABLE "{chunk}" ENABLE ALWAYS TRIGGER "underwriting_batch_chunk_placed"',
    ]


def no_triggers() -> list[str]:
    return [f"DROP FUNCTION {name}() CASCADE" for name in FUNCTIONS]


def _row(table: str, name: str, event: str) -> list[str]:
    return [
        (
            f'CREATE TRIGGER "underwriting_{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION underwriting_{name}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "underwriting_{name}"',
    ]
