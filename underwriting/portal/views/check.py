"""The answers once more, each with a way to change it; then they are handed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenancy.errors import Conflict, Invalid
from underwriting.portal.devices import device_of, device_remember
from underwriting.portal.drafts import Draft, receipt_keep, receipt_of
from underwriting.portal.handing_in import hand_in
from underwriting.portal.problems import Problem, problems_in, problems_of
from underwriting.portal.questions import Question
from underwriting.portal.steps import Asking, Step, value_of
from underwriting.portal.visits import Visit, remember_language, visiting


@dataclass(frozen=True, slots=True)
class Row:
    question: Question
    answer: str
    change: str


@dataclass(frozen=True, slots=True)
class Section:
    """One page of answers, with whose they are; `more` leads to what was left unanswered."""

    title: str
    person: str
    rows: Sequence[Row]
    more: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line of the error summary: what, and where to put it right."""

    text: str
    href: str


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def check(visit: Visit) -> HttpResponse:
    draft = visit.draft()
    if draft is None:
        return _sent_or_start(visit)
    if wanted := visit.request.POST.get("language"):
        return remember_language(redirect(visit.url("check")), visit, wanted)
    asking = visit.asking()
    unanswered = [s for s in asking.steps(draft) if s.key not in draft.done]
    if unanswered:
        first = unanswered[0]
        return redirect(visit.url("question", person=first.person, page=first.page))
    problems = problems_in(asking, draft, visit.lender_language)
    if visit.request.method == "POST" and not problems:
        return _handed_in(visit, asking, draft)
    return _page(visit, asking, draft, problems)


def _sent_or_start(visit: Visit) -> HttpResponse:
    """A second click, or the way back after handing in, leads to what became of it."""
    receipt = receipt_of(visit.request.session, visit.organization.id, visit.product)
    if receipt is None:
        return redirect(visit.url("start"))
    return redirect(visit.url("status", token=receipt.links[0]))


def _handed_in(visit: Visit, asking: Asking, draft: Draft) -> HttpResponse:
    device = device_of(visit)
    try:
        receipt = hand_in(visit, asking, draft, device)
    except Invalid as invalid:
        return _page(visit, asking, draft, problems_of(invalid.errors, asking, draft))
    except Conflict:
        return _changed_meanwhile(visit, draft)
    receipt_keep(visit.request.session, visit.organization.id, visit.product, receipt)
    return device_remember(redirect(visit.url("status", token=receipt.links[0])), visit, device)


def _changed_meanwhile(visit: Visit, draft: Draft) -> HttpResponse:
    """The same draft was handed in with other answers, in another window: this is a new one."""
    draft.nonce = Draft().nonce
    visit.keep(draft)
    return redirect(visit.url("check"))


def _page(visit: Visit, asking: Asking, draft: Draft, problems: Sequence[Problem]) -> HttpResponse:
    steps = asking.steps(draft)
    return visit.page(
        "check",
        status=422 if problems else 200,
        form_id="answers",
        sections=[_section(visit, draft, step) for step in steps],
        wrong=[_wrong(visit, problem) for problem in problems],
        number=len(steps) + 1,
        total=len(steps) + 1,
        back=visit.url("question", person=steps[-1].person, page=steps[-1].page),
        several=(draft.count or 1) > 1,
    )


def _section(visit: Visit, draft: Draft, step: Step) -> Section:
    place = visit.url("question", person=step.person, page=step.page)
    rows = [
        Row(
            question,
            _answer(visit, draft, step, question),
            f"{place}?change=1#{question.focus}",
        )
        for question in step.questions
    ]
    person = "" if step.page == "applicants" else draft.person(step.person).given_names
    asked_of_all = all(question.place == "request" for question in step.questions)
    answered = [row for row in rows if row.answer]
    more = f"{place}?change=1" if len(answered) < len(rows) else ""
    return Section(step.title, "" if asked_of_all else person, answered, more)


def _answer(visit: Visit, draft: Draft, step: Step, question: Question) -> str:
    value = value_of(draft, step, question)
    if question.place == "consents":
        return _("Agreed") if value else ""
    return question.shown(value, visit.language)


def _wrong(visit: Visit, problem: Problem) -> Wrong:
    place = visit.url("question", person=problem.step.person, page=problem.step.page)
    question = problem.question
    label = question.label if question else problem.step.title
    focus = f"#{question.focus}" if question else ""
    return Wrong(f"{label}: {problem.text}", f"{place}?change=1&show=1{focus}")
