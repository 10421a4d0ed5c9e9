"""The page a signed link leads to: it looks again by itself until there is a decision."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from underwriting.enums import ApplicationStatus
from underwriting.portal.views.linked import linked, others_links
from underwriting.portal.visits import Visit, visiting


@require_safe
@visiting
def status(visit: Visit, token: str) -> HttpResponse:
    found = linked(visit, token)
    if found.view.application.status == ApplicationStatus.DRAFT:
        return redirect(visit.url("finish", token=token))
    return visit.page(
        "status",
        linked=found,
        standing=found.standing,
        token=token,
        own_link=visit.request.build_absolute_uri(visit.url("status", token=token)),
        others_links=others_links(visit, token),
    )


@require_safe
@visiting
def standing(visit: Visit, token: str) -> HttpResponse:
    """The part of the page that changes."""
    found = linked(visit, token)
    return visit.page("parts/standing", linked=found, standing=found.standing, token=token)
