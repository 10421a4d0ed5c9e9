"""Who asks, at which lender, and whether they may: what every view of the desk starts with."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from accounts.backends import membership_of
from accounts.members import Member
from events.actor import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def member_of(request: HttpRequest) -> Member:
    """The membership the person acts under; a page of a lender's is not there for others."""
    member = membership_of(request.user)
    if member is None:
        raise Http404
    return member


def organization_of(request: HttpRequest) -> UUID:
    return member_of(request).organization_id


def actor_of(request: HttpRequest) -> Actor:
    return Actor.user(str(request.user.pk))


def allowed(request: HttpRequest, permission: str) -> bool:
    """Whether the membership gives this; a platform operator's powers do not reach a lender."""
    member = membership_of(request.user)
    return member is not None and permission in member.permissions


def permission_needed(permission: str) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """404 to somebody without a lender, 403 to a member whose role does not allow it."""

    def decorated(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            member_of(request)
            if not allowed(request, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorated
