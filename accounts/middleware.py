"""Names the organization a signed-in person works for. It opens nothing: `enter` does that."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.members import Member
from accounts.selectors.memberships import memberships_of
from tenancy.context import organization_named

SESSION_KEY = "assay_organization"
STAFF_PATHS = ("/admin/", "/accounts/")
DESK_LANGUAGES = (("en", "English"), ("es", "Español"))
LANGUAGE_CODES = frozenset(code for code, _ in DESK_LANGUAGES)


class ActiveOrganizationMiddleware:
    """The session remembers which lender; that the person is still a member is asked each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Only desk and account pages work for a lender by session; other doors name their own."""
        if not request.path.startswith(STAFF_PATHS):
            return self.get_response(request)
        member = _active(request)
        translation.activate(desk_language(request))
        request.LANGUAGE_CODE = translation.get_language() or "en"
        if member is None:
            return self.get_response(request)
        with organization_named(member.organization_id):
            return self.get_response(request)


def desk_language(request: HttpRequest) -> str:
    """Chosen on the desk, else what the account says, else the browser's, else English.

    Never one the desk has no translation of: half a page in each language helps nobody.
    """
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    account = getattr(request.user, "language", "")
    for code in (chosen, account, translation.get_language_from_request(request)):
        if code and code.split("-")[0] in LANGUAGE_CODES:
            return code.split("-")[0]
    return "en"


def _active(request: HttpRequest) -> Member | None:
    if not request.user.is_authenticated:
        return None
    members = memberships_of(request.user.pk)
    member = chosen(members, request.session.get(SESSION_KEY))
    request.user.memberships_now = members
    request.user.active_membership = member
    return member


def chosen(members: list[Member], remembered: str | None) -> Member | None:
    """The remembered organization while the person belongs to it, else their first."""
    for member in members:
        if remembered and member.organization_id == UUID(remembered):
            return member
    return members[0] if members else None
