"""Whose page this is and in which language: the lender and product come from the address."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from scoring.selectors.products import product_by_slug
from tenancy.context import organization_named
from tenancy.enter import enter
from tenancy.errors import NotFound
from tenancy.selectors import OrganizationRef, organization_by_slug
from underwriting.portal.drafts import Draft, draft_keep, draft_of
from underwriting.portal.questions import words
from underwriting.portal.steps import Asking
from underwriting.regulation import Pack, pack
from underwriting.selectors.consents import consent_texts
from underwriting.selectors.terms import product_terms

P = ParamSpec("P")

ENGLISH = "en"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a lender's portal for one product."""

    request: HttpRequest
    organization: OrganizationRef
    product: str
    product_name: str
    language: str

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages to choose from: the lender's and English."""
        names = dict(settings.LANGUAGES)
        return [(code, names[code]) for code in offered(self.organization)]

    @property
    def lender_language(self) -> str:
        """The language of the application itself: the reader's where the lender uses it."""
        known = self.language in self.organization.languages
        return self.language if known else self.organization.default_language

    @property
    def pack(self) -> Pack:
        return pack(self.organization.regulation_pack)

    def url(self, name: str, **more: Any) -> str:
        where = {"organization": self.organization.slug, "product": self.product}
        return reverse(f"portal:{name}", kwargs=where | more)

    def draft(self) -> Draft | None:
        return draft_of(self.request.session, self.organization.id, self.product)

    def keep(self, draft: Draft) -> None:
        draft_keep(self.request.session, self.organization.id, self.product, draft)

    def asking(self) -> Asking:
        """What the product asks now. Opens its own `enter`."""
        with enter(self.organization.id, read_only=True):
            product = product_terms(self.organization.id, self.product)
            texts = consent_texts(
                organization_id=self.organization.id,
                language=self.lender_language,
                purposes=product.terms.purposes,
            )
        return Asking(product.terms, product.currency, tuple(texts), self.language)

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        return render(
            self.request, f"portal/{template}.html", {"visit": self, **context}, status=status
        )


View = Callable[Concatenate[Visit, P], HttpResponse]


def visiting(view: View[P]) -> Callable[..., HttpResponse]:
    """Give the view its visit; an address that names no lender or product is not found.

    Writing views call services, which enter the tenant themselves: nothing is opened here.
    """

    @wraps(view)
    @never_cache
    def inside(
        request: HttpRequest, organization: str, product: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            lender = organization_by_slug(organization)
        except NotFound:
            return nothing_here(request, get_language_from_request(request))
        language = language_of(request, lender)
        with organization_named(lender.id), override(language):
            try:
                visit = Visit(
                    request, lender, product, _product_name(lender, product, language), language
                )
                response = _language_chosen(visit) or view(visit, *args, **kwargs)
            except NotFound:
                response = nothing_here(request, language, lender)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        response.headers["Content-Language"] = language
        return response

    return inside


def nothing_here(
    request: HttpRequest, language: str, lender: OrganizationRef | None = None
) -> HttpResponse:
    with override(language):
        title = _("There is no such page")
        context = {"lender": lender, "title": title}
        return render(request, "portal/nothing.html", context, status=404)


def offered(organization: OrganizationRef) -> list[str]:
    """Codes of the lender's languages that the house speaks, and English."""
    spoken = [code for code, _name in settings.LANGUAGES]
    codes = [organization.default_language, *organization.languages, ENGLISH]
    return [code for code in dict.fromkeys(codes) if code in spoken]


def language_of(request: HttpRequest, organization: OrganizationRef) -> str:
    """Chosen before, else what the browser prefers among the lender's, else the lender's own."""
    codes = offered(organization)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in codes:
        return str(chosen)
    header = request.headers.get("Accept-Language", "")
    for part in header.split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in codes:
            return code
    return organization.default_language if organization.default_language in codes else ENGLISH


def remember_language(response: HttpResponse, visit: Visit, wanted: str) -> HttpResponse:
    if wanted in dict(visit.languages):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=visit.request.is_secure(),
            httponly=True,
        )
    return response


def _language_chosen(visit: Visit) -> HttpResponse | None:
    """?lang= changes the language and leads back to the same page without it."""
    wanted = visit.request.GET.get("lang")
    if wanted is None or visit.request.method != "GET":
        return None
    left = {name: value for name, value in visit.request.GET.items() if name != "lang"}
    where = visit.request.path + (f"?{urlencode(left)}" if left else "")
    response = HttpResponse(status=302, headers={"Location": where})
    return remember_language(response, visit, wanted)


def _product_name(organization: OrganizationRef, slug: str, language: str) -> str:
    with enter(organization.id, read_only=True):
        return words(product_by_slug(organization.id, slug).names, language)
