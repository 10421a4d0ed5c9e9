"""Gathers what an application's or a decision's document needs. Call inside `enter`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from rest_framework.request import Request

from ml.dictionary import Field
from scoring.models import ModelVersion
from tenancy.errors import NotFound
from tenancy.ids import public_id
from tenancy.rows import find
from tenancy.selectors import organization_current
from underwriting.api.base import TenantAPIView
from underwriting.api.documents import Hosted, application_document, decision_document
from underwriting.api.query import word_asked
from underwriting.models import Application, ApprovalPath, Decision, DecisionReason, Offer, Party
from underwriting.selectors.applications import application_shown
from underwriting.selectors.decisions import decision_by_id, decisions_in_force
from underwriting.selectors.explanations import in_language
from underwriting.selectors.parties import parties_by_application
from underwriting.selectors.paths import path_told, paths_shown
from underwriting.selectors.reasons import reason_texts, reasons_by_decision
from underwriting.services.at_once import Decided
from underwriting.services.facts import UNFINISHED, facts_missing
from underwriting.services.links import party_link

Document = dict[str, Any]
SPOKEN = [code for code, _ in settings.LANGUAGES]
INSIDE = "models:read"
"""The scope that shows a partner what each fact counted for, and which rules were met."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: which lender's rows, which partner's alone, in which language.

    `inside` is whether they may see how a decision came about; `address` makes a path of ours an
    address that works from outside.
    """

    organization_id: UUID
    partner_id: UUID | None
    language: str | None = None
    inside: bool = False
    address: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Beside:
    """What decisions are shown with, by decision; models by their hash."""

    reasons: Mapping[UUID, Sequence[DecisionReason]]
    offers: Mapping[UUID, Offer]
    models: Mapping[str, ModelVersion]
    paths: Mapping[UUID, ApprovalPath]


def reader_of(view: TenantAPIView, request: Request, *, passed_on: bool = False) -> Reader:
    """Whoever asks. How a decision came about is for the lender's own keys, and for those that
    may read models; an answer that is kept for all of a partner's keys (`passed_on`) leaves it
    out for all of them."""
    own = view.key.partner_id is None
    return Reader(
        view.organization_id,
        view.key.partner_id,
        None if passed_on else word_asked(request, "language", SPOKEN),
        inside=own or (not passed_on and INSIDE in view.key.scopes),
        address=request.build_absolute_uri,
    )


def application_in_full(reader: Reader, application_id: UUID) -> Document:
    """The application with its parties and its decision; NotFound for another's."""
    found = application_shown(
        organization_id=reader.organization_id,
        application_id=application_id,
        partner_id=reader.partner_id,
    )
    if found is None:
        raise NotFound
    application, parties, decision = found
    return application_document(
        application,
        parties=parties,
        decision=None if decision is None else _full(reader, decision, application),
        hosted=_hosted(reader, application, parties),
    )


def application_decided(reader: Reader, decided: Decided) -> Document:
    """The same of one that was decided this moment: nothing stands in the database that is not
    at hand, and no path has been looked for yet."""
    decision, reasons, offer = decided.written
    versions = {} if decided.model is None else {decision.model_hash or "": decided.model}
    offers = {} if offer is None else {decision.id: offer}
    beside = Beside({decision.id: reasons}, offers, versions, {})
    return application_document(
        decided.application,
        parties=decided.parties,
        decision=_full(reader, decision, decided.application, beside),
    )


def applications_listed(
    reader: Reader, rows: Sequence[Application], *, expanded: bool
) -> list[Document]:
    """A page of applications; each decision by its id, or whole where that was asked for."""
    ids = [row.id for row in rows]
    parties = parties_by_application(reader.organization_id, ids)
    decisions = decisions_in_force(reader.organization_id, ids)
    beside = _beside(reader, list(decisions.values())) if expanded else None
    return [
        application_document(
            row,
            parties=parties.get(row.id, ()),
            decision=_decision(reader, decisions.get(row.id), row, beside),
        )
        for row in rows
    ]


def decision_in_full(reader: Reader, decision_id: UUID) -> Document:
    """One decision, in force or superseded; NotFound for another's."""
    decision = decision_by_id(
        organization_id=reader.organization_id,
        decision_id=decision_id,
        partner_id=reader.partner_id,
    )
    if decision is None:
        raise NotFound
    return _full(reader, decision, decision.application)


def decisions_listed(reader: Reader, rows: Sequence[Decision]) -> list[Document]:
    """A page of decisions, each with its reasons and offer."""
    beside = _beside(reader, rows)
    return [_full(reader, row, row.application, beside) for row in rows]


def _decision(
    reader: Reader, decision: Decision | None, application: Application, beside: Beside | None
) -> Document | str | None:
    """By its id, or whole where what stands beside it was read."""
    if decision is None:
        return None
    if beside is None:
        return public_id("dec", decision.id)
    return _full(reader, decision, application, beside)


def _hosted(reader: Reader, application: Application, parties: Sequence[Party]) -> Hosted | None:
    """How a draft is finished: everybody's own link, while there is something to finish."""
    if not application.hosted or application.status not in UNFINISHED:
        return None
    where = {"organization": organization_current().slug, "product": application.product.slug}
    links = [
        reader.address(reverse("portal:finish", kwargs={**where, "token": party_link(party)}))
        for party in parties
    ]
    missing = facts_missing(application.organization_id, application.id)
    if missing is None:
        return None
    return Hosted(links, list(dict.fromkeys(each.pointer for each in missing)))


def _full(
    reader: Reader, decision: Decision, application: Application, beside: Beside | None = None
) -> Document:
    chosen = reader.language or application.language
    beside = beside or _beside(reader, [decision])
    path = beside.paths.get(decision.id)
    written = partial(_written, chosen)
    return decision_document(
        decision,
        application=application,
        reasons=reason_texts(decision, chosen, beside.reasons.get(decision.id, ())),
        offer=beside.offers.get(decision.id),
        model=beside.models.get(decision.model_hash or ""),
        language=chosen,
        path=path_told(decision, path, chosen, written) if path else None,
        inside=reader.inside,
    )


def _beside(reader: Reader, decisions: Sequence[Decision]) -> Beside:
    """Read for all of them at once: four statements, however many there are."""
    organization_id = reader.organization_id
    ids = [each.id for each in decisions]
    offers = find(Offer, organization_id, "decision_id = ANY (%(decisions)s)", decisions=ids)
    hashes = sorted({each.model_hash for each in decisions if each.model_hash})
    named = "artifact_hash = ANY (%(hashes)s) ORDER BY number DESC"
    versions = find(ModelVersion, organization_id, named, hashes=hashes) if hashes else []
    return Beside(
        reasons=reasons_by_decision(organization_id, decisions),
        offers={offer.decision_id: offer for offer in offers},
        models={each.artifact_hash: each for each in versions},
        paths=paths_shown(organization_id, decisions),
    )


def _written(language: str, entry: Field, value: Any) -> str:
    """A value inside a sentence: a category by its label, a number with its unit."""
    labels = {each.value: in_language(each.label, language) for each in entry.values or ()}
    if value in labels:
        return labels[value]
    return f"{value} {entry.unit}" if entry.unit and entry.kind == "number" else str(value)
