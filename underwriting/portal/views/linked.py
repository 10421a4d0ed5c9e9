"""Whom a signed link brings back: one party of one application, and nobody else's page."""

from dataclasses import dataclass

from tenancy.enter import enter
from tenancy.errors import NotFound
from underwriting.portal.drafts import receipt_of
from underwriting.portal.standings import Standing, standing_of
from underwriting.portal.visits import Visit
from underwriting.selectors.applications import PartyView, party_view
from underwriting.selectors.customers import identity_of
from underwriting.services.links import LinkedParty, party_by_link


@dataclass(frozen=True, slots=True)
class Linked:
    """A party at their own page."""

    party: LinkedParty
    view: PartyView
    standing: Standing
    name: str


def linked(visit: Visit, token: str) -> Linked:
    """NotFound for a link that does not hold, and for another lender's or product's address."""
    party = party_by_link(token)
    if party is None or party.organization_id != visit.organization.id:
        raise NotFound("no such link")
    with enter(visit.organization.id, read_only=True):
        view = party_view(organization_id=visit.organization.id, party_id=party.party_id)
        if view is None or view.application.product.slug != visit.product:
            raise NotFound("no such link")
        identity = identity_of(view.party)
        return Linked(
            party, view, standing_of(view, visit), (identity or {}).get("given_names", "")
        )


def others_links(visit: Visit, token: str) -> list[str]:
    """The other parties' links, for the device on which they were made and for no other."""
    receipt = receipt_of(visit.request.session, visit.organization.id, visit.product)
    if receipt is None or token != receipt.links[0]:
        return []
    return [
        visit.request.build_absolute_uri(visit.url("status", token=other))
        for other in receipt.links[1:]
    ]
