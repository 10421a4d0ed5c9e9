"""What decides the rows of a file: as `terms.in_force` says of one application, for a product.

A split test sends some customers to another model or policy, so a product has up to four arms.
Call inside `enter`.
"""

import hashlib
from collections.abc import Mapping, Sequence
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
    """A test that gives a share of customers another version."""

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


@dataclass(frozen=True, slots=True)
class _Product:
    """What `_PRODUCT` says, in its order."""

    minor_units: int
    pack_id: str
    refer_all: bool
    product_hash: str
    dictionary_version_id: UUID
    trial_running: bool
    champion_id: UUID | None
    split_id: UUID | None
    split_ppm: int | None
    challenger_id: UUID | None
    policy_hash: str | None
    trial_id: UUID | None
    trial_ppm: int | None
    tried_hash: str | None

    @property
    def models(self) -> Split | None:
        return _split(self.split_id, self.split_ppm)

    @property
    def policies(self) -> Split | None:
        """None too where what was to be tried was taken back."""
        return _split(self.trial_id, self.trial_ppm) if self.tried_hash else None


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
    found = _Product(*row)
    models = _models(organization_id, product.product_id, found.champion_id, found.challenger_id)
    by_model = [found.champion_id, *([found.challenger_id] if found.models else [])]
    by_policy = [found.policy_hash, *([found.tried_hash] if found.policies else [])]
    return Arms(
        rules=[
            [_rules(product, chunk_id, found, models, model, each) for each in by_policy]
            for model in by_model
        ],
        models=found.models,
        policies=found.policies,
    )


def _split(test_id: UUID | None, share_ppm: int | None) -> Split | None:
    return None if test_id is None or share_ppm is None else Split(test_id, share_ppm)


def _rules(
    product: ProductTerms,
    chunk_id: UUID,
    found: _Product,
    models: Mapping[UUID, ModelVersion],
    model_id: UUID | None,
    policy_hash: str | None,
) -> InForce:
    """One arm, as `in_force` says it of an application."""
    model = models.get(model_id) if model_id else None
    return InForce(
        application_id=chunk_id,
        status=ApplicationStatus.SUBMITTED,
        product_id=product.product_id,
        request=None,
        completed_at=product.at,
        currency=product.currency,
        minor_units=found.minor_units,
        dictionary_hash=product.dictionary_hash,
        product_hash=found.product_hash,
        model_version_id=model.id if model else None,
        model_hash=model.artifact_hash if model else None,
        model_dictionary_hash=model.dictionary_version.content_hash if model else None,
        policy_hash=policy_hash,
        pack_id=found.pack_id,
        refer_all=found.refer_all,
        shadowed=found.trial_running or bool(model and _looking(found, models) - {model.id}),
        promised=None,
        model_valid_until=model.valid_until if model else None,
        pulls=False,
        suspect=False,
        persona=None,
    )


def _looking(found: _Product, models: Mapping[UUID, ModelVersion]) -> set[UUID]:
    """Models that look on where they do not decide."""
    return {
        model.id
        for model in models.values()
        if model.dictionary_version_id == found.dictionary_version_id
        and (model.id == found.champion_id or model.status == ModelStatus.CHALLENGER)
    }


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
