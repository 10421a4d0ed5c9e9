"""Labels: an application's metadata once more, pair by pair, where an index finds it.

The database writes them with the application, so that no door and no file forgets to; nobody else
may. Metadata are not rewritten, so labels are not. What is longer than the API takes is not found.
"""

FORMED = "jsonb_typeof(NEW.metadata) = 'object' AND NEW.metadata <> '{}'::jsonb"
PAIRS = """
INSERT INTO underwriting_applicationlabel (id, organization_id, application_id, name, value)
SELECT gen_random_uuid(), a.organization_id, a.id, pair.key, pair.value
FROM (:applications) AS a, jsonb_each_text(
    CASE jsonb_typeof(a.metadata) WHEN 'object' THEN a.metadata ELSE jsonb_build_object() END
) AS pair
WHERE length(pair.key) <= 200 AND length(pair.value) <= 200
"""
NEWEST = "SELECT NEW.organization_id AS organization_id, NEW.id AS id, NEW.metadata AS metadata"
WRITTEN = """
CREATE FUNCTION underwriting_application_labelled() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    :pairs;
    RETURN NULL;
END $body$
"""
TABLES = ("underwriting_application", "underwriting_applicationlabel")


def label_triggers() -> list[str]:
    """The function and its trigger; then the labels of what is there already."""
    table, name = TABLES[0], "underwriting_labelled"
    return [
        WRITTEN.replace(":pairs", PAIRS.replace(":applications", NEWEST)),
        (
            f'CREATE TRIGGER "{name}" AFTER INSERT ON "{table}" FOR EACH ROW WHEN ({FORMED})'
            " EXECUTE FUNCTION underwriting_application_labelled()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
        *(f'ALTER TABLE "{each}" NO FORCE ROW LEVEL SECURITY' for each in TABLES),
        PAIRS.replace(":applications", f'TABLE "{table}"'),
        *(f'ALTER TABLE "{each}" FORCE ROW LEVEL SECURITY' for each in TABLES),
    ]


def no_label_triggers() -> list[str]:
    return ["DROP FUNCTION underwriting_application_labelled() CASCADE"]
