"""How a credential is found before its lender is known: by the digest of its secret.

The function answers for dead keys too, and says that they are: their use is the lender's to see.
It compares digests only, so that nothing about a secret shows in how long the search takes.
"""

KEY_FOUND = """TABLE (id uuid, organization_id uuid, partner_id uuid, scopes text[], mode text,
kind text, version text, allowed_networks text[], rate_per_minute integer, burst integer,
used_at timestamptz, used_from text, retiring boolean, alive boolean, looked_at timestamptz)"""

KEY_BY_DIGEST = """
SELECT k.id, k.organization_id, k.partner_id, k.scopes, o.mode::text, k.kind, k.version,
    k.allowed_networks, k.rate_per_minute, k.burst,
    CASE WHEN k.digest = sought THEN k.last_used_at ELSE k.retiring_used_at END,
    k.last_used_from, k.digest <> sought,
    k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now() + o.clock_offset)
        AND (k.digest = sought OR k.retires_at > now() + o.clock_offset)
        AND (p.id IS NULL OR p.active),
    now() + o.clock_offset
FROM accounts_apikey AS k
JOIN tenancy_organization AS o ON o.id = k.organization_id
LEFT JOIN accounts_partner AS p
    ON p.organization_id = k.organization_id AND p.id = k.partner_id
WHERE k.digest = sought OR k.retiring_digest = sought"""

KEY_TABLES = ("accounts_apikey", "tenancy_organization", "accounts_partner")

NETWORKS_ARE_NETWORKS = (
    "ALTER TABLE accounts_apikey ADD CONSTRAINT api_key_networks_are_networks"
    " CHECK (allowed_networks::cidr[] IS NOT NULL"
    " AND array_position(allowed_networks, NULL) IS NULL)"
)
NETWORKS_ARE_TEXT = "ALTER TABLE accounts_apikey DROP CONSTRAINT api_key_networks_are_networks"

BEARER_BY_DIGEST = """
SELECT k.id, k.organization_id, k.partner_id,
    ARRAY(SELECT unnest(t.scopes) INTERSECT SELECT unnest(k.scopes)), o.mode::text, k.kind,
    k.version, k.allowed_networks, k.rate_per_minute, k.burst, k.last_used_at, k.last_used_from,
    false,
    k.kind = 'client' AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now() + o.clock_offset)
        AND t.expires_at > now() + o.clock_offset
        AND (p.id IS NULL OR p.active),
    now() + o.clock_offset
FROM accounts_accesstoken AS t
JOIN accounts_apikey AS k ON k.organization_id = t.organization_id AND k.id = t.client_id
JOIN tenancy_organization AS o ON o.id = k.organization_id
LEFT JOIN accounts_partner AS p
    ON p.organization_id = k.organization_id AND p.id = k.partner_id
WHERE t.digest = sought"""

BEARER_TABLES = ("accounts_accesstoken", *KEY_TABLES)
