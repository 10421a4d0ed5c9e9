"""What if: answers turned on sliders, and at once the score, the reasons and the outcome.

Nothing is recorded: what the page shows is computed by the plan in force and forgotten.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from accounts.desk.place import organization_of, permission_needed
from accounts.site import desk_site
from ml.drift.baseline import Baseline
from scoring.models import Product
from scoring.selectors.models import champion_or_none
from scoring.selectors.monitoring import baseline_document
from tenancy.clock import now
from tenancy.enter import enter
from underwriting.decisioning.inputs import InputsRefused
from underwriting.desk.history import offer_words
from underwriting.desk.sliders import answers_from, sliders
from underwriting.desk.waterfall import Effect, Waterfall, waterfall
from underwriting.desk.words import answer, label, language, percent, product_name
from underwriting.models import Decision
from underwriting.selectors.explanations import likelihood_words, outcome_words
from underwriting.selectors.reasons import document_reasons
from underwriting.services.trials import Trial, trial_of

TONES = {"approve": "good", "counter_offer": "info", "refer": "warn", "decline": "bad"}


@dataclass(frozen=True, slots=True)
class Tried:
    """What would be decided, in words."""

    outcome: str
    tone: str
    points: int | None
    pd: str
    likelihood: str
    band: str
    offer: str
    reasons: Sequence[str]
    chart: Waterfall | None


@permission_needed("scoring.view_monitoringrun")
def whatif(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The page, or with answers only the part that changes. A POST is read, never written."""
    organization_id = organization_of(request)
    if request.method != "POST":
        return _page(request, _product(organization_id, product_id))
    with enter(organization_id, read_only=True):
        product = _product(organization_id, product_id)
        page = _page(request, product, posted=request.POST)
        return page.render()


def _page(
    request: HttpRequest, product: Product, posted: Mapping[str, str] | None = None
) -> TemplateResponse:
    trial = trial_of(product)
    context: dict[str, Any] = {"product": product, "name": product_name(product), "trial": trial}
    if trial is not None:
        given = answers_from(trial.plan.dictionary, posted) if posted else _start(product, trial)
        controls = sliders(trial.plan.dictionary, _baseline(product), given)
        if posted is None:
            turned = {control.key: control.value for control in controls}
            given = answers_from(trial.plan.dictionary, turned)
        context |= {"controls": controls, "tried": _tried(product, trial, given)}
    if posted and request.headers.get("HX-Request"):
        return TemplateResponse(request, "admin/underwriting/whatif/answered.html", context)
    shown = {**desk_site().each_context(request), "title": gettext("What if"), **context}
    return TemplateResponse(request, "admin/underwriting/whatif/page.html", shown)


def _product(organization_id: UUID, product_id: UUID) -> Product:
    found = Product.objects.filter(organization_id=organization_id, id=product_id).first()
    if found is None:
        raise Http404
    return found


def _baseline(product: Product) -> Baseline | None:
    organization_id = product.organization_id
    champion = champion_or_none(organization_id, product.id, now(organization_id))
    found = baseline_document(champion) if champion else None
    return Baseline.parse(found) if found else None


def _start(product: Product, trial: Trial) -> dict[str, dict[str, Any]]:
    """The answers of the newest decided application: somebody's, and nobody's name."""
    newest = (
        Decision.objects.filter(
            organization_id=product.organization_id,
            application__product=product,
            dictionary_hash=trial.plan.hashes.dictionary,
            inputs__isnull=False,
        )
        .order_by("-id")
        .values_list("inputs", flat=True)
        .first()
    )
    inputs = json.loads(newest) if newest else {"request": {}, "parties": [{"facts": {}}]}
    return {"request": inputs["request"], "party": inputs["parties"][0]["facts"]}


def _tried(product: Product, trial: Trial, given: Mapping[str, Mapping[str, Any]]) -> Tried | None:
    try:
        document = trial.decide(given["request"], given["party"])
    except InputsRefused:
        return None
    reasons = document_reasons(
        product.organization_id,
        trial.policy_hash,
        trial.plan.hashes.dictionary,
        document["reasons"],
        language(),
    )
    return Tried(
        outcome=outcome_words(document["outcome"], language()),
        tone=TONES[document["outcome"]],
        points=document["points"],
        pd=percent(document["pd_ppm"], 1),
        likelihood=likelihood_words(document["pd_ppm"], language()),
        band=document["band"] or "",
        offer=_offer(product, document["offer"]),
        reasons=reasons,
        chart=_chart(product, trial, document, {**given["request"], **given["party"]}),
    )


def _offer(product: Product, offer: Mapping[str, Any] | None) -> str:
    return offer_words(offer, product.minor_units) if offer else ""


def _chart(
    product: Product, trial: Trial, document: Mapping[str, Any], values: Mapping[str, Any]
) -> Waterfall | None:
    party = document["parties"][0] if document["parties"] else None
    if party is None or party["points"] is None:
        return None
    dictionary = trial.plan.dictionary
    effects = [
        Effect(
            name,
            label(dictionary, name),
            answer(dictionary.entries.get(name), values.get(name), product.currency)
            if name in values
            else "",
            points,
        )
        for name, points in party["contributions"]
    ]
    labels = (gettext("Reference"), gettext("All others"), gettext("Points"))
    return waterfall(party["points"], effects, labels)
