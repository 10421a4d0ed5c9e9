"""The page a partner sends somebody to: their own part of a draft, what is missing, agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from events.actor import Actor
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid, NotFound
from underwriting.portal.devices import device_of, device_remember
from underwriting.portal.problems import required, said, unreadable
from underwriting.portal.questions import Answer, Question, asked
from underwriting.portal.steps import Asking, Step
from underwriting.portal.views.linked import Linked, linked
from underwriting.portal.visits import Visit, remember_language, visiting
from underwriting.selectors.consents import purposes_agreed
from underwriting.services.facts import UNFINISHED, Addition, facts_add
from underwriting.submission import pointer_of

AGREEMENTS = "agreements"


@dataclass(frozen=True, slots=True)
class Part:
    """One party's part of a draft: what is asked of them, and what they said until now."""

    linked: Linked
    asking: Asking
    steps: Sequence[Step]
    agreed: frozenset[str]

    @property
    def questions(self) -> list[Question]:
        return [question for step in self.steps for question in step.questions]

    def known(self, question: Question) -> Any:
        if question.place == "consents":
            given = question.name in self.agreed
            return question.options[0].value if given else None
        return (self.linked.view.facts or {}).get(question.name)


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def finish(visit: Visit, token: str) -> HttpResponse:
    """Only while there is something to finish; afterwards the same link shows where it stands."""
    found = linked(visit, token)
    if found.view.application.status not in UNFINISHED or not found.view.application.hosted:
        return redirect(visit.url("status", token=token))
    part = _part(visit, found)
    if wanted := visit.request.POST.get("language"):
        return remember_language(redirect(visit.request.path), visit, wanted)
    if visit.request.method == "POST":
        return _handed_in(visit, part, token)
    return _page(visit, part, {}, {})


def _part(visit: Visit, found: Linked) -> Part:
    asking = visit.asking()
    person = found.party.position + 1
    steps = [kept for step in asking.person_steps(person) if (kept := _own(step)).questions]
    with enter(visit.organization.id, read_only=True):
        agreed = purposes_agreed(visit.organization.id, found.party.party_id)
    return Part(found, asking, steps, agreed)


def _own(step: Step) -> Step:
    """What the party says themselves: the request and who they are was said by the partner."""
    kept = tuple(each for each in step.questions if each.place in ("facts", "consents"))
    return replace(step, questions=kept)


def _handed_in(visit: Visit, part: Part, token: str) -> HttpResponse:
    answers = {q.name: q.read(visit.request.POST, visit.language) for q in part.questions}
    errors = _errors(visit, part, answers)
    if errors:
        return _page(visit, part, answers, errors, status=422)
    device = device_of(visit)
    try:
        _added(visit, part, answers, device)
    except Invalid as invalid:
        return _page(visit, part, answers, _placed(part, invalid.errors), status=422)
    except Conflict:
        return redirect(f"{visit.url('status', token=token)}?late=1")
    return device_remember(redirect(visit.url("status", token=token)), visit, device)


def _added(visit: Visit, part: Part, answers: Mapping[str, Answer], device: str | None) -> None:
    facts = {q.name: answers[q.name].value for q in part.questions if q.place == "facts"}
    consents = [
        {"purpose": question.name, "text_hash": question.options[0].value}
        for question in part.questions
        if question.place == "consents" and question.name not in part.agreed
    ]
    facts_add(
        organization_id=visit.organization.id,
        actor=Actor("applicant", str(part.linked.party.party_id)),
        application_id=part.linked.party.application_id,
        addition=Addition(
            position=part.linked.party.position,
            facts=facts,
            consents=consents,
            hands_in=True,
            device=device,
        ),
    )


def _errors(visit: Visit, part: Part, answers: Mapping[str, Answer]) -> dict[str, str]:
    """What cannot be read, and what is demanded and was left out."""
    errors = {}
    for question in part.questions:
        answer = answers[question.name]
        if answer.problem:
            errors[question.name] = unreadable(answer.problem, question, visit.language)
        elif answer.value is None and (question.required or question.place == "consents"):
            errors[question.name] = required(question)
    return errors


def _placed(part: Part, errors: Sequence[FieldError]) -> dict[str, str]:
    """The service's own refusals at the questions they are about."""
    own = pointer_of(part.linked.party.position)
    by_name = {question.name: question for question in part.questions}
    placed = {}
    for error in errors:
        name = error.pointer.removeprefix(f"{own}/facts/")
        if name in by_name:
            placed[name] = said(error, by_name[name], part.asking)
    if not placed:
        raise NotFound("nothing here can put it right")
    return placed


def _page(
    visit: Visit,
    part: Part,
    answers: Mapping[str, Answer],
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    sections = [
        (step, [_asked(visit, part, each, answers, errors) for each in step.questions])
        for step in part.steps
    ]
    return visit.page(
        "finish",
        status=status,
        form_id="answers",
        linked=part.linked,
        sections=sections,
        errors=[asked for _, each in sections for asked in each if asked.error],
        agreements=AGREEMENTS,
    )


def _asked(
    visit: Visit,
    part: Part,
    question: Question,
    answers: Mapping[str, Answer],
    errors: Mapping[str, str],
) -> Any:
    answer = answers.get(question.name)
    value = answer.value if answer else part.known(question)
    typed = answer.typed if answer and answer.problem else None
    return asked(question, value, typed, visit.language, errors.get(question.name, ""))
