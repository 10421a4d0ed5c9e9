"""The buttons: each reads what it needs, closes that transaction, and calls one service."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from events.actor import Actor
from tenancy.enter import enter
from tenancy.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from underwriting.desk.case import CaseFile, case_file
from underwriting.desk.conditions import conditions_given
from underwriting.desk.page import application_page
from underwriting.desk.place import actor_of, organization_of, permission_needed
from underwriting.desk.review_panel import verdict_forms
from underwriting.enums import ReviewStatus
from underwriting.models import Review
from underwriting.services.reviews import (
    REVIEW,
    review_approve,
    review_claim,
    review_counter_offer,
    review_decline,
    review_refer_up,
    review_release,
    review_second,
)

UNPROCESSABLE = 422
Data = Mapping[str, Any]
Judge = Callable[[Mapping[str, Any], Data, CaseFile], Review]


def _approve(at: Mapping[str, Any], data: Data, case: CaseFile) -> Review:
    conditions = conditions_given(
        data["conditions"], data["other_condition"].strip(), case.application.language
    )
    return review_approve(
        **at,
        override_codes=data["override_codes"],
        note=data["note"],
        conditions=conditions,
        exception=data["exception"],
    )


def _counter_offer(at: Mapping[str, Any], data: Data, case: CaseFile) -> Review:
    return review_counter_offer(
        **at,
        amount=f"{data['amount']:.{case.digits}f}",
        term_months=data.get("term_months"),
        reasons=data["reasons"],
        override_codes=data["override_codes"],
        note=data["note"],
        exception=data["exception"],
    )


def _decline(at: Mapping[str, Any], data: Data, case: CaseFile) -> Review:
    return review_decline(
        **at, reasons=data["reasons"], override_codes=data["override_codes"], note=data["note"]
    )


def _refer_up(at: Mapping[str, Any], data: Data, case: CaseFile) -> Review:
    return review_refer_up(**at, note=data["note"])


def _agree(at: Mapping[str, Any], data: Data, case: CaseFile) -> Review:
    return review_second(**at, agree=True, note=data["note"])


def _disagree(at: Mapping[str, Any], data: Data, case: CaseFile) -> Review:
    return review_second(**at, agree=False, note=data["note"])


JUDGEMENTS: Mapping[str, Judge] = {
    "approve": _approve,
    "counter_offer": _counter_offer,
    "decline": _decline,
    "refer_up": _refer_up,
    "agree": _agree,
    "disagree": _disagree,
}
HOLDS: Mapping[str, Callable[..., Review]] = {"claim": review_claim, "release": review_release}


@require_POST
@permission_needed(REVIEW)
def hold(request: HttpRequest, application_id: UUID, action: str) -> HttpResponse:
    """Claim or release: nothing to fill in."""
    at = _place(request, application_id)
    try:
        HOLDS[action](**at)
    except NotFound as error:
        raise Http404 from error
    except (Conflict, Forbidden) as error:
        messages.error(request, refusal_words(error))
    return redirect("admin:underwriting_application_change", application_id)


@require_POST
@permission_needed(REVIEW)
def judge(request: HttpRequest, application_id: UUID, action: str) -> HttpResponse:
    """A verdict. What the service refuses comes back on the form, with everything filled in."""
    at = _place(request, application_id)
    with enter(at["organization_id"], read_only=True):
        case = case_file(at["organization_id"], application_id, identities=False)
        if case is None:
            raise Http404
        form = verdict_forms(case, action, request.POST)[action]
        sound = form.is_valid()
    if sound and _judged(request, action, form, at, case):
        return redirect("admin:underwriting_application_change", application_id)
    with enter(at["organization_id"], read_only=True):
        page = application_page(request, application_id, bound={action: form})
        page.status_code = UNPROCESSABLE
        return page.render()


def _judged(
    request: HttpRequest, action: str, form: forms.Form, at: Mapping[str, Any], case: CaseFile
) -> bool:
    """Whether the service took it; refusals go onto the form."""
    try:
        review = JUDGEMENTS[action](at, form.cleaned_data, case)
    except Invalid as refused:
        take_errors(form, refused)
        return False
    except (Conflict, Forbidden) as error:
        # Above the page: where the file moved on, its form may be there no more.
        messages.error(request, refusal_words(error))
        return False
    messages.success(request, _outcome_words(review))
    return True


def take_errors(form: forms.Form, refused: Invalid) -> None:
    """Put each refusal of a service at the field that its pointer names."""
    for error in refused.errors:
        name = error.pointer.strip("/").split("/")[0]
        form.add_error(name if name in form.fields else None, error.message)


def refusal_words(error: DomainError) -> str:
    words = {
        "limit": gettext("This is above your limit: somebody with a higher one has to agree."),
        "same_person": gettext("The second person has to be another one."),
        "permission": gettext("Your role does not allow this."),
        "not_open": gettext("This file moved on while you were looking. See where it stands now."),
        "claimed_by_other": gettext("A colleague has this file now."),
        "customer_limit": gettext(
            "With what they owe and were offered, this takes the customer over the limit. Offer"
            " less, or give the reason Exception within the lender’s policy."
        ),
    }
    return words.get(error.code, gettext("This was refused: %(why)s") % {"why": error.message})


def _place(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """Lender, actor and the review that is open: what every service asks for."""
    organization_id = organization_of(request)
    actor: Actor = actor_of(request)
    with enter(organization_id, read_only=True):
        review_id = (
            Review.objects.filter(organization_id=organization_id, application_id=application_id)
            .order_by("-opened_at")
            .values_list("id", flat=True)
            .first()
        )
    if review_id is None:
        raise Http404
    return {"organization_id": organization_id, "actor": actor, "review_id": review_id}


def _outcome_words(review: Review) -> str:
    if review.status == ReviewStatus.SETTLED:
        return gettext("Decided. The applicant will be told.")
    if review.status == ReviewStatus.SECOND_PERSON:
        return gettext("Noted. A second person has to agree before it takes effect.")
    return gettext("Back in the queue for a senior underwriter.")
