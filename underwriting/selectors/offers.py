"""Offers as doors show them. Call inside `enter`."""

from uuid import UUID

from django.db.models import QuerySet

from underwriting.models import Offer


def offers_visible(organization_id: UUID, partner_id: UUID | None) -> QuerySet[Offer]:
    """The lender's offers, each with its application, product and conditions; with a partner,
    those on that partner's applications."""
    rows = Offer.objects.filter(organization_id=organization_id)
    if partner_id is not None:
        rows = rows.filter(application__partner_id=partner_id)
    return rows.select_related("application", "application__product", "decision").prefetch_related(
        "decision__conditions"
    )


def offer_by_id(
    *, organization_id: UUID, offer_id: UUID, partner_id: UUID | None = None
) -> Offer | None:
    """None for another lender's, and for one on another partner's application."""
    return offers_visible(organization_id, partner_id).filter(id=offer_id).first()


def offer_newest(
    *, organization_id: UUID, application_id: UUID, partner_id: UUID | None = None
) -> Offer | None:
    """The offer an application has now, or had last."""
    rows = offers_visible(organization_id, partner_id).filter(application_id=application_id)
    return rows.order_by("-offered_at", "-id").first()
