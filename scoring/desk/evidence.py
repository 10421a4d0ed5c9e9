"""A model's evidence on the desk: what it was judged by, as charts with their figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from scoring.charts import figure_text
from scoring.documents.evidence_parts import Part, evidence_parts
from scoring.documents.field_words import names_in_words
from scoring.documents.profit_charts import Money
from scoring.enums import EvidenceKind
from scoring.models import ModelEvidence, ModelVersion
from scoring.selectors.evidence import evidence_documents
from scoring.selectors.models import model_version_by_id
from tenancy.admin import TenantAdmin
from tenancy.context import current_organization_id
from tenancy.errors import NotFound

PROTECTED = "scoring.view_protected"
PROFILES_A_PAGE = 25
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """One held-out loan: what the model said, what was decided, what became of it."""

    number: int
    points: int
    pd: str
    approved: bool
    bad: bool
    amount: str
    expected: str
    earned: str
    missed: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The whole page of one version: sections, and a leaf of loans with the next one's start."""

    version: ModelVersion
    parts: tuple[Part, ...]
    profiles: tuple[Profile, ...]
    next_after: int | None
    after: int


def evidence_of_version(version: ModelVersion, *, may_see_protected: bool, after: int) -> Evidence:
    """What `templates/admin/scoring/modelversion/evidence.html` shows; call inside `enter`."""
    hidden = set() if may_see_protected else {EvidenceKind.FAIRNESS}
    found = evidence_documents(version, set(EvidenceKind.values) - hidden)
    parts = evidence_parts(version, found, may_see_protected=may_see_protected)
    profiles, following = _profiles(found.get("profit"), version, after)
    return Evidence(version, parts, profiles, following, after)


@admin.register(ModelEvidence)
class ModelEvidenceAdmin(TenantAdmin[ModelEvidence]):
    """A page of its own; the model's page shows the same."""

    list_display = ("model_version", "kind", "made_at")
    list_filter = ("kind",)
    list_select_related = ("model_version__product",)
    exclude = ("document",)
    ordering = ("-made_at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Nobody but compliance sees that a document about protected groups says anything."""
        rows = super().get_queryset(request)
        if request.user.has_perm(PROTECTED):
            return rows
        return rows.exclude(kind=EvidenceKind.FAIRNESS)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.of_version)
        name = "scoring_modelevidence_of"
        return [path("of/<uuid:version_id>/", page, name=name), *super().get_urls()]

    def of_version(self, request: HttpRequest, version_id: UUID) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        organization_id = current_organization_id()
        if organization_id is None:
            raise Http404
        try:
            version = model_version_by_id(organization_id, version_id)
        except NotFound as error:
            raise Http404 from error
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Evidence about model %(number)s") % {"number": version.number},
            "evidence": evidence_of_version(
                version, may_see_protected=request.user.has_perm(PROTECTED), after=after_of(request)
            ),
        }
        return TemplateResponse(request, "admin/scoring/modelversion/evidence_page.html", context)


def after_of(request: HttpRequest) -> int:
    given = request.GET.get("after", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0


def _profiles(
    found: Document | None, version: ModelVersion, after: int
) -> tuple[tuple[Profile, ...], int | None]:
    """A leaf of loans whose numbers follow `after`, riskiest first."""
    if found is None:
        return (), None
    rest = [each for each in found["profiles"] if each["number"] > after]
    money = Money(version.product)
    names = names_in_words(version)
    shown = tuple(_profile(each, money, names) for each in rest[:PROFILES_A_PAGE])
    following = shown[-1].number if len(rest) > PROFILES_A_PAGE else None
    return shown, following


def _profile(each: Document, money: Money, names: Mapping[str, str]) -> Profile:
    return Profile(
        number=each["number"],
        points=each["points"],
        pd=figure_text(each["pd_ppm"] / 10_000, "%"),
        approved=each["approved"],
        bad=each["bad"],
        amount=money.text(each["amount"]),
        expected=money.text(each["expected"]),
        earned=money.text(each["earned"]),
        missed=money.text(each["missed"]),
        reasons="; ".join(f"{names.get(code, code)} {points}" for code, points in each["reasons"]),
    )
