"""What the applicant answers to a decision: yes, no, a person please, or never mind."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from events.actor import Actor
from tenancy.errors import Conflict, NotFound
from underwriting.portal.views.linked import Linked, linked
from underwriting.portal.visits import Visit, visiting
from underwriting.services.applications import application_withdraw
from underwriting.services.offers import offer_accept, offer_decline
from underwriting.services.requests import LONGEST_WORDS, review_request

ANSWERS: dict[str, Callable[..., Any]] = {"accept": offer_accept, "decline": offer_decline}


@require_POST
@visiting
def offer(visit: Visit, token: str) -> HttpResponse:
    answer = ANSWERS.get(visit.request.POST.get("answer", ""))
    if answer is None:
        raise NotFound("no such answer")
    return _done(visit, token, answer)


@require_POST
@visiting
def review(visit: Visit, token: str) -> HttpResponse:
    """A person is asked to look at what a computer decided."""
    words = visit.request.POST.get("words", "")[:LONGEST_WORDS]
    return _done(visit, token, partial(review_request, words=words))


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def withdraw(visit: Visit, token: str) -> HttpResponse:
    """Asked once more before it is done: it cannot be taken back."""
    if visit.request.method == "POST":
        return _done(visit, token, application_withdraw)
    found = _first_party(visit, token)
    if not found.standing.withdrawable:
        return redirect(visit.url("status", token=token))
    return visit.page("withdraw", token=token, linked=found)


def _done(visit: Visit, token: str, service: Callable[..., Any]) -> HttpResponse:
    """The page itself shows what holds now, also when somebody was faster."""
    found = _first_party(visit, token)
    try:
        service(
            organization_id=visit.organization.id,
            actor=Actor("applicant", str(found.party.party_id)),
            application_id=found.party.application_id,
        )
    except Conflict:
        return redirect(f"{visit.url('status', token=token)}?late=1")
    return redirect(visit.url("status", token=token))


def _first_party(visit: Visit, token: str) -> Linked:
    """The applicant answers for the application; a co-applicant's link does not."""
    found = linked(visit, token)
    if found.party.position != 0:
        raise NotFound("only the applicant answers")
    return found
