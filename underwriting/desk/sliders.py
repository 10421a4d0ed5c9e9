"""What one can turn on the what-if page: a control for each answer a decision rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext

from ml.dictionary import Dictionary, Field
from ml.drift.baseline import Baseline
from ml.drift.bins import MISSING, NEW, REST
from underwriting.desk.words import label, language
from underwriting.selectors.explanations import in_language
from underwriting.submission import OF_AGE

SCOPES = ("request", "party")
STEPS = 200


@dataclass(frozen=True, slots=True)
class Slider:
    """One control. Numbers have `low`, `high` and `step` in human form, the others `choices`.

    `place` is where a number's slider stands, though nothing be stated.
    """

    name: str
    scope: str
    label: str
    value: str
    place: str = ""
    low: str = ""
    high: str = ""
    step: str = ""
    choices: Sequence[tuple[str, str]] = ()
    unit: str = ""

    @property
    def key(self) -> str:
        return f"{self.scope}.{self.name}"


def sliders(
    dictionary: Dictionary, baseline: Baseline | None, answers: Mapping[str, Mapping[str, Any]]
) -> list[Slider]:
    """A control for every fact an applicant states, beginning at the answers given.

    Where nobody has answered yet typical answers are taken; of answers given what is missing stays
    missing, unless it must be stated.
    """
    return [
        _slider(
            dictionary,
            field,
            baseline,
            answers.get(scope, {}).get(field.name),
            may_lack=bool(answers.get(scope)) and not field.required,
        )
        for scope in SCOPES
        for field in asked(dictionary, scope)
    ]


def asked(dictionary: Dictionary, scope: str) -> list[Field]:
    return [
        field
        for field in dictionary.decision_fields(scope)
        if field.name != OF_AGE and field.type not in ("text", "date")
    ]


def answers_from(dictionary: Dictionary, posted: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What was turned, as an application would say it; what cannot be read is missing."""
    found: dict[str, dict[str, Any]] = {}
    for scope in SCOPES:
        given = {
            field.name: _answer(field, posted.get(f"{scope}.{field.name}", ""))
            for field in asked(dictionary, scope)
        }
        found[scope] = {name: value for name, value in given.items() if value is not None}
    if any(field.name == OF_AGE for field in dictionary.decision_fields("party")):
        found["party"][OF_AGE] = True
    return found


def _answer(field: Field, text: str) -> Any:
    if not text:
        return None
    if field.type == "boolean":
        return text == "true"
    if field.type == "category":
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if field.type == "integer":
        return int(number)
    return f"{number:.{field.digits}f}"


def _slider(
    dictionary: Dictionary,
    field: Field,
    baseline: Baseline | None,
    given: Any,
    *,
    may_lack: bool,
) -> Slider:
    known = baseline.fields.get(field.name) if baseline else None
    words = label(dictionary, field.name)
    if field.type in ("boolean", "category"):
        choices = _choices(field)
        common = _commonest(known) if known else ""
        value = _text(given) if given is not None or may_lack else common or choices[-1][0]
        return Slider(field.name, field.scope, words, value, choices=[*_unsaid(field), *choices])
    low, high = _range(field, list(known.bins.cuts) if known else [], given)
    start = Decimal(str(given)) if given is not None else _middle(field, known, low, high)
    low, high = min(low, start), max(high, start)
    return Slider(
        field.name,
        field.scope,
        words,
        "" if given is None and may_lack else _plain(start),
        _plain(start),
        _plain(low),
        _plain(high),
        _plain(_step(field, high - low)),
        unit=field.unit or "",
    )


def _choices(field: Field) -> list[tuple[str, str]]:
    if field.type == "boolean":
        return [("true", gettext("Yes")), ("false", gettext("No"))]
    return [
        (each.value, in_language(each.label, language()) or each.value) for each in field.values
    ]


def _unsaid(field: Field) -> list[tuple[str, str]]:
    return [] if field.required else [("", gettext("not stated"))]


def _commonest(known: Any) -> str:
    """The most frequent value of the reference."""
    pairs = zip(known.bins.labels, known.counts, strict=True)
    named = [(count, name) for name, count in pairs if name not in (MISSING, NEW, REST)]
    return str(max(named)[1]) if named else ""


def _range(field: Field, cuts: Sequence[int], given: Any) -> tuple[Decimal, Decimal]:
    """Where most of the reference lies and half as far again, inside what the dictionary takes."""
    if cuts:
        scaled = [Decimal(cut).scaleb(-field.digits) for cut in cuts]
        span = scaled[-1] - scaled[0] or Decimal(1)
        low, high = scaled[0] - span / 2, scaled[-1] + span
    else:
        low, high = Decimal(0), max(Decimal(str(given or 0)) * 3, Decimal(10))
        if field.max is not None and given is None:
            high = Decimal(str(field.max))
    if field.min is not None:
        low = max(low, Decimal(str(field.min)))
    if field.max is not None:
        high = min(high, Decimal(str(field.max)))
    return _rounded(field, low), _rounded(field, high)


def _middle(field: Field, known: Any, low: Decimal, high: Decimal) -> Decimal:
    if known and known.bins.cuts:
        cuts = known.bins.cuts
        return Decimal(cuts[len(cuts) // 2]).scaleb(-field.digits)
    return _rounded(field, (low + high) / 2)


def _step(field: Field, span: Decimal) -> Decimal:
    """A round step that makes about STEPS of the range."""
    raw = max(span / STEPS, Decimal(1).scaleb(-field.digits))
    power = Decimal(1).scaleb(raw.adjusted())
    found = next(power * times for times in (1, 2, 5, 10) if power * times >= raw)
    return max(found, Decimal(1)) if field.type == "integer" else found


def _rounded(field: Field, value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-field.digits))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
