"""What is wrong, in the applicant's words, and on which page it can be put right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tenancy.errors import FieldError, Invalid
from underwriting.portal.drafts import Draft
from underwriting.portal.local_forms import example, money_written, number_written
from underwriting.portal.questions import Question
from underwriting.portal.steps import Asking, Step
from underwriting.submission import submission_read


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong answer: the step and question it belongs to, and why in words.

    `question` is None for what no single field can put right.
    """

    step: Step
    question: Question | None
    text: str


def request_of(asking: Asking, draft: Draft) -> dict[str, object]:
    """The request as `application_submit` takes it: what is asked now, and nothing else.

    A question may have gone from the product since it was answered.
    """
    return _asked(asking, "request", draft.request)


def parties_of(asking: Asking, draft: Draft) -> list[dict[str, object]]:
    """The parties as `application_submit` takes them."""
    return [
        {
            "identity": person.identity,
            "facts": _asked(asking, "party", person.facts),
            "consents": [
                {"purpose": purpose, "text_hash": text_hash}
                for purpose, text_hash in sorted(person.consents.items())
            ],
        }
        for person in draft.applicants
    ]


def problems_in(asking: Asking, draft: Draft, language: str) -> list[Problem]:
    """Everything wrong with a draft, by the same reading that a submission gets."""
    try:
        submission_read(
            asking.terms,
            request=request_of(asking, draft),
            parties=parties_of(asking, draft),
            language=language,
        )
    except Invalid as invalid:
        return problems_of(invalid.errors, asking, draft)
    return []


def _asked(asking: Asking, scope: str, given: Mapping[str, object]) -> dict[str, object]:
    pages = asking.terms.dictionary.pages().values()
    names = {field.name for fields in pages for field in fields if field.scope == scope}
    return {name: value for name, value in given.items() if name in names}


def problems_of(errors: Iterable[FieldError], asking: Asking, draft: Draft) -> list[Problem]:
    """Each error at its page and field; what belongs to none stands at the last page."""
    steps = asking.steps(draft)
    found = [_placed(error, steps, asking) for error in errors]
    return [problem for each in found for problem in each]


def _placed(error: FieldError, steps: Sequence[Step], asking: Asking) -> list[Problem]:
    for step in steps:
        for question in step.questions:
            if step.pointer(question) == error.pointer:
                return [Problem(step, question, said(error, question, asking))]
    if error.code == "consent_missing":
        return _consent_missing(error, steps)
    nearest = max(steps, key=lambda step: _shared(step, error.pointer))
    return [Problem(nearest, None, error.message)]


def _consent_missing(error: FieldError, steps: Sequence[Step]) -> list[Problem]:
    """The service names the purpose, not a field; the page has one box for each purpose."""
    purpose = error.params.get("purpose")
    return [
        Problem(step, question, required(question))
        for step in steps
        for question in step.questions
        if question.place == "consents"
        and question.name == purpose
        and step.pointer(question).startswith(f"{error.pointer}/")
    ]


def _shared(step: Step, pointer: str) -> int:
    """How far the pointer and the step's own pointers go the same way."""
    wanted = pointer.split("/")
    best = 0
    for question in step.questions:
        own = step.pointer(question).split("/")
        same = [a == b for a, b in zip(wanted, own, strict=False)]
        best = max(best, same.index(False) if False in same else len(same))
    return best


def required(question: Question) -> str:
    if question.kind == "checkbox":
        return _("We need your agreement to go on.")
    if question.kind in ("radios", "select"):
        return _("Choose an answer.")
    return _("Please answer this question.")


def said(error: FieldError, question: Question, asking: Asking) -> str:
    """The error in words that fit how the question is asked, numbers as the reader writes them."""
    if error.code in ("required", "null"):
        return required(question)
    return (
        unreadable(error.code, question, asking.language)
        or _bounded(error.code, error.params, question, asking)
        or error.message
    )


def unreadable(code: str, question: Question, language: str) -> str:
    """Why something typed could not be read; empty for another kind of problem."""
    texts = {
        "category": _("Choose one of the answers listed."),
        "type_integer": _("Write a whole number, such as 12."),
        "type_decimal": _("Write a number such as %(example)s."),
        "type_money": _("Write an amount such as %(example)s."),
        "precision": _("Write at most %(scale)s decimals, such as %(example)s."),
        "date": _("Write a date that exists, such as 27 3 1985."),
        "type_date": _("Write a date that exists, such as 27 3 1985."),
    }
    values = {"example": example(language, question.scale), "scale": question.scale}
    return texts[code] % values if code in texts else ""


def _bounded(code: str, params: Mapping[str, object], question: Question, asking: Asking) -> str:
    def shown(name: str) -> str:
        value = str(params[name])
        if question.kind == "money":
            return money_written(value, question.currency, asking.language)
        return number_written(value, asking.language)

    if question.kind not in ("money", "integer", "decimal"):
        return ""
    if code == "amount_range":
        return _("Choose an amount from %(low)s to %(high)s.") % {
            "low": shown("min"), "high": shown("max"),
        }  # fmt: skip
    if code == "minimum":
        return _("The least possible here is %(bound)s.") % {"bound": shown("minimum")}
    if code == "maximum":
        return _("The most possible here is %(bound)s.") % {"bound": shown("maximum")}
    return ""
