"""Which consents to ask for, in whose words. Call inside `enter`."""

from uuid import UUID

from tenancy.selectors import organization_current
from underwriting.models import Consent, ConsentText
from underwriting.regulation import pack


def consent_texts(*, organization_id: UUID, language: str) -> list[ConsentText]:
    """The newest text of every purpose that the lender's pack requires, in the pack's order."""
    purposes = pack(organization_current().regulation_pack).consents
    newest = {
        text.purpose: text
        for text in ConsentText.objects.filter(
            organization_id=organization_id, language=language, purpose__in=purposes
        ).order_by("version")
    }
    return [newest[purpose] for purpose in purposes if purpose in newest]


def consents_of(*, organization_id: UUID, application_id: UUID) -> list[Consent]:
    """What was agreed in an application, with the words shown."""
    return list(
        Consent.objects.filter(organization_id=organization_id, application_id=application_id)
        .select_related("text", "party")
        .order_by("party__position", "text__purpose")
    )
