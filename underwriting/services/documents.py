"""Documents attached to an application: looked at, sealed, told of; opened for whoever may."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid, NotFound
from tenancy.ids import new_id
from tenancy.vault import salted_hash, seal
from underwriting.enums import ApplicationStatus
from underwriting.enums.documents import DocumentKind, MediaType
from underwriting.models import Application, Document, Party
from underwriting.models.document import MOST_BYTES, MOST_DOCUMENTS
from underwriting.selectors.documents import body_aad, name_aad
from underwriting.services.races import again_while_met

CLOSED = (
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.EXPIRED,
    ApplicationStatus.NOT_TAKEN,
    ApplicationStatus.FUNDED,
)
LONGEST_NAME = 200
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came: its name, what the sender calls it, its bytes."""

    name: str
    declared: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """The document; `repeated` where the same file stood there before."""

    document: Document
    repeated: bool


def document_attach(
    *,
    organization_id: UUID,
    actor: Actor,
    application_id: UUID,
    kind: str,
    file: File,
    position: int = 0,
) -> Attached:
    """Attach a file to one party's part. The same file again is the same document.

    Raises Invalid where it is empty, too large or not what it says it is, NotFound, or Conflict:
    `status` once the application is closed, `application_erased`, `documents_full`.
    """
    media_type = _looked_at(kind, file)
    return again_while_met(
        lambda: _attach(organization_id, actor, application_id, kind, media_type, file, position)
    )


def media_type_of(content: bytes) -> MediaType | None:
    """What a file is by its first bytes, None for what is not taken."""
    if content.startswith(b"%PDF-"):
        return MediaType.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return MediaType.HEIC
    return None


def _looked_at(kind: str, file: File) -> MediaType:
    errors = []
    if kind not in DocumentKind.values:
        errors.append(FieldError("/kind", "kind", "There is no such kind of document."))
    if not 1 <= len(file.content) <= MOST_BYTES:
        errors.append(FieldError("/file", "size", "A file has 1 byte to 10 MB."))
    found = media_type_of(file.content)
    if found is None:
        message = "The file is no PDF, JPEG, PNG or HEIC."
        errors.append(FieldError("/file", "media_type", message))
    elif file.declared not in ("", "application/octet-stream", found, *_also(found)):
        message = f"The file says it is {file.declared[:60]}, and is {found}."
        errors.append(FieldError("/file", "media_type", message))
    if errors or found is None:
        raise Invalid(errors)
    return found


def _also(found: MediaType) -> tuple[str, ...]:
    return {MediaType.JPEG: ("image/jpg",), MediaType.HEIC: ("image/heif",)}.get(found, ())


def _attach(
    organization_id: UUID,
    actor: Actor,
    application_id: UUID,
    kind: str,
    media_type: MediaType,
    file: File,
    position: int,
) -> Attached:
    with enter(organization_id):
        party = _open_party(organization_id, application_id, position)
        document = _sealed(party, file, now(organization_id))
        there = Document.objects.filter(
            organization_id=organization_id, party=party, content_hash=document.content_hash
        ).first()
        if there is not None:
            return Attached(there, repeated=True)
        _refuse_too_many(organization_id, application_id)
        document.kind, document.media_type = DocumentKind(kind), media_type
        document.actor_kind, document.actor_id = actor.kind, actor.id
        document.save(force_insert=True)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="document.attached",
            subject=("application", application_id),
            data={
                "document": str(document.id),
                "party": str(party.id),
                "kind": kind,
                "media_type": str(media_type),
                "size": document.size,
                "hash": document.content_hash,
            },
        )
    return Attached(document, repeated=False)


def _open_party(organization_id: UUID, application_id: UUID, position: int) -> Party:
    """The party, with the application locked so that nobody closes it meanwhile."""
    application = (
        Application.objects.select_for_update()
        .filter(organization_id=organization_id, id=application_id)
        .first()
    )
    if application is None:
        raise NotFound("no such application")
    if application.status in CLOSED:
        raise Conflict(f"the application is {application.status}", code="status")
    party = (
        Party.objects.filter(
            organization_id=organization_id, application_id=application_id, position=position
        )
        .select_related("customer")
        .first()
    )
    if party is None:
        raise NotFound("no such party")
    if party.customer.wrapped_key is None:
        raise Conflict("the person was erased", code="application_erased")
    return party


def _sealed(party: Party, file: File, at: datetime) -> Document:
    row_id, organization_id = new_id(), party.organization_id
    key, salt = bytes(party.customer.wrapped_key or b""), bytes(party.customer.salt or b"")
    name = file.name.replace("\x00", "")[:LONGEST_NAME] or "document"
    return Document(
        id=row_id,
        organization_id=organization_id,
        application_id=party.application_id,
        party=party,
        size=len(file.content),
        sealed=seal(organization_id, key, file.content, body_aad(row_id)),
        sealed_name=seal(organization_id, key, name.encode(errors="replace"), name_aad(row_id)),
        content_hash=f"hmac-sha256:{salted_hash(salt, file.content).hex()}",
        attached_at=at,
    )


def _refuse_too_many(organization_id: UUID, application_id: UUID) -> None:
    rows = Document.objects.filter(organization_id=organization_id, application_id=application_id)
    if len(rows.values_list("id", flat=True)[:MOST_DOCUMENTS]) == MOST_DOCUMENTS:
        raise Conflict(f"an application takes {MOST_DOCUMENTS} documents", code="documents_full")
