"""The application page: the whole case file, with the panel to decide it. Call inside `enter`."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from accounts.site import desk_site
from underwriting.desk.case import case_file
from underwriting.desk.documents import SEES_IDENTITY, document_lines
from underwriting.desk.place import allowed, organization_of
from underwriting.desk.review_panel import review_panel
from underwriting.services.hits import SEES_FRAUD
from underwriting.services.reviews import REVIEW, SECOND

__all__ = ["SEES_IDENTITY", "application_page"]


def application_page(
    request: HttpRequest, application_id: UUID, bound: Mapping[str, forms.Form] | None = None
) -> TemplateResponse:
    identities = allowed(request, SEES_IDENTITY)
    case = case_file(
        organization_of(request),
        application_id,
        identities=identities,
        fraud=allowed(request, SEES_FRAUD),
    )
    if case is None:
        raise Http404
    context = {
        **desk_site().each_context(request),
        "title": case.public_id,
        "case": case,
        "sees_identity": identities,
        "may_clear": allowed(request, REVIEW),
        "may_waive": allowed(request, SECOND),
        "panel": review_panel(request, case, bound),
        "documents": document_lines(
            organization_of(request), application_id, identities=identities
        ),
    }
    return TemplateResponse(request, "admin/desk/application.html", context)
