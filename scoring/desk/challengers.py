"""Challengers on the desk: what they would have decided, how sure one can be, and split tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm, ServiceForm
from accounts.desk.pages import ServicePage
from accounts.desk.place import organization_of
from scoring.charts import Chart, Mark, Series
from scoring.enums import LookMethod, SplitStatus
from scoring.models import ChallengerLook, ModelVersion, Product, SplitTest
from scoring.selectors.challengers import Agreement, agreement, challengers_of, looks
from scoring.selectors.challengers import shadow_outcomes as outcomes_of
from scoring.selectors.off_policy import OffPolicy, off_policy
from scoring.services.challengers import ALPHA
from scoring.services.charge import in_charge
from scoring.services.splits import split_begin, split_end, split_propose, split_refuse
from tenancy.admin import TenantAdmin
from tenancy.clock import now

PROPOSES, ANSWERS = "scoring.request_model_move", "scoring.answer_model_move"
PPM_A_PERCENT = 10_000
OUTCOMES = ("approve", "counter_offer", "refer", "decline")
OUTCOME_NAMES = {
    "approve": gettext_lazy("Approve"),
    "counter_offer": gettext_lazy("Counter-offer"),
    "refer": gettext_lazy("Refer"),
    "decline": gettext_lazy("Decline"),
}


@dataclass(frozen=True, slots=True)
class Crossing:
    """How decisions of one outcome would have come out under the challenger."""

    decided: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shadowed:
    """One challenger: how often it agrees, and the evidence so far."""

    model: ModelVersion
    agreement: Agreement
    crossings: tuple[Crossing, ...]
    evidence: Chart | None
    worth: Chart | None
    unknown: int
    latest: ChallengerLook | None

    @property
    def same_percent(self) -> int:
        seen = self.agreement.applications
        return round(100 * self.agreement.same / seen) if seen else 0


@dataclass(frozen=True, slots=True)
class Ring:
    """One product: who is in charge, who challenges, and the split tests there were."""

    product: Product
    champion: ModelVersion | None
    shadowed: tuple[Shadowed, ...]
    splits: tuple[SplitTest, ...]

    @property
    def open_split(self) -> SplitTest | None:
        live = (SplitStatus.PROPOSED, SplitStatus.RUNNING)
        return next((split for split in self.splits if split.status in live), None)


class ProposalForm(ServiceForm):
    """A share in percent, and what the test shall show."""

    renamed = {"share_ppm": "percent"}

    percent = forms.IntegerField(
        label=gettext_lazy("Share of applicants, in percent"),
        min_value=1,
        max_value=50,
        initial=10,
        help_text=gettext_lazy("The same applicant always meets the same model."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What shall the test show?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class EndingForm(ServiceForm):
    reason = forms.CharField(
        label=gettext_lazy("Why does it end?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


@admin.register(SplitTest)
class SplitTestAdmin(TenantAdmin[SplitTest]):
    """One page for all of it; a split test's own page shows its row."""

    list_display = ("product", "challenger", "status")

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(place, self.admin_site.admin_view(view), name=f"scoring_splittest_{name}")

        return [
            at("propose/<uuid:model_id>/", self.propose, "propose"),
            at("<uuid:split_id>/begin/", self.begin, "begin"),
            at("<uuid:split_id>/refuse/", self.refuse, "refuse"),
            at("<uuid:split_id>/end/", self.end, "end"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Every product with a challenger or a split test."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        products = Product.objects.filter(organization_id=organization_of(request)).order_by("slug")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Challengers"),
            "rings": [ring for product in products if (ring := _ring(product)) is not None],
            "outcomes": [OUTCOME_NAMES[outcome] for outcome in OUTCOMES],
            "may_propose": request.user.has_perm(PROPOSES),
            "may_answer": request.user.has_perm(ANSWERS),
        }
        return TemplateResponse(request, "admin/scoring/splittest/challengers.html", context)

    def propose(self, request: HttpRequest, model_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> None:
            split_propose(
                **place_of(request),
                challenger_id=model_id,
                share_ppm=data["percent"] * PPM_A_PERCENT,
                reason=data["reason"],
            )

        return ServicePage(
            admin=self,
            permission=PROPOSES,
            form=ProposalForm(_posted(request)),
            call=call,
            title=_("Propose a split test"),
            lead=_(
                "The challenger decides for a share of the applicants once a second person agrees."
            ),
            button=_("Propose"),
            done=_("Proposed: a second person answers."),
        ).answer(request)

    def begin(self, request: HttpRequest, split_id: UUID) -> HttpResponse:
        return ServicePage(
            admin=self,
            permission=ANSWERS,
            form=ConfirmForm(_posted(request)),
            call=lambda _data: _done(split_begin(**place_of(request), split_id=split_id)),
            title=_("Begin this split test?"),
            lead=_("From the next application on the share is decided by the challenger."),
            button=_("Begin"),
            done=_("The split test has begun."),
        ).answer(request)

    def refuse(self, request: HttpRequest, split_id: UUID) -> HttpResponse:
        return ServicePage(
            admin=self,
            permission=ANSWERS,
            form=ConfirmForm(_posted(request)),
            call=lambda _data: _done(split_refuse(**place_of(request), split_id=split_id)),
            title=_("Refuse this split test?"),
            button=_("Refuse"),
            done=_("The split test was refused."),
        ).answer(request)

    def end(self, request: HttpRequest, split_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> None:
            split_end(**place_of(request), split_id=split_id, reason=data["reason"])

        return ServicePage(
            admin=self,
            permission=PROPOSES,
            form=EndingForm(_posted(request)),
            call=call,
            title=_("End this split test?"),
            lead=_("Every applicant is decided by the model in charge again."),
            button=_("End"),
            done=_("The split test has ended."),
        ).answer(request)


def _posted(request: HttpRequest) -> Any:
    """What was sent, an empty confirmation included; None where nothing was."""
    return request.POST if request.method == "POST" else None


def _done(split: SplitTest) -> None:
    """What a service gives back is for tests; the person goes back to the list."""


def _ring(product: Product) -> Ring | None:
    """None where nothing challenges anything."""
    organization_id = product.organization_id
    present = in_charge(product)
    challengers = challengers_of(organization_id, product.id)
    splits = SplitTest.objects.filter(organization_id=organization_id, product=product)
    found = tuple(splits.select_related("champion", "challenger").order_by("-requested_at")[:10])
    if not challengers and not found:
        return None
    shadowed = tuple(_shadowed(model) for model in challengers)
    return Ring(product, present.model_version if present else None, shadowed, found)


def _shadowed(model: ModelVersion) -> Shadowed:
    seen = looks(model)
    judged = off_policy(model, now(model.organization_id))
    return Shadowed(
        model=model,
        agreement=agreement(model),
        crossings=_crossings(model),
        evidence=_evidence(seen) if seen else None,
        worth=_worth(judged, model.product) if judged else None,
        unknown=judged.unknown if judged else 0,
        latest=seen[-1] if seen else None,
    )


def _crossings(model: ModelVersion) -> tuple[Crossing, ...]:
    counts = outcomes_of(model)
    return tuple(
        Crossing(
            str(OUTCOME_NAMES[decided]),
            tuple(counts.get((decided, would), 0) for would in OUTCOMES),
        )
        for decided in OUTCOMES
    )


def _worth(judged: OffPolicy, product: Product) -> Chart:
    """Both ways to decide on the same applications, with the chances that were logged."""
    units = 10**product.minor_units
    ways = [(_("The rules as they were"), judged.rules)]
    if judged.challenger is not None:
        ways.append((_("Under the challenger"), judged.challenger))
    found = [value.doubly_robust for _name, value in ways]
    return Chart(
        kind="interval",
        title=_("What its decisions would have earned"),
        summary=_("From %(n)s applications that the rules decided, a few of them by lot.")
        % {"n": judged.rules.n},
        labels=tuple(name for name, _value in ways),
        series=(
            Series(
                _("Profit per application"),
                tuple(each.value / units for each in found),
                low=tuple(each.low / units for each in found),
                high=tuple(each.high / units for each in found),
            ),
        ),
        x_title=_("Way to decide"),
        y_title=_("Profit per application"),
        y_unit=product.currency,
        horizontal=True,
    )


def _evidence(seen: Sequence[ChallengerLook]) -> Chart:
    """The e-values look by look; above the line the challenger has proved better."""
    days = sorted({look.looked_on for look in seen})
    names = {LookMethod.SHADOW: _("Same loans, both models"), LookMethod.SPLIT: _("Split test")}
    series = []
    for method, name in names.items():
        by_day = {look.looked_on: look.log_e for look in seen if look.method == method}
        if by_day:
            series.append(Series(name, tuple(by_day.get(day) for day in days)))
    last = max(seen, key=lambda look: look.looked_on)
    return Chart(
        kind="line",
        title=_("Evidence that the challenger is better"),
        summary=_("%(known)s known outcomes so far; the line is crossed when chance is ruled out.")
        % {"known": last.known},
        labels=tuple(day.isoformat() for day in days),
        series=tuple(series),
        x_title=_("Day"),
        y_title=_("Evidence (ln e)"),
        mark=Mark("y", log(1 / ALPHA), _("proved")),
    )
