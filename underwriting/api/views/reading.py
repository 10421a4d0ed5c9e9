"""Gathers what an application's or a decision's document needs. Call inside `enter`."""

from functools import partial
from typing import Any
from uuid import UUID

from ml.dictionary import Field
from scoring.models import ModelVersion
from scoring.selectors.models import model_version_by_hash
from tenancy.errors import NotFound
from underwriting.api.documents import application_document, decision_document
from underwriting.models import Application, Decision, Offer, Party
from underwriting.selectors.applications import application_by_id
from underwriting.selectors.decisions import decision_by_id, decision_in_force
from underwriting.selectors.explanations import in_language
from underwriting.selectors.paths import path_shown
from underwriting.selectors.reasons import reason_texts

Document = dict[str, Any]


def application_in_full(
    *,
    organization_id: UUID,
    application_id: UUID,
    partner_id: UUID | None,
    language: str | None,
) -> Document:
    """The application with its parties and its decision; NotFound for another's."""
    application = application_by_id(
        organization_id=organization_id, application_id=application_id, partner_id=partner_id
    )
    if application is None:
        raise NotFound
    parties = Party.objects.filter(
        organization_id=organization_id, application_id=application_id
    ).order_by("position")
    decision = decision_in_force(organization_id=organization_id, application_id=application_id)
    return application_document(
        application,
        parties=list(parties),
        decision=None if decision is None else _full(decision, application, language),
    )


def decision_in_full(
    *,
    organization_id: UUID,
    decision_id: UUID,
    partner_id: UUID | None,
    language: str | None,
) -> Document:
    """One decision, in force or superseded; NotFound for another's."""
    decision = decision_by_id(
        organization_id=organization_id, decision_id=decision_id, partner_id=partner_id
    )
    if decision is None:
        raise NotFound
    return _full(decision, decision.application, language)


def _full(decision: Decision, application: Application, language: str | None) -> Document:
    chosen = language or application.language
    offer = Offer.objects.filter(
        organization_id=decision.organization_id, decision_id=decision.id
    ).first()
    return decision_document(
        decision,
        application=application,
        reasons=reason_texts(decision, chosen),
        offer=offer,
        model=_model(decision),
        language=chosen,
        path=path_shown(decision, chosen, partial(_written, chosen)),
    )


def _written(language: str, entry: Field, value: Any) -> str:
    """A value inside a sentence: a category by its label, a number with its unit."""
    labels = {each.value: in_language(each.label, language) for each in entry.values or ()}
    if value in labels:
        return labels[value]
    return f"{value} {entry.unit}" if entry.unit and entry.kind == "number" else str(value)


def _model(decision: Decision) -> ModelVersion | None:
    if decision.model_hash is None:
        return None
    return model_version_by_hash(decision.organization_id, decision.model_hash)
