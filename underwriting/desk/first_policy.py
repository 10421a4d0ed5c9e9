"""A product's first policy from a cut-off and a rate, and the steps it adds to a draft's page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ServiceForm
from accounts.desk.pages import ServicePage
from scoring.desk.checklist import Step
from scoring.models import Dataset, DictionaryDraft, Product
from scoring.selectors.intake import Standing
from tenancy.selectors import organization_current
from underwriting.desk.place import allowed
from underwriting.enums import PolicyStatus
from underwriting.models import Application, PolicyVersion
from underwriting.services.first_policies import first_policy_submit

DRAFT = "underwriting.draft_policy"
PPM_A_PERCENT = 10_000
USUAL_CUT_OFF = Decimal(10)


class FirstPolicyForm(ServiceForm):
    """Two numbers in percent."""

    renamed = {"bands": "rate"}

    cut_off = forms.DecimalField(
        label=gettext_lazy("Approve up to this probability of default, in percent"),
        min_value=Decimal("0.01"),
        max_value=Decimal("99.99"),
        decimal_places=2,
        help_text=gettext_lazy("Above it a person decides. Nobody is declined for the score."),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Yearly rate of interest, in percent"),
        min_value=Decimal(0),
        max_value=Decimal(1000),
        decimal_places=2,
    )


def first_policy_page(
    admin: ModelAdmin[Any], request: HttpRequest, product_id: UUID
) -> HttpResponse:
    """The form; its first cut-off is the bad rate of the product's past loans."""

    def call(data: dict[str, Any]) -> HttpResponse:
        version = first_policy_submit(
            **place_of(request),
            product_id=product_id,
            cut_off_ppm=int(data["cut_off"] * PPM_A_PERCENT),
            rate_ppm=int(data["rate"] * PPM_A_PERCENT),
        )
        return redirect(reverse("admin:underwriting_policyversion_change", args=[version.id]))

    return ServicePage(
        admin=admin,
        permission=DRAFT,
        form=FirstPolicyForm(request.POST or None, initial=_initial(request, product_id)),
        call=call,
        title=_("A first policy"),
        lead=_("The least that decides. Change it as soon as you know your loans better."),
        button=_("Draft it and hand it to an approver"),
        done="",
    ).answer(request)


def _initial(request: HttpRequest, product_id: UUID) -> dict[str, Decimal]:
    if request.method == "POST":
        return {}
    organization_id = place_of(request)["organization_id"]
    if not Product.objects.filter(organization_id=organization_id, id=product_id).exists():
        raise Http404
    newest = (
        Dataset.objects.filter(organization_id=organization_id, product_id=product_id)
        .order_by("-registered_at")
        .first()
    )
    known = newest.goods + newest.bads if newest else 0
    if not newest or not known:
        return {"cut_off": USUAL_CUT_OFF}
    return {"cut_off": round(Decimal(100 * newest.bads) / known, 1)}


def policy_steps(
    request: HttpRequest, draft: DictionaryDraft, standing: Standing
) -> Sequence[Step]:
    """What a decision needs beyond a model: a policy in force; then the first application."""
    policy = _policy(draft, standing)
    applied = (
        standing.product is not None
        and Application.objects.filter(
            organization_id=draft.organization_id, product=standing.product
        ).exists()
    )
    return [
        _policy_step(request, policy, standing),
        Step(
            _("Apply as your first applicant would"),
            applied,
            _("The portal asks what the dictionary says, and decides."),
            url=_portal(draft),
            link=_("Open the portal"),
        ),
    ]


def _policy(draft: DictionaryDraft, standing: Standing) -> PolicyVersion | None:
    if standing.product is None:
        return None
    return (
        PolicyVersion.objects.filter(
            organization_id=draft.organization_id, product=standing.product
        )
        .order_by("-number")
        .first()
    )


def _policy_step(request: HttpRequest, policy: PolicyVersion | None, standing: Standing) -> Step:
    label = _("Publish a first policy")
    done = policy is not None and policy.status == PolicyStatus.PUBLISHED
    if policy is not None and policy.status != PolicyStatus.DRAFT:
        url = reverse("admin:underwriting_policyversion_change", args=[policy.id])
        words = _("An approver, who is not its author, publishes it.")
        return Step(label, done, words, url=url, link=_("Open the policy"))
    words = _("Approve up to a probability of default; a person decides the rest.")
    if standing.product is None or not allowed(request, DRAFT):
        return Step(label, done, words)
    url = reverse("admin:underwriting_policyversion_first", args=[standing.product.id])
    return Step(label, done, words, url=url, link=_("Draft a first policy"))


def _portal(draft: DictionaryDraft) -> str:
    return f"/apply/{organization_current().slug}/{draft.product_slug}/"
