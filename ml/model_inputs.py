"""Which dictionary entries a model may see, and how it sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ml.dictionary import Derived, Dictionary, Field
from ml.thresholds import special_code

Kind = Literal["number", "boolean", "category"]
KINDS: dict[str, Kind] = {
    "integer": "number",
    "decimal": "number",
    "money": "number",
    "date": "number",
    "boolean": "boolean",
    "category": "category",
}


class ModelInputRefused(ValueError):
    """A feature the dictionary does not allow in a model; names it."""

    def __init__(self, feature: str, message: str) -> None:
        super().__init__(f"{feature}: {message}")
        self.feature = feature


@dataclass(frozen=True, slots=True)
class ModelInput:
    """A feature as a model sees it; `specials` are the special codes of a number, typed, and
    `codes` those of a category."""

    name: str
    kind: Kind
    risk: Literal["higher", "lower"] | None
    specials: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()


def model_inputs(dictionary: Dictionary, names: Sequence[str]) -> tuple[ModelInput, ...]:
    """The named fields and derived fields, or ModelInputRefused for the first not allowed."""
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ModelInputRefused(name, "named twice")
    return tuple(_model_input(name, dictionary.entries.get(name)) for name in names)


def _model_input(name: str, entry: Field | Derived | None) -> ModelInput:
    if entry is None:
        raise ModelInputRefused(name, "not in the dictionary")
    if "model" not in entry.uses:
        raise ModelInputRefused(name, "the dictionary does not allow it in a model")
    kind = KINDS.get(entry.type)
    if kind is None:
        raise ModelInputRefused(name, f"a {entry.type} cannot be scored")
    return ModelInput(name, kind, entry.risk, _specials(entry, kind), _codes(entry, kind))


def _specials(entry: Field | Derived, kind: Kind) -> tuple[int, ...]:
    if kind != "number" or not isinstance(entry, Field):
        return ()
    return tuple(sorted(special_code(entry, code) for code in entry.special))


def _codes(entry: Field | Derived, kind: Kind) -> tuple[str, ...]:
    if kind != "category" or not isinstance(entry, Field):
        return ()
    return tuple(sorted(entry.special))
