"""Documents in human form to typed values and back: strict, and every problem is named."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ml.dictionary.entries import Field
from ml.dictionary.problems import FieldProblem
from ml.dictionary.quick import Take, taker
from ml.values import LIMIT, Human, Value, date_of, days_of, scaled_text

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_TEXT = 500
UNPRINTED = "\x00-\x1f\x7f-\x9f\ud800-\udfff"
"""Control characters, and halves of characters that no encoding can store."""
_UNPRINTED = re.compile(f"[{UNPRINTED}]")
MOST_WAYS = 64
MAX_EXPONENT = 40
"""JSON may say 1e999999999, which must never be spelled out."""


class Wrong(ValueError):
    """One value is wrong: why, and what the message needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class FieldReader:
    """Reads and writes the values of one field."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._parse: Callable[[Any], Value] = getattr(self, f"_{field.type}")
        self.values = frozenset(category.value for category in field.values)
        numeric = field.kind == "number"
        self.special = {self.typed_bound(code) for code in field.special} if numeric else set()
        self.low, self.high = self._bound(field.min), self._bound(field.max)
        self.until_today = field.type == "date" and field.max is None

    def typed(self, value: Any, *, as_of: int | None = None) -> Value:
        """The typed value of one that is present; raises `Wrong`."""
        found = self._parse(value)
        if self.low is not None or self.high is not None:
            self._check_range(found)
        if self.until_today and as_of is not None and isinstance(found, int) and found > as_of:
            raise Wrong("future")
        return found

    def problem(self, value: Any, *, as_of: int | None = None) -> FieldProblem | None:
        """What is wrong with a present value, None if nothing is."""
        try:
            self.typed(value, as_of=as_of)
        except Wrong as wrong:
            return FieldProblem(self.field.name, wrong.code, wrong.params)
        return None

    def human(self, value: Value) -> Human:
        """A typed value as people and JSON write it."""
        if value is None or isinstance(value, bool | str):
            return value
        if self.field.type == "date":
            return date_of(value).isoformat()
        if self.field.type in ("decimal", "money"):
            return scaled_text(value, self.field.digits)
        return value

    def _bound(self, text: int | str | None) -> int | None:
        return None if text is None else self.typed_bound(text)

    def typed_bound(self, text: int | str) -> int:
        """A bound, step or special code as a typed number; ValueError or TypeError if none."""
        if self.field.type == "integer" and isinstance(text, str) and _INTEGER.fullmatch(text):
            text = int(text)
        found = self._parse(text)
        if not isinstance(found, int):
            raise TypeError(f"{text!r} bounds no {self.field.type}")
        return found

    def _check_range(self, value: Value) -> None:
        if not isinstance(value, int) or value in self.special:
            return
        if self.low is not None and value < self.low:
            raise Wrong("minimum", minimum=self.human(self.low))
        if self.high is not None and value > self.high:
            raise Wrong("maximum", maximum=self.human(self.high))

    def _integer(self, value: Any) -> Value:
        if isinstance(value, Decimal):
            value = _whole(value)
        if type(value) is not int:
            raise Wrong("type_integer")
        return _in_limit(value)

    def _decimal(self, value: Any) -> Value:
        scale = self.field.digits
        if type(value) is int:
            return _in_limit(value * 10**scale)
        text = _spelled(value) if isinstance(value, Decimal) else value
        if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
            raise Wrong(f"type_{self.field.type}", scale=scale)
        whole, _, decimals = text.partition(".")
        if len(decimals.rstrip("0")) > scale:
            raise Wrong("precision", scale=scale)
        if len(whole.lstrip("-0")) > MAX_EXPONENT:
            raise Wrong("magnitude")
        return _in_limit(int(whole + decimals[:scale].ljust(scale, "0")))

    _money = _decimal

    def _boolean(self, value: Any) -> Value:
        if not isinstance(value, bool):
            raise Wrong("type_boolean")
        return value

    def _category(self, value: Any) -> Value:
        if not isinstance(value, str):
            raise Wrong("type_category")
        if value not in self.values and value not in self.field.special:
            raise Wrong("category", values=sorted(self.values)[:20])
        return value

    def _date(self, value: Any) -> Value:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise Wrong("type_date")
        try:
            return days_of(date.fromisoformat(value))
        except ValueError:
            raise Wrong("type_date") from None

    def _text(self, value: Any) -> Value:
        if not isinstance(value, str):
            raise Wrong("type_text")
        if not 1 <= len(value) <= MAX_TEXT or _UNPRINTED.search(value):
            raise Wrong("text", maximum=MAX_TEXT)
        return value


class Asked(NamedTuple):
    """The fields of one way to read a scope: names, and of each how it is taken and whether a
    document without it is wrong."""

    names: frozenset[str]
    each: tuple[tuple[str, Take, bool], ...]


class Reading:
    """Reads and writes the documents of one scope."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.readers = {field.name: FieldReader(field) for field in fields}
        self._asked: dict[tuple[frozenset[str] | None, bool], Asked] = {}

    def read(
        self,
        document: Any,
        *,
        as_of: int | None,
        history: bool,
        only: frozenset[str] | None,
    ) -> tuple[dict[str, Value], list[FieldProblem]]:
        """Values of every known field (None where absent), and all problems."""
        if not isinstance(document, Mapping):
            return {}, [FieldProblem("", "type_object")]
        names, each = self._asked.get((only, history)) or self._asking(only, history=history)
        problems: list[FieldProblem] = []
        if not names.issuperset(document):
            problems = [FieldProblem(_shown(n), "unknown") for n in document if n not in names]
        values: dict[str, Value] = {}
        for name, take, is_demanded in each:
            given = document.get(name)
            values[name] = None
            if given is not None:
                try:
                    values[name] = take(given, as_of)
                except Wrong as wrong:
                    problems.append(FieldProblem(name, wrong.code, wrong.params))
            elif is_demanded:
                problems.append(FieldProblem(name, "null" if name in document else "required"))
        return values, problems

    def write(self, values: Mapping[str, Value]) -> dict[str, Human]:
        """Human form of the values that are there."""
        return {
            name: reader.human(values[name])
            for name, reader in self.readers.items()
            if values.get(name) is not None
        }

    def _asking(self, only: frozenset[str] | None, *, history: bool) -> Asked:
        """Made once for each set of fields that is asked for; a dictionary has few."""
        readers = {n: reader for n, reader in self.readers.items() if only is None or n in only}
        each = tuple(
            (name, taker(reader), demanded(reader.field, history=history))
            for name, reader in readers.items()
        )
        if len(self._asked) >= MOST_WAYS:
            self._asked.clear()
        found = self._asked[only, history] = Asked(frozenset(readers), each)
        return found


def demanded(field: Field, *, history: bool) -> bool:
    """Whether a document without the field is wrong."""
    if history and "model" not in field.uses:
        return False
    return field.required and field.missing == "refuse"


def _shown(name: Any) -> str:
    """A name that is not ours, safe to repeat in an answer."""
    return _UNPRINTED.sub("?", str(name)[:63])


def _whole(value: Decimal) -> int | Decimal:
    """JSON's 5.0 and 5e2 are whole numbers; anything else is given back."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > MAX_EXPONENT:
        return value
    return int(value) if value == value.to_integral_value() else value


def _spelled(value: Decimal) -> str | None:
    """A JSON number in digits, None for what is no number."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        return None
    if abs(exponent) > MAX_EXPONENT:
        raise Wrong("magnitude")
    return f"{value:f}"


def _in_limit(value: int) -> int:
    if not -LIMIT <= value <= LIMIT:
        raise Wrong("magnitude")
    return value
