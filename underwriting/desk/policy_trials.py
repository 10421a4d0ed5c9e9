"""Trials of policies on the desk: begun, answered and ended; what both said, and how sure it is."""

from collections.abc import Callable, Sequence
from math import log
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of
from scoring.charts import Chart, Mark, Series
from tenancy.admin import TenantAdmin
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.policy_change import page_url
from underwriting.desk.policy_steps import PolicyForm
from underwriting.desk.words import moment, percent, product_name
from underwriting.enums import Crossing, Outcome, TrialMeasure, TrialMode, TrialStatus
from underwriting.models import PolicyTrial, PolicyTrialLook
from underwriting.selectors.policies import own_work
from underwriting.selectors.policy_trials import (
    OPEN,
    Differing,
    Pair,
    agreement,
    looks,
    reasons_that_differ,
    trials_of,
)
from underwriting.services.policy_looks import ALPHA
from underwriting.services.policy_moves import DRAFT, PUBLISH
from underwriting.services.policy_trials import (
    policy_shadow_begin,
    policy_split_begin,
    policy_split_propose,
    policy_split_refuse,
    policy_trial_end,
)

VIEW = "underwriting.view_policytrial"
PPM_A_PERCENT = 10_000
REFUSED = {
    "trial_open": gettext_lazy("A trial of this product's policies is open: end it first."),
    "trial_over": gettext_lazy("It is over already."),
    "champion_missing": gettext_lazy("No policy is in force to try it against."),
    "champion_changed": gettext_lazy("Another policy is in force by now: propose it anew."),
    "in_force": gettext_lazy("This very policy is in force."),
    "status": gettext_lazy("It must be checked for a shadow, and handed in for a split test."),
}


class TrialForm(PolicyForm):
    def refuse(self, error: Any) -> None:
        if error.code in REFUSED:
            self.add_error(None, str(REFUSED[error.code]))
        else:
            super().refuse(error)


class ShadowForm(TrialForm):
    measure = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        help_text=gettext_lazy("People are told when this is proved, one way or the other."),
        choices=[
            choice for choice in TrialMeasure.choices if choice[0] != TrialMeasure.WORTH.value
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("What shall the trial show?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class SplitForm(ShadowForm):
    renamed = {"share_ppm": "percent"}

    measure = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        help_text=gettext_lazy("People are told when this is proved, one way or the other."),
        choices=TrialMeasure.choices,
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Share of applicants, in percent"),
        min_value=1,
        max_value=50,
        initial=10,
        help_text=gettext_lazy("The same applicant always meets the same policy."),
    )


class EndForm(TrialForm):
    reason = forms.CharField(
        label=gettext_lazy("Why does it end?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class AnswerForm(ConfirmForm, TrialForm):
    """Nothing to fill in, but every reason why it cannot begin is shown."""


class PolicyTrialAdmin(TenantAdmin[PolicyTrial]):
    """One page for all of it."""

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            called = f"underwriting_policytrial_{name}"
            return path(place, self.admin_site.admin_view(view), name=called)

        return [
            at("shadow/<uuid:policy_version_id>/", self.shadow, "shadow"),
            at("split/<uuid:policy_version_id>/", self.split, "split"),
            at("<uuid:trial_id>/begin/", self.begin, "begin"),
            at("<uuid:trial_id>/refuse/", self.refuse, "refuse"),
            at("<uuid:trial_id>/end/", self.end, "end"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not allowed(request, VIEW):
            raise PermissionDenied
        organization_id = organization_of(request)
        names = colleagues(organization_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Trials of policies"),
            "trials": [_shown(request, each, names) for each in trials_of(organization_id)],
            "outcomes": [Outcome(outcome).label for outcome in OUTCOMES],
        }
        return TemplateResponse(request, "admin/desk/policy_trials.html", context)

    def shadow(self, request: HttpRequest, policy_version_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> None:
            policy_shadow_begin(**place_of(request), policy_version_id=policy_version_id, **data)

        return ServicePage(
            admin=self,
            permission=DRAFT,
            form=ShadowForm(_posted(request)),
            call=call,
            title=_("Run this policy in shadow"),
            lead=_(
                "It says beside every decision what it would have decided, and decides nothing."
            ),
            button=_("Begin"),
            done=_("It runs in shadow from the next decision on."),
        ).answer(request)

    def split(self, request: HttpRequest, policy_version_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> None:
            policy_split_propose(
                **place_of(request),
                policy_version_id=policy_version_id,
                share_ppm=data["percent"] * PPM_A_PERCENT,
                measure=data["measure"],
                reason=data["reason"],
            )

        return ServicePage(
            admin=self,
            permission=DRAFT,
            form=SplitForm(_posted(request)),
            call=call,
            title=_("Propose a split test of this policy"),
            lead=_("It decides for a share of the applicants once a second person agrees."),
            button=_("Propose"),
            done=_("Proposed: a second person answers."),
        ).answer(request)

    def begin(self, request: HttpRequest, trial_id: UUID) -> HttpResponse:
        return self._answer(
            request,
            lambda: policy_split_begin(**place_of(request), trial_id=trial_id),
            title=_("Begin this split test?"),
            lead=_("From the next decision on the share is decided by the challenger."),
            button=_("Begin"),
            done=_("The split test has begun."),
        )

    def refuse(self, request: HttpRequest, trial_id: UUID) -> HttpResponse:
        return self._answer(
            request,
            lambda: policy_split_refuse(**place_of(request), trial_id=trial_id),
            title=_("Refuse this split test?"),
            button=_("Refuse"),
            done=_("The split test was refused."),
        )

    def end(self, request: HttpRequest, trial_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> None:
            policy_trial_end(**place_of(request), trial_id=trial_id, reason=data["reason"])

        return ServicePage(
            admin=self,
            permission=PUBLISH if allowed(request, PUBLISH) else DRAFT,
            form=EndForm(_posted(request)),
            call=call,
            title=_("End this trial?"),
            lead=_("The next decision is the policy's in force again."),
            button=_("End"),
            done=_("The trial has ended."),
        ).answer(request)

    def _answer(
        self, request: HttpRequest, answer: Callable[[], PolicyTrial], **words: Any
    ) -> HttpResponse:
        def call(_data: dict[str, Any]) -> None:
            answer()

        form = AnswerForm(_posted(request))
        return ServicePage(admin=self, permission=PUBLISH, form=form, call=call, **words).answer(
            request
        )


def _posted(request: HttpRequest) -> Any:
    """What was sent, an empty confirmation included; None where nothing was."""
    return request.POST if request.method == "POST" else None


OUTCOMES = ("approve", "counter_offer", "refer", "decline")
TONES = {TrialStatus.RUNNING: "good", TrialStatus.PROPOSED: "warn"}


def _shown(request: HttpRequest, trial: PolicyTrial, names: Any) -> dict[str, Any]:
    counts, seen = agreement(trial), looks(trial)
    return {
        "product": product_name(trial.product),
        "number": trial.challenger.number,
        "url": page_url(trial.challenger, "change"),
        "mode": TrialMode(trial.mode).label,
        "share": percent(trial.share_ppm) if trial.share_ppm else "",
        "measure": TrialMeasure(trial.measure).label,
        "state": TrialStatus(trial.status).label,
        "tone": TONES.get(TrialStatus(trial.status), ""),
        "reason": trial.reason,
        "by": actor_name("user", trial.requested_by_id, names),
        "answered_by": actor_name("user", trial.answered_by_id, names)
        if trial.answered_by_id
        else "",
        "from": moment(trial.started_at),
        "until": moment(trial.ended_at),
        "ended_reason": trial.ended_reason,
        "applications": sum(counts.values()),
        "same": sum(times for pair, times in counts.items() if pair.champion == pair.challenger),
        "rows": [_row(decided, counts) for decided in OUTCOMES],
        "differing": [_differing(each) for each in reasons_that_differ(trial)],
        "evidence": _evidence(trial, seen) if seen else None,
        "proved": _proved(trial, seen),
        "buttons": _buttons(request, trial),
    }


def _row(decided: str, counts: dict[Pair, int]) -> tuple[str, list[int]]:
    found = [counts.get(Pair(decided, would), 0) for would in OUTCOMES]
    return str(Outcome(decided).label), found


def _differing(each: Differing) -> dict[str, Any]:
    def said(side: Pair) -> str:
        label = str(Outcome(side.champion).label)
        return f"{label} ({side.challenger})" if side.challenger else label

    return {
        "champion": said(each.champion),
        "challenger": said(each.challenger),
        "count": each.count,
    }


def _proved(trial: PolicyTrial, seen: Sequence[PolicyTrialLook]) -> str:
    """In words, what the trial is about has shown; "" while nothing is sure."""
    crossed = [look for look in seen if look.measure == trial.measure and look.crossed]
    if not crossed:
        return ""
    if crossed[-1].crossed == Crossing.BETTER:
        return _("The challenger has proved better. People decide whether it is published.")
    return _("The challenger has proved worse. Consider ending the trial.")


def _buttons(request: HttpRequest, trial: PolicyTrial) -> list[dict[str, str]]:
    drafts, publishes = allowed(request, DRAFT), allowed(request, PUBLISH)
    me = str(request.user.pk)
    mine = me == trial.requested_by_id or own_work(trial.challenger, me)
    proposed = trial.status == TrialStatus.PROPOSED
    offered = [
        (publishes and proposed and not mine, "begin", _("Begin")),
        (publishes and proposed and not mine, "refuse", _("Refuse")),
        (trial.status in OPEN and (drafts or publishes), "end", _("End it")),
    ]
    return [
        {"words": words, "url": reverse(f"admin:underwriting_policytrial_{name}", args=[trial.id])}
        for shown, name, words in offered
        if shown
    ]


def _evidence(trial: PolicyTrial, seen: Sequence[PolicyTrialLook]) -> Chart:
    """The e-values look by look, of what the trial is about; beyond the line chance is out."""
    about = [look for look in seen if look.measure == trial.measure] or list(seen)
    return Chart(
        kind="line",
        title=_("Evidence: %(measure)s") % {"measure": TrialMeasure(trial.measure).label},
        summary=_("%(n)s applications so far; the line is crossed when chance is ruled out.")
        % {"n": about[-1].known},
        labels=tuple(look.looked_on.isoformat() for look in about),
        series=(
            Series(_("The challenger is better"), tuple(look.log_e for look in about)),
            Series(_("The challenger is worse"), tuple(look.log_e_against for look in about)),
        ),
        x_title=_("Day"),
        y_title=_("Evidence (ln e)"),
        mark=Mark("y", log(2 / ALPHA), _("proved")),
    )
