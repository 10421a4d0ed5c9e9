"""The pages of one application in order, for as many people as apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ml.dictionary.entries import Field
from underwriting.models import ConsentText
from underwriting.portal.drafts import Draft
from underwriting.portal.questions import Option, Question, field_question
from underwriting.submission import Terms, pointer_of

OWN_PAGES = ("applicants", "about", "contact", "agreements")


@dataclass(frozen=True, slots=True)
class Step:
    """One page: a topic of one person's, with its questions."""

    person: int
    page: str
    title: str
    questions: tuple[Question, ...]

    @property
    def key(self) -> str:
        return f"{self.person}/{self.page}"

    def pointer(self, question: Question) -> str:
        """Where the answer stands in what is handed in (RFC 6901)."""
        if question.place in ("request", "count"):
            return f"/{question.path}"
        party = pointer_of(self.person - 1)
        if question.place == "consents":
            return f"{party}/consents/{question.name}"
        return f"{party}/{question.path}"


@dataclass(frozen=True, slots=True)
class Asking:
    """What a product asks: the terms in force, its currency, its consent texts, a language."""

    terms: Terms
    currency: str
    consents: tuple[ConsentText, ...]
    language: str

    def steps(self, draft: Draft) -> list[Step]:
        people = range(1, (draft.count or 1) + 1)
        return [
            *self._request_steps(),
            *([self._applicants()] if self.most_people > 1 else []),
            *(step for person in people for step in self._person_steps(person)),
            *(self._agreements(person) for person in people if self.consents),
        ]

    @property
    def most_people(self) -> int:
        return int(self.terms.product.get("max_parties", 1))

    def person_steps(self, person: int) -> list[Step]:
        """The pages of one person's own, with what they agree to at the end."""
        agreements = [self._agreements(person)] if self.consents else []
        return [*self._person_steps(person), *agreements]

    def _request_steps(self) -> list[Step]:
        return [
            self._field_step(1, page, fields)
            for page, fields in self.terms.dictionary.pages().items()
            if all(field.scope == "request" for field in fields)
        ]

    def _person_steps(self, person: int) -> list[Step]:
        steps = [
            Step(person, "about", page_title("about"), about_questions()),
            Step(person, "contact", page_title("contact"), contact_questions()),
        ]
        for page, fields in self.terms.dictionary.pages().items():
            if all(field.scope == "request" for field in fields):
                continue
            own = [field for field in fields if person == 1 or field.scope == "party"]
            steps.append(self._field_step(person, page, own))
        return steps

    def _field_step(self, person: int, page: str, fields: Sequence[Field]) -> Step:
        return Step(person, page, page_title(page), tuple(self._question(each) for each in fields))

    def _question(self, entry: Field) -> Question:
        term = self.terms.product.get("term") or {}
        offered = term["values"] if term.get("field") == entry.name else ()
        return field_question(entry, self.language, self.currency, choices=offered)

    def _applicants(self) -> Step:
        options = [Option("1", _("Only me"))]
        for others in range(1, self.most_people):
            text = ngettext(
                "Me and %(others)s other person", "Me and %(others)s other people", others
            )
            options.append(Option(str(others + 1), text % {"others": others}))
        question = Question(
            "count", "applicants", "radios", _("Who is applying?"),
            help=_("Everybody who applies is liable for the whole amount."),
            options=tuple(options), as_integer=True,
        )  # fmt: skip
        return Step(1, "applicants", page_title("applicants"), (question,))

    def _agreements(self, person: int) -> Step:
        questions = tuple(
            Question(
                "consents", text.purpose, "checkbox", text.body,
                options=(Option(text.content_hash, text.body),),
            )
            for text in self.consents
        )  # fmt: skip
        return Step(person, "agreements", page_title("agreements"), questions)


def about_questions() -> tuple[Question, ...]:
    return (
        Question("identity", "given_names", "text", _("Given names"), autocomplete="given-name",
                 help=_("As they stand in the identity document.")),
        Question("identity", "family_name", "text", _("Family name"), autocomplete="family-name"),
        Question("identity", "birth_date", "date", _("Date of birth"), autocomplete="bday",
                 help=_("For example 27 3 1985.")),
    )  # fmt: skip


def contact_questions() -> tuple[Question, ...]:
    return (
        Question("identity", "email", "email", _("E-mail address"), autocomplete="email",
                 help=_("We send the link to your application there.")),
        Question("identity", "phone", "tel", _("Phone number"), required=False, autocomplete="tel"),
        Question("identity", "national_id", "text", _("Identity number"), required=False,
                 help=_("Of your identity card or taxpayer register."), width="medium"),
        Question("address", "line1", "text", _("Street and number"), required=False,
                 autocomplete="address-line1"),
        Question("address", "line2", "text", _("Address, second line"), required=False,
                 autocomplete="address-line2"),
        Question("address", "postal_code", "text", _("Postal code"), required=False,
                 autocomplete="postal-code", width="medium"),
        Question("address", "city", "text", _("Town or city"), required=False,
                 autocomplete="address-level2"),
    )  # fmt: skip


def page_title(page: str) -> str:
    """The heading of a page; a lender's own page name stands for itself."""
    known = {
        "applicants": _("Who is applying"),
        "about": _("About you"),
        "contact": _("How to reach you"),
        "agreements": _("What you agree to"),
        "loan": _("The loan"),
        "card": _("The card"),
        "income": _("Income and commitments"),
        "accounts": _("Accounts and savings"),
        "credit": _("Borrowing"),
        "work": _("Your work"),
        "home": _("Where you live"),
        "cards": _("Cards and accounts"),
    }
    return known.get(page, page.replace("_", " ").replace("-", " ").capitalize())


def value_of(draft: Draft, step: Step, question: Question) -> Any:
    """The draft's answer to a question, None where there is none."""
    if question.place == "count":
        return draft.count
    if question.place == "request":
        return draft.request.get(question.name)
    person = draft.person(step.person)
    if question.place == "address":
        return (person.identity.get("address") or {}).get(question.name)
    held: dict[str, Any] = getattr(person, question.place)
    return held.get(question.name)


def value_put(draft: Draft, step: Step, question: Question, value: Any) -> None:
    """Write an answer into the draft; None takes it out."""
    if question.place == "count":
        draft.count = value
        return
    if question.place == "address":
        _address_put(draft.person(step.person).identity, question.name, value)
        return
    person = draft.person(step.person)
    held = draft.request if question.place == "request" else getattr(person, question.place)
    if value is None:
        held.pop(question.name, None)
    else:
        held[question.name] = value


def _address_put(identity: dict[str, Any], name: str, value: Any) -> None:
    """An address without a line is no address."""
    lines = {**identity.get("address", {}), name: value}
    identity["address"] = {line: text for line, text in lines.items() if text is not None}
    if not identity["address"]:
        del identity["address"]
