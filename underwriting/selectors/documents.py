"""Documents as doors show them, and opening what is sealed. Call inside `enter`."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from tenancy.vault import open_sealed
from underwriting.models import Document


@dataclass(frozen=True, slots=True)
class Opened:
    """A document's file; `content` is None where only the name was asked for."""

    document: Document
    name: str
    content: bytes | None


def body_aad(document_id: UUID) -> bytes:
    """Where a sealed file belongs: it opens in no other row."""
    return b"underwriting.document.sealed/" + document_id.bytes


def name_aad(document_id: UUID) -> bytes:
    return b"underwriting.document.sealed_name/" + document_id.bytes


def documents_visible(
    organization_id: UUID, application_id: UUID | None, partner_id: UUID | None = None
) -> QuerySet[Document]:
    """Without the sealed bytes; with a partner, of that partner's applications alone."""
    rows = Document.objects.filter(organization_id=organization_id).defer("sealed")
    if application_id is not None:
        rows = rows.filter(application_id=application_id)
    if partner_id is not None:
        rows = rows.filter(application__partner_id=partner_id)
    return rows.select_related("party", "party__customer")


def document_name(document: Document) -> str | None:
    """The name the file came with; None once the person is erased."""
    key = document.party.customer.wrapped_key
    if key is None:
        return None
    sealed = bytes(document.sealed_name)
    where = name_aad(document.id)
    return open_sealed(document.organization_id, bytes(key), sealed, where).decode()


def document_opened(organization_id: UUID, document_id: UUID) -> Opened | None:
    """A document with its file; None for another lender's, and once the person is erased."""
    document = (
        Document.objects.filter(organization_id=organization_id, id=document_id)
        .select_related("party", "party__customer", "application")
        .first()
    )
    if document is None or document.sealed is None:
        return None
    key, name = document.party.customer.wrapped_key, document_name(document)
    if key is None or name is None:
        return None
    sealed = bytes(document.sealed)
    content = open_sealed(organization_id, bytes(key), sealed, body_aad(document.id))
    return Opened(document, name, content)
