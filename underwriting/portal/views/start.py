"""Where an application begins: what is asked, how long it takes, and a way to begin anew."""

import math

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from underwriting.portal.drafts import Draft, draft_forget, receipt_forget, receipt_of
from underwriting.portal.local_forms import money_written, number_written
from underwriting.portal.steps import Asking
from underwriting.portal.visits import Visit, visiting

SECONDS_A_QUESTION = 12


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def start(visit: Visit) -> HttpResponse:
    asking = visit.asking()
    draft = visit.draft()
    if visit.request.method == "POST":
        receipt_forget(visit.request.session, visit.organization.id, visit.product)
        draft = draft or Draft()
        visit.keep(draft)
        step = next((s for s in asking.steps(draft) if s.key not in draft.done), None)
        if step is None:
            return redirect(visit.url("check"))
        return redirect(visit.url("question", person=step.person, page=step.page))
    steps = asking.steps(draft or Draft())
    receipt = receipt_of(visit.request.session, visit.organization.id, visit.product)
    return visit.page(
        "start",
        topics=[step.title for step in steps if step.page not in ("applicants", "agreements")],
        minutes=math.ceil(sum(len(s.questions) for s in steps) * SECONDS_A_QUESTION / 60),
        range=_range(asking),
        begun=bool(draft and draft.done),
        receipt=receipt,
    )


@require_POST
@visiting
def restart(visit: Visit) -> HttpResponse:
    """Delete the answers: for whoever changes their mind, or sits at a shared computer."""
    draft_forget(visit.request.session, visit.organization.id, visit.product)
    receipt_forget(visit.request.session, visit.organization.id, visit.product)
    return redirect(visit.url("start"))


def _range(asking: Asking) -> dict[str, str]:
    amount = asking.terms.product["amount"]
    low, high = (
        money_written(str(amount[name]), asking.currency, asking.language)
        for name in ("min", "max")
    )
    terms = (asking.terms.product.get("term") or {}).get("values", [])
    return {
        "low": low,
        "high": high,
        "shortest": number_written(min(terms), asking.language) if terms else "",
        "longest": number_written(max(terms), asking.language) if terms else "",
    }
