"""Which consents to ask for, in whose words. Call inside `enter`."""

from collections.abc import Sequence
from uuid import UUID

from tenancy.selectors import organization_current
from underwriting.connectors.contract import Kind
from underwriting.models import Consent, ConsentText
from underwriting.regulation import pack

INQUIRY = "bureau_inquiry"


def consent_texts(
    *, organization_id: UUID, language: str, purposes: Sequence[str] = ()
) -> list[ConsentText]:
    """The newest text of every purpose, in order: a product's, else those of the law alone."""
    purposes = purposes or pack(organization_current().regulation_pack).consents
    newest = {
        text.purpose: text
        for text in ConsentText.objects.filter(
            organization_id=organization_id, language=language, purpose__in=purposes
        ).order_by("version")
    }
    return [newest[purpose] for purpose in purposes if purpose in newest]


def purposes_of(law: Sequence[str], asks: Sequence[str]) -> tuple[str, ...]:
    """What must be agreed to: what the law wants, and an inquiry where a bureau is asked (R14)."""
    asked = (INQUIRY,) if Kind.BUREAU.value in asks and INQUIRY not in law else ()
    return (*law, *asked)


def consents_of(*, organization_id: UUID, application_id: UUID) -> list[Consent]:
    """What was agreed in an application, with the words shown."""
    return list(
        Consent.objects.filter(organization_id=organization_id, application_id=application_id)
        .select_related("text", "party")
        .order_by("party__position", "text__purpose")
    )


def purposes_agreed(organization_id: UUID, party_id: UUID) -> frozenset[str]:
    """What a party has agreed to already."""
    rows = Consent.objects.filter(organization_id=organization_id, party_id=party_id)
    return frozenset(rows.values_list("text__purpose", flat=True))
