"""What rules can read: dictionary fields, the model's outputs, price, limits and context."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ml.dictionary import Derived, Dictionary, Field
from ml.values import LIMIT
from underwriting.policy.part import Scope

PPM = 1_000_000
PythonType = type[int] | type[bool] | type[str]
PYTHON_TYPES: Mapping[str, PythonType] = {
    "number": int,
    "date": int,
    "boolean": bool,
    "category": str,
    "text": str,
}

MODEL_OUTPUTS = ("model.points", "model.pd_ppm")
DOUBTS = ("model.uncertain", "model.outside_domain")
"""Whether the score cannot tell good from bad, or the applicant is unlike all it learnt from."""
CHECKS = ("check.identity", "check.sanctions", "check.fraud")
CHECK_RESULTS = ("clear", "hit", "unavailable", "not_run")
"""What a check came to, the worst of all parties. That it was not answered is an answer too."""
OF_THE_SCORE = (
    *MODEL_OUTPUTS, *DOUBTS, "price.band", "price.rate_ppm", "limit.band", "limit.band_term",
)  # fmt: skip
"""What follows from the score: a rule that reads any of these gives the model's reasons."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a rule can read. `categories` None: any text of that kind may occur.

    `specials` are codes that stand for no number (98 for "not known"): rules see them as missing.
    `range` is the least and the greatest number there can be, where that is known.
    """

    name: str
    scope: Scope
    type: str
    scale: int = 0
    unit: str | None = None
    categories: frozenset[str] | None = None
    specials: frozenset[int] = frozenset()
    range: tuple[int, int] | None = None

    @property
    def kind(self) -> str:
        """What evaluators compute with: number, boolean, category, date or text."""
        return "number" if self.type in ("integer", "decimal", "money") else self.type

    @property
    def exact(self) -> PythonType:
        """The Python type of its values; a subclass (True for 1) is another type."""
        return PYTHON_TYPES[self.kind]


AS_OF = Input("context.as_of", "application", "date")


def dictionary_inputs(
    dictionary: Dictionary, uses: Sequence[Literal["policy", "capacity"]] = ("policy",)
) -> dict[str, Input]:
    """The dictionary's fields and derived fields that rules may read, by name."""
    entries: tuple[Field | Derived, ...] = (*dictionary.fields, *dictionary.derived)
    return {e.name: _input(dictionary, e) for e in entries if not set(uses).isdisjoint(e.uses)}


def built_in_inputs(
    currency: str | None, minor_units: int, bands: Sequence[str]
) -> dict[str, Input]:
    """What every plan computes beside the dictionary; ppm are parts per million."""
    money = ("price.instalment", "context.exposure", "context.open_offers", "limit.band")
    integers = ("price.rate_ppm", "context.in_flight", "context.parties", "limit.band_term")
    found = [
        Input("model.points", "application", "integer"),
        Input("model.pd_ppm", "application", "integer", range=(0, PPM)),
        *(Input(name, "application", "integer", range=(0, LIMIT)) for name in integers),
        *(Input(name, "application", "boolean") for name in DOUBTS),
        Input("limit.customer", "application", "money", minor_units, currency),
        *(
            Input(name, "application", "money", minor_units, currency, range=(0, LIMIT))
            for name in money
        ),
        Input("price.band", "application", "category", categories=frozenset(bands)),
        *(Input(n, "application", "category", categories=frozenset(CHECK_RESULTS)) for n in CHECKS),
        AS_OF,
        Input(
            "context.days_since_decline", "application", "integer", unit="days", range=(0, LIMIT)
        ),
    ]
    return {item.name: item for item in found}


def _input(dictionary: Dictionary, entry: Field | Derived) -> Input:
    scope: Scope = "party" if entry.scope == "party" else "application"
    found = Input(entry.name, scope, entry.type, entry.digits, entry.unit)
    if not isinstance(entry, Field):
        return found
    if entry.type == "category":
        values = (category.value for category in entry.values)
        return replace(found, categories=frozenset([*values, *entry.special]))
    reader = dictionary.reader(entry.name)
    low, high = reader.low, reader.high
    bounds = (-LIMIT if low is None else low, LIMIT if high is None else high)
    given = None if low is None and high is None else bounds
    return replace(found, specials=frozenset(reader.special), range=given)
