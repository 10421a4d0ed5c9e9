"""Conditions of an approval on the desk: met, or done without. Each button calls one service."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tenancy.enter import enter
from tenancy.errors import Conflict, NotFound
from underwriting.desk.actions import refusal_words
from underwriting.desk.place import actor_of, allowed, organization_of, permission_needed
from underwriting.models import Condition
from underwriting.services.offers import condition_clear, condition_waive
from underwriting.services.reviews import REVIEW, SECOND

Settle = Callable[..., Condition]
SETTLES: Mapping[str, tuple[Settle, str]] = {
    "clear": (condition_clear, REVIEW),
    "waive": (condition_waive, SECOND),
}


@require_POST
@permission_needed(REVIEW)
def settle(
    request: HttpRequest, application_id: UUID, condition_id: UUID, action: str
) -> HttpResponse:
    """Met, says whoever reviews; done without, says somebody senior."""
    if action not in SETTLES:
        raise Http404
    service, permission = SETTLES[action]
    if not allowed(request, permission):
        raise PermissionDenied
    organization_id = organization_of(request)
    with enter(organization_id, read_only=True):
        known = Condition.objects.filter(
            organization_id=organization_id, application_id=application_id, id=condition_id
        ).exists()
    if not known:
        raise Http404
    try:
        service(organization_id=organization_id, actor=actor_of(request), condition_id=condition_id)
    except NotFound as error:
        raise Http404 from error
    except Conflict as error:
        messages.error(request, refusal_words(error))
    return redirect("admin:underwriting_application_change", application_id)
