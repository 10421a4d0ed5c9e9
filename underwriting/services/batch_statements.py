"""One INSERT for each tenant's table that a decided chunk writes, from its passing tables.

`%(at)s` is when the applications came in, `%(decided)s` when they were decided.
"""

CUSTOMERS = """INSERT INTO underwriting_customer
    (id, organization_id, wrapped_key, salt, created_at)
SELECT customer_id, %(organization)s, wrapped_key, salt, %(at)s
FROM staged_party WHERE wrapped_key IS NOT NULL ORDER BY n, position"""

IDENTITIES = """INSERT INTO underwriting_customeridentity
    (id, organization_id, customer_id, sealed, recorded_at)
SELECT identity_id, %(organization)s, customer_id, sealed, %(at)s
FROM staged_party ORDER BY n, position"""

# One order, no deadlock. A new customer's fingerprint that somebody stored meanwhile is refused by
# a unique index, and the chunk looks again; a known customer's may be there.
INDEX = """INSERT INTO underwriting_blindindexentry (id, organization_id, customer_id, kind, digest)
SELECT uuidv7(), %(organization)s, customer_id, kind, digest
FROM staged_index WHERE fresh ORDER BY kind, digest"""

INDEX_OF_KNOWN = """INSERT INTO underwriting_blindindexentry
    (id, organization_id, customer_id, kind, digest)
SELECT uuidv7(), %(organization)s, customer_id, kind, digest
FROM staged_index WHERE NOT fresh ORDER BY kind, digest ON CONFLICT DO NOTHING"""

APPLICATIONS = """INSERT INTO underwriting_application
    (id, organization_id, product_id, product_version_id, partner_id, door, status, external_id,
    language, metadata, request, submission_hash, amount, term_months, currency, received_at,
    completed_at, decided_at, retention_until, litigation_hold, created_at)
SELECT id, %(organization)s, %(product)s, %(product_version)s, %(partner)s, %(door)s, status,
    external_id, language, metadata::jsonb, request, submission_hash, amount, term, %(currency)s,
    %(at)s, %(at)s, %(decided)s, %(retained)s, false, %(at)s
FROM staged_row ORDER BY n"""

PARTIES = """INSERT INTO underwriting_party
    (id, organization_id, application_id, customer_id, identity_id, position, role, liability,
    match, possible_customer_id, link_version)
SELECT id, %(organization)s, application_id, customer_id, identity_id, position, role, liability,
    match, possible_id, 1
FROM staged_party ORDER BY n, position"""

FACTS = """INSERT INTO underwriting_factset
    (id, organization_id, application_id, party_id, number, dictionary_hash, document, content_hash,
    provenance, provenance_by_field, as_of, recorded_at, changed)
SELECT uuidv7(), %(organization)s, application_id, id, 1, %(dictionary_hash)s, facts, facts_hash,
    %(provenance)s, '{}', %(day)s, %(at)s, '[]'
FROM staged_party ORDER BY n, position"""

CONSENTS = """INSERT INTO underwriting_consent
    (id, organization_id, application_id, party_id, text_id, agreed_at, actor_kind, actor_id)
SELECT uuidv7(), %(organization)s, p.application_id, p.id, c.text_id, %(at)s, %(actor_kind)s,
    %(actor_id)s
FROM staged_party p JOIN unnest(%(agreements)s::int[], %(consents)s::uuid[])
    AS c(agreement, text_id) ON c.agreement = p.agreement ORDER BY p.n, p.position"""

RUNS = """INSERT INTO underwriting_decisionrun
    (id, organization_id, application_id, submission, status, holder, fence, attempts, created_at,
    finished_at)
SELECT run_id, %(organization)s, id, 1, 'done', %(holder)s, 1, 1, now(), clock_timestamp()
FROM staged_row ORDER BY n"""

STAGES = """INSERT INTO underwriting_stageresult
    (id, organization_id, application_id, run_id, stage, fence, document, recorded_at)
SELECT uuidv7(), %(organization)s, r.id, r.run_id, s.stage, 1, s.document, clock_timestamp()
FROM staged_row r CROSS JOIN LATERAL (VALUES
    ('eligibility', '{"passed":'
        || CASE WHEN r.outcome = 'decline' AND r.points IS NULL THEN 'false' ELSE 'true' END
        || '}'),
    ('score', '{"pd_ppm":' || r.pd_ppm || ',"points":' || r.points || '}'),
    ('policy', '{"band":' || r.band || ',"outcome":"' || r.outcome || '"}')
) AS s(stage, document) WHERE s.document IS NOT NULL ORDER BY r.n"""

SCORES = """INSERT INTO scoring_scoringrun
    (id, organization_id, application_id, model_version_id, points, pd_ppm, parties, scored_at,
    verdict, concluded_at, propensity_ppm, explored)
SELECT r.scoring_id, %(organization)s, r.id, a.model_version_id, r.points, r.pd_ppm, r.parties,
    %(decided)s, CASE WHEN r.outcome = 'refer' THEN '' ELSE r.outcome END,
    CASE WHEN r.outcome = 'refer' THEN NULL ELSE %(decided)s::timestamptz END, r.propensity,
    r.explored
FROM staged_row r JOIN staged_arm a USING (arm) WHERE r.scoring_id IS NOT NULL ORDER BY r.n"""

DECISIONS = """INSERT INTO underwriting_decision
    (id, organization_id, application_id, number, kind, run_id, in_force, outcome, scoring_run_id,
    catalogue_id, points, pd_ppm, document, document_hash, inputs, inputs_hash, dictionary_hash,
    product_hash, model_hash, policy_hash, pack_hash, engine_hash, application_completed_at,
    decided_at, decided_by_kind, decided_by_id, notice_due_at, expires_at)
SELECT r.decision_id, %(organization)s, r.id, 1, 'automatic', r.run_id, true, r.outcome,
    r.scoring_id, a.catalogue_id, r.points, r.pd_ppm, r.document, r.document_hash, r.inputs,
    r.inputs_hash, a.dictionary_hash, a.product_hash, a.model_hash, a.policy_hash, a.pack_hash,
    a.engine_hash, %(at)s, %(decided)s, %(decider_kind)s, %(decider_id)s, %(notice_due)s,
    CASE WHEN r.outcome IN ('approve', 'counter_offer') THEN %(expires)s::timestamptz END
FROM staged_row r JOIN staged_arm a USING (arm) ORDER BY r.n"""

REASONS = """INSERT INTO underwriting_decisionreason
    (id, organization_id, application_id, decision_id, position, code, source, party, field)
SELECT uuidv7(), %(organization)s, application_id, decision_id, position, code, source, party, field
FROM staged_reason"""

OFFERS = """INSERT INTO underwriting_offer
    (id, organization_id, application_id, decision_id, kind, status, amount, currency, down_payment,
    term_months, rate_ppm, instalment, total, cost_ppm, offered_at, expires_at)
SELECT uuidv7(), %(organization)s, application_id, decision_id, kind, 'open', amount, currency,
    down_payment, term, rate_ppm, instalment, total, cost_ppm, %(decided)s, %(expires)s
FROM staged_offer"""

DUTIES = """INSERT INTO underwriting_duty
    (id, organization_id, application_id, decision_id, kind, status, due_at)
SELECT uuidv7(), %(organization)s, r.id, r.decision_id, d.kind, 'open', d.due_at
FROM staged_row r JOIN (VALUES
    ('review', %(review_due)s::timestamptz, ARRAY['refer']),
    ('notice', %(notice_due)s, ARRAY['approve', 'decline', 'counter_offer']),
    ('counter_offer_notice', %(counter_offer_due)s, ARRAY['counter_offer'])
) AS d(kind, due_at, outcomes) ON r.outcome = ANY (d.outcomes) ORDER BY r.n"""

REVIEWS = """INSERT INTO underwriting_review
    (id, organization_id, application_id, decision_id, cause, status, level, opened_at)
SELECT uuidv7(), %(organization)s, id, decision_id, 'referral', 'open', 0, %(decided)s
FROM staged_row WHERE outcome = 'refer' ORDER BY n"""

INSERTS = (
    CUSTOMERS, IDENTITIES, INDEX, INDEX_OF_KNOWN, APPLICATIONS, PARTIES, FACTS, CONSENTS, RUNS,
    STAGES, SCORES, DECISIONS, REASONS, OFFERS, DUTIES, REVIEWS,
)  # fmt: skip
"""In the order of their references; a table's rows in the order of the file."""

UNCOUNTED = """INSERT INTO underwriting_applicationmark
    (id, organization_id, application_id, customer_id, kind, digest, marked_at, keep_until)
SELECT uuidv7(), %(organization)s, application_id, customer_id, kind, digest, %(at)s,
    %(at)s::timestamptz + %(kept)s
FROM staged_mark WHERE place IS NULL"""

# As `marks._COUNT`: rows are locked in the keys' order, and a counter's time never goes back.
# A counter counts by one, so the first row of each fingerprint goes first, then the second. Says
# how many numbers decisions do not rest on: `base` is where a counter was thought to stand.
NUMBER = """WITH counted AS (
    INSERT INTO underwriting_markcounter AS c
        (id, organization_id, kind, digest, ordinal, last_at)
    SELECT uuidv7(), %(organization)s, kind, digest, 1, %(at)s
    FROM staged_mark WHERE place = %(place)s ORDER BY kind, digest
    ON CONFLICT (organization_id, kind, digest) DO UPDATE
    SET ordinal = c.ordinal + 1, last_at = greatest(c.last_at, excluded.last_at)
    RETURNING c.kind, c.digest, c.ordinal, c.last_at
), numbered AS (
    SELECT m.application_id, m.customer_id, m.kind, m.digest, c.ordinal, c.last_at,
        m.base + m.place <> c.ordinal AS moved
    FROM staged_mark m JOIN counted c ON c.kind = m.kind AND c.digest = m.digest
    WHERE m.place = %(place)s
), marked AS (
    INSERT INTO underwriting_applicationmark
        (id, organization_id, application_id, customer_id, kind, digest, ordinal, marked_at,
        keep_until)
    SELECT uuidv7(), %(organization)s, application_id, customer_id, kind, digest, ordinal, last_at,
        last_at + %(kept)s
    FROM numbered
)
SELECT count(*) FROM numbered WHERE moved"""

STAGED = (
    "staged_row", "staged_party", "staged_index", "staged_mark", "staged_reason", "staged_offer",
    "staged_arm",
)  # fmt: skip
