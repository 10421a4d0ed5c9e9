"""What a prequalification becomes: one application of its product and partner, in its time."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tenancy.errors import Conflict
from underwriting.enums import PrequalificationStatus
from underwriting.models import Application, Prequalification


def prequalification_become(
    application: Application, prequalification_id: UUID, at: datetime
) -> None:
    """Note what it became. Inside the caller's `enter`, the application just inserted.

    Conflict (`prequalification_unusable`) for one that is another's, of another product, not made
    yet, over, or an application already. The application is decided as if it had not been.
    """
    partner = application.partner_id
    owner = Q(partner_id=partner) if partner else Q(partner_id__isnull=True)
    became = Prequalification.objects.filter(
        owner,
        organization_id=application.organization_id,
        id=prequalification_id,
        product_id=application.product_id,
        status=PrequalificationStatus.MADE,
        application__isnull=True,
        expires_at__gte=at,
    ).update(application=application)
    if not became:
        words = "this prequalification is none of yours, over, or an application already"
        raise Conflict(words, code="prequalification_unusable")
