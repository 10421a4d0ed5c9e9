"""What decides the rows of a file: as `terms.in_force` says of one application, for a product.

A split test sends some customers to another model or policy, so a product has up to four arms.
Call inside `enter`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from scoring.enums import ModelStatus
from scoring.models import ModelVersion
from tenancy.errors import NotFound
from underwriting.enums import ApplicationStatus
from underwriting.selectors.terms import InForce, ProductTerms

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Split:
    """A test that gives a share of customers another version; `other` None: it gives nobody one."""

    test_id: UUID
    share_ppm: int

    def takes(self, customer_id: UUID) -> bool:
        """As `terms.lot_of_customer` has it in SQL."""
        drawn = hashlib.sha256(f"{self.test_id}{customer_id}".encode()).hexdigest()[:15]
        return int(drawn, 16) % PPM < self.share_ppm


@dataclass(frozen=True, slots=True)
class Arms:
    """The ways a product's applications are decided: `rules[by_model][by_policy]`."""

    rules: Sequence[Sequence[InForce]]
    models: Split | None
    policies: Split | None

    def of(self, customer_id: UUID) -> tuple[int, int]:
        """Which one an applicant meets, however often they come."""
        return (
            int(self.models is not None and self.models.takes(customer_id)),
            int(self.policies is not None and self.policies.takes(customer_id)),
        )


_PRODUCT = """
SELECT p.minor_units, o.regulation_pack, o.refer_all OR EXISTS (
        SELECT 1 FROM scoring_pause q WHERE q.organization_id = p.organization_id
        AND coalesce(q.product_id, p.id) = p.id AND q.ended_at IS NULL),
    v.content_hash, v.dictionary_version_id, EXISTS (
        SELECT 1 FROM underwriting_policytrial j WHERE j.organization_id = p.organization_id
        AND j.product_id = p.id AND j.status = 'running'),
    c.model_version_id, s.id, s.share_ppm, s.challenger_id,
    r.content_hash, t.id, t.share_ppm, g.content_hash
FROM scoring_product p
JOIN tenancy_organization o ON o.id = p.organization_id
JOIN scoring_productversion v ON v.organization_id = p.organization_id
    AND v.id = %(version)s
LEFT JOIN scoring_championship c ON c.organization_id = p.organization_id
    AND c.product_id = p.id AND c.appointed_at <= %(at)s
    AND (c.ended_at IS NULL OR c.ended_at > %(at)s) AND c.superseded_at IS NULL
LEFT JOIN scoring_splittest s ON s.organization_id = p.organization_id
    AND s.product_id = p.id AND s.champion_id = c.model_version_id
    AND s.started_at <= %(at)s AND (s.ended_at IS NULL OR s.ended_at > %(at)s)
LEFT JOIN underwriting_policyversion r ON r.organization_id = p.organization_id
    AND r.product_id = p.id AND r.status IN ('published', 'retired')
    AND r.effective_from <= %(at)s AND (r.effective_to IS NULL OR r.effective_to > %(at)s)
LEFT JOIN underwriting_policytrial t ON t.organization_id = p.organization_id
    AND t.product_id = p.id AND t.mode = 'split' AND t.champion_hash = r.content_hash
    AND t.started_at <= %(at)s AND (t.ended_at IS NULL OR t.ended_at > %(at)s)
LEFT JOIN underwriting_policyversion g ON g.organization_id = p.organization_id
    AND g.id = t.challenger_id AND g.content_hash = t.challenger_hash AND g.status = 'submitted'
WHERE p.organization_id = %(organization)s AND p.id = %(product)s
"""


def arms_in_force(organization_id: UUID, product: ProductTerms, chunk_id: UUID) -> Arms:
    """What would decide applications for this product at `product.at`.

    The rules name `chunk_id` in the place of an application: there is none yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _PRODUCT,
            {
                "organization": organization_id,
                "product": product.product_id,
                "version": product.product_version_id,
                "at": product.at,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound("no such product", code="product_unknown")
    (minor_units, pack_id, refer_all, product_hash, dictionary_version, trial,
     champion, split, share, challenger, policy, tried, policy_share, other) = row  # fmt: skip
    models = _models(organization_id, product.product_id, champion, challenger)
    shadows = {
        found.id
        for found in models.values()
        if found.dictionary_version_id == dictionary_version
        and (found.id == champion or found.status == ModelStatus.CHALLENGER)
    }

    def rules(model_id: UUID | None, policy_hash: str | None) -> InForce:
        model = models.get(model_id) if model_id else None
        return InForce(
            application_id=chunk_id,
            status=ApplicationStatus.SUBMITTED,
            product_id=product.product_id,
            request=None,
            completed_at=product.at,
            currency=product.currency,
            minor_units=minor_units,
            dictionary_hash=product.dictionary_hash,
            product_hash=product_hash,
            model_version_id=model.id if model else None,
            model_hash=model.artifact_hash if model else None,
            model_dictionary_hash=model.dictionary_version.content_hash if model else None,
            policy_hash=policy_hash,
            pack_id=pack_id,
            refer_all=refer_all,
            shadowed=trial or bool(model and shadows - {model.id}),
            promised=None,
            model_valid_until=model.valid_until if model else None,
            pulls=False,
            suspect=False,
            persona=None,
        )

    by_model = [champion] if split is None else [champion, challenger]
    by_policy = [policy] if tried is None or other is None else [policy, other]
    return Arms(
        rules=[[rules(model, each) for each in by_policy] for model in by_model],
        models=None if split is None else Split(split, share),
        policies=Split(tried, policy_share) if len(by_policy) > 1 else None,
    )


def _models(
    organization_id: UUID, product_id: UUID, champion: UUID | None, challenger: UUID | None
) -> dict[UUID, ModelVersion]:
    """Who decides, and everybody who looks on."""
    own = ModelVersion.objects.filter(organization_id=organization_id)
    looking = own.filter(product_id=product_id, status=ModelStatus.CHALLENGER)
    deciding = own.filter(id__in=[each for each in (champion, challenger) if each])
    rows = (
        (deciding | looking)
        .select_related("dictionary_version")
        .defer("dictionary_version__document")
    )
    return {row.id: row for row in rows}
