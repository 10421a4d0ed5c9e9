"""A lender comes on board: its organization and the test twin its developers use."""

from collections.abc import Sequence
from functools import partial

from events.actor import Actor
from events.services import event_record
from tenancy.enter import enter
from tenancy.models import Organization
from tenancy.services import organization_create


def organization_open(
    *,
    actor: Actor,
    slug: str,
    name: str,
    country: str,
    default_language: str,
    languages: Sequence[str],
    regulation_pack: str,
) -> tuple[Organization, Organization]:
    """The live organization and its twin; two tenants, which never meet."""
    opened = partial(
        organization_create,
        country=country,
        default_language=default_language,
        languages=list(languages),
        regulation_pack=regulation_pack,
    )
    live = opened(slug=slug, name=name)
    twin = opened(slug=f"{slug}-test", name=f"{name} (test)", mode="test", twin_of=live)
    for organization in (live, twin):
        with enter(organization.id):
            event_record(
                organization_id=organization.id,
                actor=actor,
                type="organization.opened",
                subject=("organization", organization.id),
                data={"mode": str(organization.mode), "regulation_pack": regulation_pack},
            )
    return live, twin
