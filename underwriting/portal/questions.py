"""One question of a page: how it is asked, how its answer is read and shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ml.dictionary.entries import Field
from underwriting.portal.local_forms import (
    SYMBOLS,
    date_written,
    money_written,
    number_read,
    number_written,
)

MOST_RADIOS = 7
DATE_PARTS = ("day", "month", "year")
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed, and its value in human form; `problem` is a code when it cannot be read."""

    typed: tuple[str, ...]
    value: Any = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`place` is where the answer goes: request, facts, identity, address, count or consents.

    `kind` is how it is asked: text, email, tel, integer, decimal, money, date, radios, select
    or checkbox.
    """

    place: str
    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    prefix: str = ""
    suffix: str = ""
    scale: int = 0
    currency: str = ""
    autocomplete: str = ""
    as_integer: bool = False
    as_boolean: bool = False
    width: str = ""

    @property
    def path(self) -> str:
        """Where the answer stands below its party or request, as a JSON pointer says it."""
        under = {"address": "identity/address"}.get(self.place, self.place)
        return f"{under}/{self.name}"

    @property
    def focus(self) -> str:
        """The id of the control an error leads to."""
        if self.kind == "date":
            return f"{self.name}-day"
        return f"{self.name}-1" if self.kind == "radios" else self.name

    def read(self, post: QueryDict, language: str) -> Answer:
        if self.kind == "date":
            return self._read_date(post)
        text = post.get(self.name, "").strip()
        if not text:
            return Answer((text,))
        if self.kind in ("radios", "select", "checkbox"):
            return self._read_choice(text)
        if self.kind in ("integer", "decimal", "money"):
            return self._read_number(text, language)
        return Answer((text,), text)

    def typed(self, value: Any, language: str) -> tuple[str, ...]:
        """A value as it stands in the field again."""
        if value is None:
            return ("", "", "") if self.kind == "date" else ("",)
        if self.kind == "date":
            year, month, day = str(value).split("-")
            return (str(int(day)), str(int(month)), year)
        if self.as_boolean:
            return (YES if value else NO,)
        if self.kind in ("integer", "decimal", "money"):
            return (number_written(value, language),)
        return (str(value),)

    def shown(self, value: Any, language: str) -> str:
        """A value in words, for the summary."""
        if value is None or value == "":
            return ""
        if self.kind == "date":
            return date_written(date.fromisoformat(value))
        if self.kind == "money":
            return money_written(value, self.currency, language)
        if self.kind in ("integer", "decimal"):
            number = number_written(value, language)
            return f"{number} {self.suffix}".strip()
        if self.options:
            given = self.typed(value, language)[0]
            return next((o.label for o in self.options if o.value == given), given)
        return str(value)

    def _read_choice(self, text: str) -> Answer:
        if text not in {option.value for option in self.options}:
            return Answer((text,), problem="category")
        if self.as_boolean:
            return Answer((text,), text == YES)
        return Answer((text,), int(text) if self.as_integer else text)

    def _read_number(self, text: str, language: str) -> Answer:
        found = number_read(text, language)
        if found is None:
            return Answer((text,), problem=f"type_{self.kind}")
        if self.kind == "integer":
            if "." in found:
                return Answer((text,), problem="type_integer")
            return Answer((text,), int(found))
        if len(found.partition(".")[2]) > self.scale:
            return Answer((text,), problem="precision")
        return Answer((text,), found)

    def _read_date(self, post: QueryDict) -> Answer:
        parts = tuple(post.get(f"{self.name}-{part}", "").strip() for part in DATE_PARTS)
        if not any(parts):
            return Answer(parts)
        try:
            day, month, year = (int(part) for part in parts)
            return Answer(parts, date(year, month, day).isoformat())
        except ValueError:
            return Answer(parts, problem="date")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands on a page: with what was typed, and what is wrong with it."""

    question: Question
    typed: Sequence[str]
    error: str = ""
    described_by: str = field(default="")

    @property
    def value(self) -> str:
        return self.typed[0] if self.typed else ""

    @property
    def date_parts(self) -> list[tuple[str, str, str]]:
        labels = (_("Day"), _("Month"), _("Year"))
        return list(zip(DATE_PARTS, labels, self.typed or ("", "", ""), strict=True))

    @property
    def hint(self) -> str:
        """The ids of what describes the control, for a screen reader."""
        parts = [f"{self.question.name}-hint"] if self.question.help else []
        return " ".join([*parts, f"{self.question.name}-error"] if self.error else parts)


def asked(
    question: Question, value: Any, typed: Sequence[str] | None, language: str, error: str = ""
) -> Asked:
    """What was typed and could not be read stands again as it was; else the value."""
    return Asked(question, typed or question.typed(value, language), error)


def words(texts: Mapping[str, str], language: str) -> str:
    """A text of the lender's in the reader's language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def field_question(
    entry: Field, language: str, currency: str, *, choices: Sequence[int] = ()
) -> Question:
    """The question of a dictionary field. `choices`: the only numbers that the product takes."""
    options = _options(entry, language, choices)
    return Question(
        place="request" if entry.scope == "request" else "facts",
        name=entry.name,
        kind=_kind(entry, options),
        label=words(entry.label, language),
        help=words(entry.help, language),
        required=_demanded(entry),
        options=options,
        prefix=SYMBOLS.get(entry.unit or currency, entry.unit or currency)
        if entry.type == "money"
        else "",
        suffix=_unit(entry.unit) if entry.type in ("integer", "decimal") else "",
        scale=entry.digits,
        currency=entry.unit or currency,
        as_integer=bool(choices),
        as_boolean=entry.type == "boolean",
        width="short" if entry.type == "integer" else "",
    )


def _kind(entry: Field, options: Sequence[Option]) -> str:
    if options:
        return "radios" if len(options) <= MOST_RADIOS else "select"
    return entry.type


def _options(entry: Field, language: str, choices: Sequence[int]) -> tuple[Option, ...]:
    if choices:
        unit = _unit(entry.unit)
        return tuple(Option(str(choice), f"{choice} {unit}".strip()) for choice in choices)
    if entry.type == "boolean":
        options = [Option(YES, _("Yes")), Option(NO, _("No"))]
    else:
        options = [Option(each.value, words(each.label, language)) for each in entry.values]
    if options and len(options) < MOST_RADIOS and not _demanded(entry):
        options.append(Option("", words(entry.missing_means or {}, language) or _("Not given")))
    return tuple(options)


def _demanded(entry: Field) -> bool:
    return entry.required and entry.missing == "refuse"


def _unit(unit: str | None) -> str:
    known = {"months": _("months"), "years": _("years"), "days": _("days")}
    return known.get(unit or "", unit or "")
