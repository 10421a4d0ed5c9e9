"""Partners: who brings applications."""

from uuid import UUID

from django.db import IntegrityError

from accounts.enums import PartnerKind
from accounts.models import Partner
from events.actor import Actor
from events.services import event_record
from events.services.endpoints import endpoints_end
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid, NotFound


def partner_create(
    *, organization_id: UUID, actor: Actor, slug: str, name: str, kind: str = PartnerKind.BROKER
) -> Partner:
    """A new partner; Conflict where the short name is taken."""
    if kind not in PartnerKind.values:
        raise Invalid([FieldError("/kind", "kind", "There is no such kind of partner.")])
    try:
        with enter(organization_id):
            partner = Partner.objects.create(
                organization_id=organization_id,
                slug=slug,
                name=name,
                kind=kind,
                created_at=clock.now(organization_id),
            )
            event_record(
                organization_id=organization_id,
                actor=actor,
                type="partner.created",
                subject=("partner", partner.id),
                data={"kind": str(kind)},
            )
    except IntegrityError as error:
        raise Conflict("a partner has this short name already", code="slug_taken") from error
    return partner


def partner_deactivate(*, organization_id: UUID, actor: Actor, partner_id: UUID) -> None:
    """End the work with a partner: its keys are dead from the next request on, and nothing more is
    sent to its webhooks."""
    with enter(organization_id):
        ended = Partner.objects.filter(
            organization_id=organization_id, id=partner_id, active=True
        ).update(active=False)
        if not ended:
            raise NotFound("no such active partner")
        endpoints_end(organization_id, partner_id, clock.now(organization_id))
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="partner.deactivated",
            subject=("partner", partner_id),
            data={},
        )
