"""An application's documents on the desk: listed on the case page, opened as a download."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from underwriting.desk.place import allowed, organization_of
from underwriting.desk.words import day
from underwriting.enums.documents import SUFFIX, DocumentKind, MediaType
from underwriting.selectors.documents import document_name, document_opened, documents_visible

SEES_IDENTITY = "underwriting.view_identity"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document; `name` is empty for whoever may not see identities, and after an erasure."""

    id: UUID
    kind: str
    name: str
    about: str
    party: int
    there: bool


def document_lines(
    organization_id: UUID, application_id: UUID, *, identities: bool
) -> Sequence[DocumentLine]:
    """Newest first. Inside `enter`."""
    rows = documents_visible(organization_id, application_id).order_by("-id")
    return [
        DocumentLine(
            id=row.id,
            kind=str(DocumentKind(row.kind).label),
            name=(document_name(row) or "") if identities else "",
            about=f"{MediaType(row.media_type).label} · {filesizeformat(row.size)}"
            f" · {day(row.attached_at)}",
            party=row.party.position + 1,
            there=row.party.customer.wrapped_key is not None,
        )
        for row in rows
    ]


@require_safe
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The file as a download, never shown in the page: it came from outside. Inside `enter`."""
    if not allowed(request, SEES_IDENTITY):
        raise PermissionDenied(gettext("Your role does not open documents."))
    opened = document_opened(organization_of(request), document_id)
    if opened is None or opened.content is None:
        raise Http404
    media_type = MediaType(opened.document.media_type)
    name = f"{opened.name.rsplit('.', 1)[0]}.{SUFFIX[media_type]}"
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
