"""Documents of an application: attached, listed, and read by keys that may see identities."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import DomainError, FieldError, Invalid, NotFound
from tenancy.ids import public_id
from underwriting.api import schemas
from underwriting.api.batch_downloads import AnyFile
from underwriting.api.filters import plain_parameters
from underwriting.api.formats import time_text
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.schemas.common import example
from underwriting.api.schemas.documents import (
    CONTENT,
    DOCUMENT,
    Document,
    DocumentPage,
    DocumentRequest,
)
from underwriting.api.uploads import SmallFormParser
from underwriting.api.views.additions import ApplicationAction
from underwriting.enums.documents import SUFFIX, MediaType
from underwriting.models import Document as Row
from underwriting.models.document import MOST_BYTES
from underwriting.selectors.documents import (
    Opened,
    document_name,
    document_opened,
    documents_visible,
)
from underwriting.services.documents import File, document_attach

MEMBERS = frozenset({"file", "kind", "party"})
LISTED = {"object": "list", "data": [DOCUMENT], "has_more": False, "next": None}


class DocumentsView(ApplicationAction):
    """Attach a file to an application, or see which are attached."""

    scopes = {"GET": "decisions:read", "POST": "applications:write"}
    parser_classes = (SmallFormParser,)
    most_bytes = MOST_BYTES

    @extend_schema(
        operation_id="documents_list",
        summary="List an application's documents, newest first",
        tags=["Applications"],
        parameters=[*schemas.PAGING],
        responses={200: DocumentPage, **schemas.WRITE_PROBLEMS},
        examples=[example("One document", LISTED)],
    )
    def get(self, request: Request, application_id: str) -> Response:
        plain_parameters(request)
        row_id, asked = self.own(application_id), page_of(request, "doc")
        with self.reading():
            rows, more = page_rows(documents_visible(self.organization_id, row_id), asked)
            shown = [document_document(row) for row in rows]
        return Response(page_document(shown, has_more=more))

    @extend_schema(
        operation_id="documents_attach",
        summary="Attach a document",
        description=(
            "A PDF, JPEG, PNG or HEIC of at most 10 MB, as `multipart/form-data`. What it is is"
            " told from its bytes. Kept sealed under the applicant's own key. The same file again"
            " is the same document (200 instead of 201)."
        ),
        tags=["Applications"],
        request={"multipart/form-data": DocumentRequest},
        responses={201: Document, 200: Document, **schemas.WRITE_PROBLEMS},
        examples=[example("A payslip", DOCUMENT)],
    )
    def post(self, request: Request, application_id: str) -> Response:
        row_id = self.own(application_id)
        attached = document_attach(
            organization_id=self.organization_id,
            actor=self.actor,
            application_id=row_id,
            **_form(request.data),
        )
        with self.reading():
            row = documents_visible(self.organization_id, row_id).get(id=attached.document.id)
            document = document_document(row)
        code = status.HTTP_200_OK if attached.repeated else status.HTTP_201_CREATED
        return Response(document, status=code)


class DocumentView(ApplicationAction):
    """What is known of one document."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="documents_retrieve",
        summary="Get a document's description",
        tags=["Applications"],
        responses={200: Document, **schemas.PROBLEMS},
        examples=[example("A payslip", DOCUMENT)],
    )
    def get(self, request: Request, document_id: str) -> Response:
        row_id = self.row_id("doc", document_id)
        with self.reading():
            rows = documents_visible(self.organization_id, None, self.key.partner_id)
            row = rows.filter(id=row_id).first()
            if row is None:
                raise NotFound
            return Response(document_document(row))


class DocumentContentView(ApplicationAction):
    """The file itself. It shows who somebody is, so it has a scope of its own."""

    scopes = {"GET": "documents:read"}
    content_negotiation_class = AnyFile

    @extend_schema(
        operation_id="documents_content",
        summary="Read a document's bytes",
        description=(
            "The file as it was sent, of the media type its bytes have, always as a download. A"
            " key needs the scope `documents:read`, which no key has unless it was given it; a"
            " partner reads what belongs to its own applications. 410 (`document_erased`) once the"
            " person is erased."
        ),
        tags=["Applications"],
        responses={**CONTENT, **schemas.PROBLEMS},
    )
    def get(self, request: Request, application_id: str, document_id: str) -> HttpResponse:
        plain_parameters(request, listing=False)
        row_id, application = self.row_id("doc", document_id), self.own(application_id)
        with self.reading():
            rows = documents_visible(self.organization_id, application)
            if not rows.filter(id=row_id).exists():
                raise NotFound
            opened = document_opened(self.organization_id, row_id)
        if opened is None:
            raise DomainError("The person was erased.", code="document_erased")
        return document_download(opened)


def document_download(opened: Opened) -> HttpResponse:
    """A file from outside: never shown in a page, never kept on the way, named by its own kind."""
    media_type = MediaType(opened.document.media_type)
    name = f"{opened.name.rpartition('.')[0] or opened.name}.{SUFFIX[media_type]}"
    return HttpResponse(
        opened.content,
        content_type=media_type.value,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "no-store",
        },
    )


def document_document(row: Row) -> dict[str, Any]:
    """A document without its bytes; without its name once the person is erased."""
    return {
        "id": public_id("doc", row.id),
        "object": "document",
        "application": public_id("app", row.application_id),
        "party": row.party.position,
        "kind": row.kind,
        "name": document_name(row),
        "media_type": row.media_type,
        "size": row.size,
        "attached_at": time_text(row.attached_at),
    }


def _form(data: Any) -> dict[str, Any]:
    """The form's parts; `Invalid` names each that is missing, unknown or mistyped."""
    errors = [
        FieldError(f"/{name[:60]}", "unknown", "There is no such part.")
        for name in data
        if name not in MEMBERS
    ]
    file, kind, party = data.get("file"), data.get("kind", "other"), data.get("party", "0")
    if file is None or isinstance(file, str):
        errors.append(FieldError("/file", "required", "Send a file."))
    if not isinstance(kind, str):
        errors.append(FieldError("/kind", "type", "This is a text."))
    if not isinstance(party, str) or not (party.isascii() and party.isdigit() and len(party) < 3):
        errors.append(FieldError("/party", "type", "The position of a party, from 0."))
    if errors:
        raise Invalid(errors)
    found = File(file.name or "", file.content_type or "", file.read())
    return {"file": found, "kind": kind, "position": int(party)}
