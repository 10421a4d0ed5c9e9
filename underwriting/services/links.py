"""Signed links: each party gets their own, and it opens their own part alone."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db.models import F

from events.actor import Actor
from events.services import event_record
from tenancy.enter import enter
from tenancy.errors import NotFound
from underwriting.models import Party

SALT = "underwriting.party-link/1"
VALID = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class LinkedParty:
    """Whom a link names: enough to enter the tenant and show this party's own part."""

    organization_id: UUID
    application_id: UUID
    party_id: UUID
    position: int


def party_link(party: Party) -> str:
    """A token for the party's address; worthless once the party's link version is raised."""
    value = f"{party.organization_id.hex}.{party.id.hex}.{party.link_version}"
    return signing.TimestampSigner(salt=SALT).sign(value).replace(":", "~")


def party_by_link(token: str) -> LinkedParty | None:
    """Whom the token names; None for one that is forged, too old or revoked.

    Opens its own `enter`: the signature is what names the tenant.
    """
    try:
        value = signing.TimestampSigner(salt=SALT).unsign(token.replace("~", ":"), max_age=VALID)
        organization, party_id, version = value.split(".")
        organization_id, wanted = UUID(hex=organization), UUID(hex=party_id)
    except (signing.BadSignature, ValueError):
        return None
    with enter(organization_id, read_only=True):
        party = Party.objects.filter(
            organization_id=organization_id, id=wanted, link_version=int(version)
        ).first()
    if party is None:
        return None
    return LinkedParty(organization_id, party.application_id, party.id, party.position)


def party_link_revoke(*, organization_id: UUID, actor: Actor, party_id: UUID) -> None:
    """Make every link sent to this party before worthless."""
    with enter(organization_id):
        rows = Party.objects.filter(organization_id=organization_id, id=party_id)
        if not rows.update(link_version=F("link_version") + 1):
            raise NotFound("no such party")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="party.links_revoked",
            subject=("party", party_id),
            data={},
        )
