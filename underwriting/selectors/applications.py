"""Applications as doors show them. Call inside `enter`; a partner sees its own and no other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from scoring.models import Product
from tenancy.rows import find, find_together
from underwriting.models import (
    Application,
    Condition,
    Decision,
    DecisionRun,
    Duty,
    FactSet,
    Offer,
    Party,
    Review,
)
from underwriting.models.review import CLOSED
from underwriting.selectors.decisions import decision_in_force


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party with what they said; `facts` is None once they are erased."""

    party: Party
    facts: Mapping[str, Any] | None
    provenance: str


@dataclass(frozen=True, slots=True)
class ApplicationDetail:
    """Everything the desk shows of one application."""

    application: Application
    parties: Sequence[PartyFacts]
    request: Mapping[str, Any] | None
    decision: Decision | None
    offer: Offer | None
    conditions: Sequence[Condition]
    review: Review | None
    duties: Sequence[Duty]


@dataclass(frozen=True, slots=True)
class PartyView:
    """What one party may see: the request, their own facts, where it stands. Nobody else's facts.

    `others` counts the other parties and says no more of them.
    """

    application: Application
    party: Party
    facts: Mapping[str, Any] | None
    request: Mapping[str, Any] | None
    decision: Decision | None
    offer: Offer | None
    others: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of applications is narrowed to; each is served by an index."""

    status: str | None = None
    product: str | None = None
    external_id: str | None = None
    received_after: datetime | None = None
    received_before: datetime | None = None


def applications_wanted(
    organization_id: UUID, partner_id: UUID | None, wanted: Wanted
) -> QuerySet[Application]:
    """Unordered: whoever pages through them says from where on."""
    rows = visible(organization_id, partner_id).select_related("product")
    named = {
        "status": wanted.status,
        "product__slug": wanted.product,
        "external_id": wanted.external_id,
        "received_at__gte": wanted.received_after,
        "received_at__lt": wanted.received_before,
    }
    return rows.filter(**{name: value for name, value in named.items() if value is not None})


def visible(organization_id: UUID, partner_id: UUID | None) -> QuerySet[Application]:
    """The lender's applications; with a partner, that partner's alone."""
    rows = Application.objects.filter(organization_id=organization_id)
    return rows if partner_id is None else rows.filter(partner_id=partner_id)


def application_by_id(
    *, organization_id: UUID, application_id: UUID, partner_id: UUID | None = None
) -> Application | None:
    """None for another lender's, and for another partner's."""
    found = find(Application, organization_id, "id = %(id)s", id=application_id)
    if not found or (partner_id is not None and found[0].partner_id != partner_id):
        return None
    (application,) = found
    product = {"id": application.product_id}
    (application.product,) = find(Product, organization_id, "id = %(id)s", **product)
    return application


class ApplicationShown(NamedTuple):
    """An application with its parties, in order, and the decision in force."""

    application: Application
    parties: list[Party]
    decision: Decision | None


_ITS_PRODUCT = """id = (SELECT product_id FROM underwriting_application
    WHERE organization_id = %(organization)s AND id = %(id)s)"""
_SHOWN = (
    (Application, "id = %(id)s"),
    (Product, _ITS_PRODUCT),
    (Party, "application_id = %(id)s ORDER BY position"),
    (Decision, "application_id = %(id)s AND in_force"),
)


def application_shown(
    *, organization_id: UUID, application_id: UUID, partner_id: UUID | None
) -> ApplicationShown | None:
    """In one journey; None for another lender's, and for another partner's."""
    found = find_together(organization_id, _SHOWN, id=application_id)
    applications, products, parties, decisions = found
    if not applications or (partner_id is not None and applications[0].partner_id != partner_id):
        return None
    (application,), (application.product,) = applications, products
    return ApplicationShown(application, parties, decisions[0] if decisions else None)


def application_detail(
    *, organization_id: UUID, application_id: UUID, partner_id: UUID | None = None
) -> ApplicationDetail | None:
    application = application_by_id(
        organization_id=organization_id, application_id=application_id, partner_id=partner_id
    )
    if application is None:
        return None
    of: dict[str, Any] = {"organization_id": organization_id, "application_id": application_id}
    decision = decision_in_force(**of)
    return ApplicationDetail(
        application=application,
        parties=parties_with_facts(**of),
        request=_read(application.request),
        decision=decision,
        offer=_offer(decision),
        conditions=list(Condition.objects.filter(**of).order_by("code")),
        review=Review.objects.filter(**of).exclude(status__in=CLOSED).first(),
        duties=list(Duty.objects.filter(**of).order_by("due_at")),
    )


def parties_with_facts(*, organization_id: UUID, application_id: UUID) -> list[PartyFacts]:
    """The parties in order, each with the newest of their fact sets."""
    rows = (
        FactSet.objects.filter(
            organization_id=organization_id,
            application_id=application_id,
            superseded_by__isnull=True,
        )
        .select_related("party", "party__customer")
        .order_by("party__position")
    )
    return [PartyFacts(row.party, _read(row.document), row.provenance) for row in rows]


def party_view(*, organization_id: UUID, party_id: UUID) -> PartyView | None:
    """What a party's own link shows."""
    party = (
        Party.objects.filter(organization_id=organization_id, id=party_id)
        .select_related("application", "application__product")
        .first()
    )
    if party is None:
        return None
    of: dict[str, Any] = {
        "organization_id": organization_id,
        "application_id": party.application_id,
    }
    own = FactSet.objects.filter(**of, party_id=party_id, superseded_by__isnull=True).first()
    decision = decision_in_force(**of)
    return PartyView(
        application=party.application,
        party=party,
        facts=_read(own.document) if own else None,
        request=_read(party.application.request),
        decision=decision,
        offer=_offer(decision),
        others=Party.objects.filter(**of).exclude(id=party_id).count(),
    )


def submission_run(*, organization_id: UUID, application_id: UUID) -> DecisionRun | None:
    """The newest run: whether the application is still being decided."""
    return (
        DecisionRun.objects.filter(organization_id=organization_id, application_id=application_id)
        .order_by("-submission")
        .first()
    )


def _offer(decision: Decision | None) -> Offer | None:
    if decision is None:
        return None
    return Offer.objects.filter(
        organization_id=decision.organization_id, decision_id=decision.id
    ).first()


def _read(document: str | None) -> Mapping[str, Any] | None:
    return None if document is None else json.loads(document)
