"""Knowing a browser again, only where the lender's policy asks whether it is the same one.

A random text in a cookie of this lender's own pages, set when somebody hands an application in and
read by nothing else. Its use is to stop fraud by many applications from one browser; a lender
whose policy does not look devices up sets none.
"""

import secrets

from django.http import HttpResponse

from scoring.selectors.products import product_by_slug
from tenancy.clock import now
from tenancy.enter import enter
from underwriting.enums import MarkKind
from underwriting.portal.visits import Visit
from underwriting.selectors.lookups import lookups_declared
from underwriting.selectors.policies import policy_in_force

COOKIE = "assay_device"
AGE = 365 * 24 * 60 * 60
BYTES = 18
LONGEST = 100


def device_of(visit: Visit) -> str | None:
    """The browser's text, a new one where it has none; None where no policy asks for it."""
    if not _asked(visit):
        return None
    given = visit.request.COOKIES.get(COOKIE, "")
    return given if 0 < len(given) <= LONGEST else secrets.token_urlsafe(BYTES)


def device_remember(response: HttpResponse, visit: Visit, device: str | None) -> HttpResponse:
    """Let the browser keep its text, for this lender's pages alone."""
    if device is not None:
        response.set_cookie(
            COOKIE,
            device,
            max_age=AGE,
            path=visit.url("start").removesuffix(f"{visit.product}/"),
            samesite="Lax",
            secure=visit.request.is_secure(),
            httponly=True,
        )
    return response


def _asked(visit: Visit) -> bool:
    organization_id = visit.organization.id
    with enter(organization_id, read_only=True):
        product = product_by_slug(organization_id, visit.product)
        policy = policy_in_force(organization_id, product.id, now(organization_id))
        asked = lookups_declared(organization_id, policy.content_hash if policy else None)
    return any(MarkKind.DEVICE in (each.get("of"), each.get("by")) for each in asked.values())
