"""One page of questions: asked, read, kept, and checked as the whole submission will be."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tenancy.errors import NotFound
from underwriting.portal.drafts import Draft
from underwriting.portal.problems import problems_in, required, unreadable
from underwriting.portal.questions import Answer, asked
from underwriting.portal.steps import Asking, Step, value_of, value_put
from underwriting.portal.visits import Visit, remember_language, visiting

CHANGE = "change"


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def question(visit: Visit, person: int, page: str) -> HttpResponse:
    draft = visit.draft()
    if draft is None:
        return redirect(visit.url("start"))
    asking = visit.asking()
    steps = asking.steps(draft)
    step = next((s for s in steps if s.person == person and s.page == page), None)
    if step is None:
        raise NotFound("no such page")
    if visit.request.method == "POST":
        return _answered(visit, asking, draft, step)
    errors = _errors(visit, asking, draft, step, {}) if "show" in visit.request.GET else {}
    return _page(visit, asking, draft, step, errors)


def _answered(visit: Visit, asking: Asking, draft: Draft, step: Step) -> HttpResponse:
    post = visit.request.POST
    answers = {q.name: q.read(post, visit.language) for q in step.questions}
    _keep(visit, draft, step, answers)
    if wanted := post.get("language"):
        visit.keep(draft)
        return remember_language(redirect(visit.request.get_full_path()), visit, wanted)
    errors = _errors(visit, asking, draft, step, answers)
    done = [key for key in draft.done if key != step.key]
    draft.done = done if errors else [*done, step.key]
    visit.keep(draft)
    if errors:
        return _page(visit, asking, draft, step, errors, status=422)
    return redirect(_next(visit, asking, draft, step))


def _keep(visit: Visit, draft: Draft, step: Step, answers: Mapping[str, Answer]) -> None:
    """Values go where they belong; what could not be read is kept as it was typed."""
    for each in step.questions:
        value_put(draft, step, each, answers[each.name].value)
    address = draft.person(step.person).identity.get("address")
    if address:
        address["country"] = visit.organization.country
        if len(address) == 1:
            del draft.person(step.person).identity["address"]
    unread = {name: list(a.typed) for name, a in answers.items() if a.problem}
    draft.typed.pop(step.key, None)
    if unread:
        draft.typed[step.key] = unread


def _errors(
    visit: Visit, asking: Asking, draft: Draft, step: Step, answers: Mapping[str, Answer]
) -> dict[str, str]:
    """The page's wrong answers, by question; other pages' are for other pages to say."""
    errors = {
        problem.question.name: problem.text
        for problem in reversed(problems_in(asking, draft, visit.lender_language))
        if problem.question and problem.step.key == step.key
    }
    for each in step.questions:
        answer = answers.get(each.name)
        if answer and answer.problem:
            errors[each.name] = unreadable(answer.problem, each, visit.language)
        elif each.place == "count" and draft.count is None:
            errors[each.name] = required(each)
    return {q.name: errors[q.name] for q in step.questions if q.name in errors}


def _next(visit: Visit, asking: Asking, draft: Draft, step: Step) -> str:
    """The page after this one, or back to the summary when nothing else is unanswered."""
    steps = asking.steps(draft)
    after = [s for s in steps if s.key not in draft.done]
    if CHANGE not in visit.request.GET:
        here = next(index for index, s in enumerate(steps) if s.key == step.key)
        after = steps[here + 1 :]
    if not after:
        return visit.url("check")
    return visit.url("question", person=after[0].person, page=after[0].page)


def _page(
    visit: Visit,
    asking: Asking,
    draft: Draft,
    step: Step,
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    steps = asking.steps(draft)
    here = next(index for index, s in enumerate(steps) if s.key == step.key)
    typed = draft.typed.get(step.key, {})
    before = steps[here - 1] if here else None
    return visit.page(
        "question",
        status=status,
        form_id="answers",
        step=step,
        person=draft.person(step.person),
        several=(draft.count or 1) > 1,
        number=here + 1,
        total=len(steps) + 1,
        back=visit.url("question", person=before.person, page=before.page)
        if before
        else visit.url("start"),
        questions=[
            asked(
                each,
                value_of(draft, step, each),
                typed.get(each.name),
                visit.language,
                errors.get(each.name, ""),
            )
            for each in step.questions
        ],
        errors=bool(errors),
    )
