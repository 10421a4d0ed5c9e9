"""What applies to an application: terms at submission, and what a decision pins now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from ml.dictionary import Dictionary
from scoring.models import DictionaryVersion, Product
from tenancy.clock import now
from tenancy.errors import NotFound
from tenancy.statements import Row, Statement, ask_together
from underwriting.models import PolicyVersion
from underwriting.models.policy import IN_USE
from underwriting.regulation import pack
from underwriting.selectors.consents import purposes_of
from underwriting.submission import Terms


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """A product in force, with what a submission is read against."""

    product_id: UUID
    product_version_id: UUID
    currency: str
    dictionary_hash: str
    at: datetime
    retention_months: int
    terms: Terms
    mode: str
    asks: tuple[str, ...]
    """Kinds of connectors that are asked about its applicants: then it is decided by a worker."""

    def shown(self, slug: str, organization_id: UUID) -> Product:
        """As much of the product as an application's document names, without reading it again."""
        return Product(
            id=self.product_id,
            organization_id=organization_id,
            slug=slug,
            currency=self.currency,
            minor_units=self.terms.minor_units,
        )


@dataclass(frozen=True, slots=True)
class InForce:
    """One application, and the hashes of what would decide it at this moment."""

    application_id: UUID
    status: str
    product_id: UUID
    request: str | None
    completed_at: datetime
    currency: str
    minor_units: int
    dictionary_hash: str
    product_hash: str
    model_version_id: UUID | None
    model_hash: str | None
    model_dictionary_hash: str | None
    policy_hash: str | None
    pack_id: str
    refer_all: bool
    shadowed: bool
    promised: UUID | None
    """The newest path told this product's first applicant that still binds the lender."""
    model_valid_until: datetime | None
    pulls: bool
    """Whether others are asked about the parties, or have been."""
    suspect: bool
    """Whether a check of any party does not stand clear, in whichever application."""
    persona: str | None
    """The outcome that the applicant's name asks for, in a test twin."""


# A product, its version in force, and which kinds of connectors it asks.
_TERMS = """
SELECT p.id, p.currency, p.minor_units, v.id, v.document, d.content_hash, ARRAY(
        SELECT k.kind FROM underwriting_connectorsetting k
        WHERE k.organization_id = p.organization_id AND k.product_id = p.id
        AND k.enabled AND NOT EXISTS (SELECT 1 FROM underwriting_connectorsetting l
            WHERE l.organization_id = k.organization_id AND l.product_id = k.product_id
            AND l.kind = k.kind AND l.number > k.number) ORDER BY k.kind),
    o.regulation_pack, ARRAY(SELECT jsonb_array_elements_text(o.languages)), o.mode
FROM scoring_product p JOIN tenancy_organization o ON o.id = p.organization_id
LEFT JOIN LATERAL (
    SELECT w.id, w.document, w.dictionary_version_id FROM scoring_productversion w
    WHERE w.organization_id = p.organization_id AND w.product_id = p.id
        AND w.effective_from <= %(at)s AND (%(version)s::uuid IS NULL OR w.id = %(version)s)
    ORDER BY w.effective_from DESC, w.number DESC LIMIT 1) v ON true
LEFT JOIN scoring_dictionaryversion d ON d.organization_id = p.organization_id
    AND d.id = v.dictionary_version_id
WHERE p.organization_id = %(organization)s AND p.slug = %(slug)s
"""


class _Terms(NamedTuple):
    """A row of `_TERMS`."""

    product_id: UUID
    currency: str
    minor_units: int
    version_id: UUID | None
    document: str
    dictionary_hash: str
    asks: list[str]
    pack_id: str
    languages: list[str]
    mode: str


def product_terms(
    organization_id: UUID, product_slug: str, *, version_id: UUID | None = None
) -> ProductTerms:
    """The product's version in force, or the one named, and the organization's law. Call inside
    `enter`.

    The dictionary's text is fetched once in a process's life for each of its hashes.
    """
    at = now(organization_id)
    (answer,) = ask_together(terms_asked(organization_id, product_slug, at, version_id=version_id))
    return terms_read(organization_id, answer.rows, at)


def terms_asked(
    organization_id: UUID, product_slug: str, at: datetime, *, version_id: UUID | None = None
) -> Statement:
    """The question of `product_terms`, to be asked together with others."""
    asked = {"organization": organization_id, "slug": product_slug, "at": at}
    return Statement(_TERMS, {**asked, "version": version_id})


def terms_read(organization_id: UUID, rows: Sequence[Row], at: datetime) -> ProductTerms:
    """Its answer. Inside `enter`; raises NotFound as `product_terms` does."""
    if not rows:
        raise NotFound("no such product", code="product_unknown")
    found = _Terms(*rows[0])
    if found.version_id is None:
        raise NotFound("the product is not published", code="product_not_published")
    rules = pack(found.pack_id)
    return ProductTerms(
        product_id=found.product_id,
        product_version_id=found.version_id,
        currency=found.currency,
        dictionary_hash=found.dictionary_hash,
        at=at,
        retention_months=rules.retention_months,
        terms=Terms(
            dictionary=dictionary(organization_id, found.dictionary_hash),
            product=parsed(found.document),
            minor_units=found.minor_units,
            minimum_age=rules.minimum_age,
            purposes=purposes_of(rules.consents, found.asks),
            languages=tuple(found.languages),
            today=at.date(),
        ),
        mode=found.mode,
        asks=tuple(found.asks),
    )


def dictionary(organization_id: UUID, content_hash: str) -> Dictionary:
    """The dictionary of a hash, parsed once in a process. Call inside `enter`."""
    found = _dictionaries.get(content_hash)
    if found is None:
        text = DictionaryVersion.objects.filter(
            organization_id=organization_id, content_hash=content_hash
        ).values_list("document", flat=True)[:1]
        found = Dictionary.parse(text[0])
        _dictionaries[content_hash] = found
    return found


_dictionaries: dict[str, Dictionary] = {}


@lru_cache(maxsize=256)
def parsed(document: str) -> Mapping[str, Any]:
    """A stored canonical document as data; nobody may write into it."""
    data: Mapping[str, Any] = json.loads(document)
    return data


def lot_of_customer(test: str, customer: str) -> str:
    """SQL of where a customer falls in a test, 0 to 999,999: the same however often they come."""
    return (
        f"mod(('x' || substr(encode(sha256(convert_to({test}::text || {customer}::text, 'UTF8')),"
        " 'hex'), 1, 15))::bit(60)::bigint, 1000000)"
    )


# One statement: it runs for every decision, and building it anew would cost more than running it.
_IN_FORCE = """
SELECT a.status, a.product_id, a.request, a.completed_at, a.currency, p.minor_units,
    d.content_hash, v.content_hash, m.id, m.artifact_hash, e.content_hash,
    coalesce(g.content_hash, r.content_hash), o.regulation_pack, o.refer_all OR EXISTS (
        SELECT 1 FROM scoring_pause q WHERE q.organization_id = a.organization_id
        AND coalesce(q.product_id, a.product_id) = a.product_id AND q.ended_at IS NULL), EXISTS (
        SELECT 1 FROM scoring_modelversion x WHERE x.organization_id = a.organization_id
        AND x.product_id = a.product_id AND x.id <> m.id
        AND (x.status = 'challenger' OR x.id = c.model_version_id)
        AND x.dictionary_version_id = v.dictionary_version_id) OR EXISTS (
        SELECT 1 FROM underwriting_policytrial j WHERE j.organization_id = a.organization_id
        AND j.product_id = a.product_id AND j.status = 'running'), (
        SELECT h.id FROM underwriting_approvalpath h
        JOIN underwriting_decision y ON y.organization_id = h.organization_id
            AND y.id = h.decision_id AND y.in_force
        JOIN underwriting_application z ON z.organization_id = h.organization_id
            AND z.id = h.application_id AND z.product_id = a.product_id AND z.id <> a.id
        WHERE h.organization_id = a.organization_id AND h.customer_id = b.customer_id
            AND h.status = 'found' AND h.honoured_until > %(at)s AND h.document IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM underwriting_decision k
                WHERE k.organization_id = h.organization_id AND k.honours_id = h.id)
        ORDER BY h.computed_at DESC LIMIT 1), m.valid_until,
    EXISTS (SELECT 1 FROM underwriting_connectorsetting k
        WHERE k.organization_id = a.organization_id AND k.product_id = a.product_id
        AND k.enabled AND NOT EXISTS (SELECT 1 FROM underwriting_connectorsetting l
            WHERE l.organization_id = k.organization_id AND l.product_id = k.product_id
            AND l.kind = k.kind AND l.number > k.number))
    OR EXISTS (SELECT 1 FROM underwriting_pull u
        WHERE u.organization_id = a.organization_id AND u.application_id = a.id),
    EXISTS (SELECT 1 FROM underwriting_party w
        JOIN underwriting_checkhit h ON h.organization_id = w.organization_id
            AND h.customer_id = w.customer_id AND h.status <> 'cleared'
        WHERE w.organization_id = a.organization_id AND w.application_id = a.id), a.persona
FROM underwriting_application a
JOIN tenancy_organization o ON o.id = a.organization_id
JOIN scoring_product p ON p.organization_id = a.organization_id AND p.id = a.product_id
JOIN scoring_productversion v ON v.organization_id = a.organization_id
    AND v.id = a.product_version_id
JOIN scoring_dictionaryversion d ON d.organization_id = a.organization_id
    AND d.id = v.dictionary_version_id
LEFT JOIN scoring_championship c ON c.organization_id = a.organization_id
    AND c.product_id = a.product_id AND c.appointed_at <= %(at)s
    AND (c.ended_at IS NULL OR c.ended_at > %(at)s) AND c.superseded_at IS NULL
LEFT JOIN underwriting_party b ON b.organization_id = a.organization_id
    AND b.application_id = a.id AND b.position = 0
LEFT JOIN scoring_splittest s ON s.organization_id = a.organization_id
    AND s.product_id = a.product_id AND s.champion_id = c.model_version_id
    AND s.started_at <= %(at)s AND (s.ended_at IS NULL OR s.ended_at > %(at)s)
LEFT JOIN scoring_modelversion m ON m.organization_id = a.organization_id
    AND m.id = CASE WHEN {lot_of_the_model_test}
        < s.share_ppm THEN s.challenger_id ELSE c.model_version_id END
LEFT JOIN scoring_dictionaryversion e ON e.organization_id = a.organization_id
    AND e.id = m.dictionary_version_id
LEFT JOIN underwriting_policyversion r ON r.organization_id = a.organization_id
    AND r.product_id = a.product_id AND r.status IN ('published', 'retired')
    AND r.effective_from <= %(at)s AND (r.effective_to IS NULL OR r.effective_to > %(at)s)
LEFT JOIN underwriting_policytrial t ON t.organization_id = a.organization_id
    AND t.product_id = a.product_id AND t.mode = 'split' AND t.champion_hash = r.content_hash
    AND t.started_at <= %(at)s AND (t.ended_at IS NULL OR t.ended_at > %(at)s)
LEFT JOIN underwriting_policyversion g ON g.organization_id = a.organization_id
    AND g.id = t.challenger_id AND g.content_hash = t.challenger_hash AND g.status = 'submitted'
    AND {lot_of_the_policy_trial}
        < t.share_ppm
WHERE a.organization_id = %(organization)s AND a.id = %(application)s
"""
_IN_FORCE = _IN_FORCE.replace(
    "{lot_of_the_model_test}", lot_of_customer("s.id", "b.customer_id")
).replace("{lot_of_the_policy_trial}", lot_of_customer("t.id", "b.customer_id"))


def in_force_asked(organization_id: UUID, application_id: UUID, at: datetime) -> Statement:
    """What a decision of this application would rest on at that moment, asked in one statement.

    Championships and policies never overlap (exclusion constraints), and a product has one split
    test of models and one of policies at a time, so there is one row. In a split test the first
    party's customer decides which model or policy it is, so an applicant who comes again meets
    the same one. A challenger that was taken back, or meets another champion than it was to be
    tried against, decides nothing.
    """
    place = {"organization": organization_id, "application": application_id, "at": at}
    return Statement(_IN_FORCE, place)


def in_force_read(application_id: UUID, rows: Sequence[Row]) -> InForce:
    """Its answer; NotFound where there is none."""
    if not rows or rows[0][3] is None:
        raise NotFound("no such application, or it is not complete")
    return InForce(application_id, *rows[0])


def policies_in_force(
    organization_id: UUID, product_id: Any, at: datetime
) -> QuerySet[PolicyVersion]:
    """At most one: an exclusion constraint lets no two overlap."""
    return PolicyVersion.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=at),
        organization_id=organization_id,
        product_id=product_id,
        status__in=IN_USE,
        effective_from__lte=at,
    )
