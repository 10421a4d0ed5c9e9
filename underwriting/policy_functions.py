"""A policy version's life as the database holds it: the triggers' functions and triggers.

A version moves in one way: a row of `underwriting_policystep` says what is done and by whom, and
the trigger below does it or refuses. The application may change a draft's document and findings
and nothing else of a version. Every refusal is `restrict_violation`, which Django shows as
IntegrityError. Triggers are enabled ALWAYS, so replica mode does not pass them either.
"""

from tenancy.roles import APPLICATION

VERSION, STEP = "underwriting_policyversion", "underwriting_policystep"

STAYS = """
CREATE OR REPLACE FUNCTION underwriting_policy_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    loose text[] := ARRAY['document', 'content_hash', 'revision', 'findings'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM scoring_refuse('policy_stays', 'a version is put aside, never deleted');
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' OR NEW.revision <> 1 OR num_nonnulls(NEW.approver_id,
            NEW.checked_at, NEW.submitted_at, NEW.published_at, NEW.effective_from,
            NEW.effective_to) > 0 THEN
            PERFORM scoring_refuse('policy_begins_as_a_draft', 'nobody has looked at it');
        END IF;
        RETURN NEW;
    ELSIF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    ELSIF OLD.status NOT IN ('draft', 'checked') THEN
        PERFORM scoring_refuse('policy_stays',
            'submitted and published policies never change');
    ELSIF to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose THEN
        PERFORM scoring_refuse('policy_moves_by_step', 'a step moves a policy, nothing else');
    ELSIF (NEW.document, NEW.content_hash, NEW.revision)
        IS DISTINCT FROM (OLD.document, OLD.content_hash, OLD.revision) THEN
        IF NEW.revision <> OLD.revision + 1 OR NOT EXISTS (
            SELECT 1 FROM underwriting_policystep s
            WHERE s.organization_id = NEW.organization_id AND s.policy_version_id = NEW.id
                AND s.kind = 'saved' AND s.revision = NEW.revision
                AND s.content_hash = NEW.content_hash
        ) THEN
            PERFORM scoring_refuse('policy_edit_is_named', 'nobody said that they changed it');
        END IF;
        NEW.findings := '[]';
    END IF;
    NEW.status := 'draft';
    NEW.checked_at := NULL;
    RETURN NEW;
END $body$
"""

# Whoever wrote, changed or handed in a version, one of the same content, or one it was copied from
# before anybody else had approved that: none of them may approve it.
OWN_WORK = """
CREATE FUNCTION underwriting_policy_own_work(organization uuid, version uuid, person text)
RETURNS boolean LANGUAGE sql STABLE AS $body$
    WITH RECURSIVE lineage AS (
        SELECT v.id, v.author_id, v.copied_from_id, v.content_hash
        FROM underwriting_policyversion v
        WHERE v.organization_id = organization AND v.id = version
        UNION
        SELECT v.id, v.author_id, v.copied_from_id, v.content_hash
        FROM underwriting_policyversion v JOIN lineage l
            ON v.id = l.copied_from_id OR v.content_hash = l.content_hash
        WHERE v.organization_id = organization AND v.published_at IS NULL
    )
    SELECT EXISTS (SELECT 1 FROM lineage WHERE author_id = person) OR EXISTS (
        SELECT 1 FROM underwriting_policystep s JOIN lineage l ON l.id = s.policy_version_id
        WHERE s.organization_id = organization AND s.actor_id = person
            AND s.kind IN ('drafted', 'saved', 'submitted'))
$body$
"""

# The owner's rights, because the application may move no version itself; row-level security
# holds for the owner too.
MOVES = """
CREATE FUNCTION underwriting_policy_moves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    policy underwriting_policyversion;
    present timestamptz;
    becomes text;
BEGIN
    SELECT * INTO policy FROM underwriting_policyversion v
    WHERE v.organization_id = NEW.organization_id AND v.id = NEW.policy_version_id FOR UPDATE;
    SELECT clock_timestamp() + o.clock_offset INTO present
    FROM tenancy_organization o WHERE o.id = NEW.organization_id;
    IF NEW.revision <> policy.revision + (NEW.kind = 'saved')::integer
        OR (NEW.kind <> 'saved' AND NEW.content_hash <> policy.content_hash) THEN
        PERFORM scoring_refuse('policy_step_of_this_revision', 'the document is another one');
    END IF;
    becomes := CASE NEW.kind
        WHEN 'drafted' THEN CASE WHEN policy.status = 'draft' AND NEW.number = 1
            AND NEW.actor_id = policy.author_id THEN 'draft' END
        WHEN 'saved' THEN CASE WHEN policy.status IN ('draft', 'checked') THEN 'draft' END
        WHEN 'checked' THEN CASE WHEN policy.status IN ('draft', 'checked') THEN
            CASE WHEN policy.findings @> '[{"severity": "error"}]'
                THEN 'draft' ELSE 'checked' END END
        WHEN 'submitted' THEN CASE policy.status WHEN 'checked' THEN 'submitted' END
        WHEN 'returned' THEN CASE policy.status WHEN 'submitted' THEN 'draft' END
        WHEN 'withdrawn' THEN CASE policy.status WHEN 'submitted' THEN 'draft' END
        WHEN 'published' THEN CASE policy.status WHEN 'submitted' THEN 'published' END
        WHEN 'cancelled' THEN CASE WHEN policy.status = 'published'
            AND policy.effective_from > present THEN 'retired' END
        WHEN 'retired' THEN CASE WHEN policy.status IN ('draft', 'checked', 'submitted')
            OR (policy.status = 'published' AND policy.effective_from <= present)
            THEN 'retired' END
        WHEN 'ended' THEN CASE WHEN policy.status = 'published'
            AND policy.effective_to <= present THEN 'retired' END
    END;
    IF becomes IS NULL THEN
        PERFORM scoring_refuse('policy_life', 'no such step from ' || policy.status);
    END IF;
    IF NEW.kind IN ('published', 'returned') AND underwriting_policy_own_work(
        NEW.organization_id, policy.id, NEW.actor_id) THEN
        PERFORM scoring_refuse('policy_by_another', 'nobody answers about their own work');
    END IF;
    IF NEW.kind = 'withdrawn' AND NOT underwriting_policy_own_work(
        NEW.organization_id, policy.id, NEW.actor_id) THEN
        PERFORM scoring_refuse('policy_withdrawn_by_its_own', 'it is not theirs to withdraw');
    END IF;
    IF NEW.kind = 'published' THEN
        PERFORM underwriting_policy_replaces(policy, NEW.effective_from, present);
    END IF;
    UPDATE underwriting_policyversion SET status = becomes,
        checked_at = CASE NEW.kind WHEN 'checked' THEN NEW.made_at ELSE checked_at END,
        submitted_at = CASE WHEN NEW.kind = 'submitted' THEN NEW.made_at
            WHEN becomes = 'draft' THEN NULL ELSE submitted_at END,
        approver_id = CASE NEW.kind WHEN 'published' THEN NEW.actor_id ELSE approver_id END,
        published_at = CASE NEW.kind WHEN 'published' THEN NEW.made_at ELSE published_at END,
        effective_from = coalesce(NEW.effective_from, effective_from),
        effective_to = CASE
            WHEN NEW.kind = 'cancelled' THEN effective_from
            WHEN NEW.kind = 'retired' AND policy.status = 'published'
                THEN least(effective_to, present)
            ELSE effective_to END
    WHERE organization_id = NEW.organization_id AND id = policy.id;
    IF NEW.kind = 'cancelled' THEN
        UPDATE underwriting_policyversion SET effective_to = policy.effective_to
        WHERE organization_id = NEW.organization_id AND product_id = policy.product_id
            AND status = 'published' AND id <> policy.id
            AND effective_to = policy.effective_from;
    END IF;
    RETURN NULL;
END $body$
"""

# The policy in force, or scheduled last, ends where the new one begins; nothing begins before
# what is scheduled already, and nothing in the past.
REPLACES = """
CREATE FUNCTION underwriting_policy_replaces(
    policy underwriting_policyversion, start timestamptz, present timestamptz
) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    IF start < present - interval '1 minute' THEN
        PERFORM scoring_refuse('policy_begins_from_now_on', 'the past was decided already');
    END IF;
    IF EXISTS (
        SELECT 1 FROM underwriting_policyversion v
        WHERE v.organization_id = policy.organization_id AND v.product_id = policy.product_id
            AND v.status = 'published' AND v.effective_from >= start
    ) THEN
        PERFORM scoring_refuse('policy_scheduled_in_order', 'a later one is published already');
    END IF;
    UPDATE underwriting_policyversion SET effective_to = start,
        status = CASE WHEN start <= present THEN 'retired' ELSE status END
    WHERE organization_id = policy.organization_id AND product_id = policy.product_id
        AND status = 'published' AND (effective_to IS NULL OR effective_to > start);
END $body$
"""

FUNCTIONS = {
    "underwriting_policy_own_work(uuid, uuid, text)": OWN_WORK,
    "underwriting_policy_replaces(underwriting_policyversion, timestamptz, timestamptz)": REPLACES,
    "underwriting_policy_moves()": MOVES,
}

WRITTEN = ("document", "content_hash", "revision", "findings")
RIGHTS = (
    "REVOKE ALL ON FUNCTION underwriting_policy_moves() FROM PUBLIC",
    f'REVOKE UPDATE, DELETE ON "{VERSION}" FROM {APPLICATION}',
    f'GRANT UPDATE ({", ".join(WRITTEN)}) ON "{VERSION}" TO {APPLICATION}',
)
EARLIER_RIGHTS = (
    f'REVOKE UPDATE ON "{VERSION}" FROM {APPLICATION}',
    f'GRANT UPDATE, DELETE ON "{VERSION}" TO {APPLICATION}',
)

# Policies whose end has come: they are in force no more, and say so.
ENDED = """
SELECT v.organization_id, v.id FROM underwriting_policyversion v
JOIN tenancy_organization o ON o.id = v.organization_id
WHERE v.status = 'published' AND v.effective_to <= now() + o.clock_offset
ORDER BY v.effective_to
"""


def triggers() -> list[str]:
    """Functions first, then the triggers that call them."""
    return [
        *FUNCTIONS.values(),
        STAYS,
        f'DROP TRIGGER "underwriting_stays" ON "{VERSION}"',
        *_row("underwriting_stays", "BEFORE INSERT OR UPDATE OR DELETE", VERSION, "policy_stays"),
        *_row("underwriting_policy_moves", "AFTER INSERT", STEP, "policy_moves"),
    ]


def no_triggers(before: str) -> list[str]:
    """Back to `before`, the function that let the application move a version itself."""
    return [
        *(f"DROP FUNCTION {name} CASCADE" for name in reversed(FUNCTIONS)),
        before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        f'DROP TRIGGER "underwriting_stays" ON "{VERSION}"',
        *_row("underwriting_stays", "BEFORE UPDATE OR DELETE", VERSION, "policy_stays"),
    ]


def _row(name: str, event: str, table: str, function: str) -> list[str]:
    return [
        (
            f'CREATE TRIGGER "{name}" {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION underwriting_{function}()"
        ),
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
    ]
