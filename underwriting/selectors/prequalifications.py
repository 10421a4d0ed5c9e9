"""What a prequalification rests on, and those that were made. Call inside `enter`."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from scoring.models import Pause, ProductVersion
from scoring.selectors.models import champion_or_none
from tenancy.selectors import organization_current
from underwriting.connectors.contract import Kind
from underwriting.connectors.settings import ConnectorSettings
from underwriting.enums import HoldCode
from underwriting.models import ConnectorSetting, Prequalification, PrequalificationPull
from underwriting.selectors.connectors import settings_in_use
from underwriting.selectors.reasons import document_reasons
from underwriting.selectors.terms import ProductTerms, policies_in_force, product_terms
from underwriting.verdicts import principal


@dataclass(frozen=True, slots=True)
class ProductRules:
    """A product, and the hashes of what would decide an application for it now.

    `hold` says why a person would have to look, whatever the rules make of it.
    """

    terms: ProductTerms
    product_hash: str
    pack_id: str
    model_hash: str | None
    policy_hash: str | None
    hold: HoldCode | None
    mode: str
    bureau: ConnectorSetting | None
    """Who is asked softly; None where the product asks nobody for prequalifications."""


def product_rules(organization_id: UUID, product_slug: str) -> ProductRules:
    """NotFound for a product that is not there or not published."""
    terms = product_terms(organization_id, product_slug)
    organization, at = organization_current(), terms.at
    version = champion_or_none(organization_id, terms.product_id, at)
    policy = policies_in_force(organization_id, terms.product_id, at).first()
    fits = version is not None and (
        version.dictionary_version.content_hash == terms.dictionary_hash
    )
    hold = None
    if policy is None:
        hold = HoldCode.POLICY_MISSING
    elif version is None or not fits:
        hold = HoldCode.MODEL_MISSING
    elif version.valid_until is None or version.valid_until <= at:
        hold = HoldCode.MODEL_EXPIRED
    elif organization.refer_all or _paused(organization_id, terms.product_id):
        hold = HoldCode.REFER_ALL
    product = ProductVersion.objects.get(
        organization_id=organization_id, id=terms.product_version_id
    )
    return ProductRules(
        terms=terms,
        product_hash=product.content_hash,
        pack_id=organization.regulation_pack,
        model_hash=version.artifact_hash if version is not None and fits else None,
        policy_hash=policy.content_hash if policy else None,
        hold=hold,
        mode=organization.mode,
        bureau=_soft_bureau(organization_id, terms.product_id),
    )


def prequalifications_visible(
    organization_id: UUID, partner_id: UUID | None
) -> QuerySet[Prequalification]:
    """The lender's; with a partner, that partner's alone. `inquired`: was a bureau asked?"""
    rows = Prequalification.objects.filter(organization_id=organization_id)
    if partner_id is not None:
        rows = rows.filter(partner_id=partner_id)
    pulls = PrequalificationPull.objects.filter(
        organization_id=OuterRef("organization_id"), prequalification_id=OuterRef("id")
    )
    return (
        rows.select_related("product")
        .defer("inputs", "said", "sealed")
        .annotate(inquired=Exists(pulls))
    )


def _paused(organization_id: UUID, product_id: UUID) -> bool:
    return Pause.objects.filter(
        Q(product_id=product_id) | Q(product_id__isnull=True),
        organization_id=organization_id,
        ended_at__isnull=True,
    ).exists()


def _soft_bureau(organization_id: UUID, product_id: UUID) -> ConnectorSetting | None:
    found = settings_in_use(organization_id, product_id).filter(kind=Kind.BUREAU.value).first()
    if found is None or not ConnectorSettings.parse(found.document).prequalifies:
        return None
    return found


def prequalification_reasons(row: Prequalification, language: str) -> list[dict[str, Any]]:
    """The reasons of one that said no, or less than was asked, in words and in their order."""
    if not row.reason_codes:
        return []
    document = json.loads(row.document or "{}")
    reasons = principal(document["reasons"])
    texts = document_reasons(
        row.organization_id, row.policy_hash or "", row.dictionary_hash or "", reasons, language
    )
    return [
        {
            "code": reason["code"],
            "text": text,
            "source": reason["source"],
            "party": reason["party"],
        }
        for reason, text in zip(reasons, texts, strict=True)
    ]
