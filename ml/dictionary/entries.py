"""The parts of a dictionary document: fields, derived fields, groups. Immutable once parsed."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer
from pydantic import Field as Described

Type = Literal["integer", "decimal", "money", "boolean", "category", "date", "text"]
Scope = Literal["request", "party", "application"]
Use = Literal["capacity", "model", "policy", "monitoring"]
Texts = Mapping[str, str]
Name = r"^[a-z][a-z0-9_]{0,62}$"
MAX_SCALE = 9
MONEY_SCALE = 2


class Part(BaseModel):
    """Every part of the document: immutable, and unknown members are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Category(Part):
    """One value a category field may take."""

    value: str = Described(min_length=1, max_length=100)
    label: Texts = Described(default_factory=dict)


class Reason(Part):
    """What an applicant reads if the field counted against them."""

    code: str = Described(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")
    text: Texts


class Entry(Part):
    """What a field and a derived field have in common."""

    name: str = Described(pattern=Name)
    type: Type
    scale: int | None = Described(default=None, ge=0, le=MAX_SCALE)
    unit: str | None = None
    risk: Literal["higher", "lower"] | None = None
    uses: tuple[Use, ...] = Described(default=())
    label: Texts = Described(default_factory=dict)
    reason: Reason | None = None

    @property
    def digits(self) -> int:
        """Decimals of the scaled integer; 0 for what is no decimal."""
        if self.type == "money":
            return MONEY_SCALE if self.scale is None else self.scale
        return self.scale or 0 if self.type == "decimal" else 0

    @property
    def kind(self) -> str:
        """What evaluators compute with: number, boolean, category, date or text."""
        return "number" if self.type in ("integer", "decimal", "money") else self.type


class Reach(Part):
    """How far an applicant can realistically move a changeable field, and in which steps.

    `step`, `min` and `max` are of a number, in human form; `values` are those of a category that
    can be reached. What is not said follows from the field itself.
    """

    step: int | str | None = None
    min: int | str | None = None
    max: int | str | None = None
    values: tuple[str, ...] = Described(default=())


class Field(Entry):
    """A fact that somebody states: the applicant, a document, a bureau.

    `changeable` says which way an applicant can act on it; absent, it is not theirs to change.
    """

    scope: Literal["request", "party"]
    min: int | str | None = None
    max: int | str | None = None
    values: tuple[Category, ...] = Described(default=())
    special: Texts = Described(default_factory=dict)
    required: bool = False
    missing: Literal["refuse", "unknown"] = "unknown"
    missing_means: Texts | None = None
    known: Literal["application", "bureau", "decision"] = "application"
    prohibited_basis: str | None = None
    help: Texts = Described(default_factory=dict)
    page: str | None = None
    sensitive: bool = False
    changeable: Literal["lower", "higher", "either"] | None = None
    reach: Reach | None = None

    @model_serializer(mode="wrap")
    def _dumped(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Later members are left out while absent: earlier dictionaries keep their bytes."""
        found: dict[str, Any] = dump(self)
        return {
            name: value
            for name, value in found.items()
            if value is not None or name not in ("changeable", "reach")
        }


class Derived(Entry):
    """A field computed from others by an expression (ml.expressions)."""

    scope: Scope
    expression: str = Described(min_length=1, max_length=2000)
    help: Texts = Described(default_factory=dict)


class Group(Part):
    """Rows that a party has many of, such as bank transactions."""

    name: str = Described(pattern=Name)
    scope: Literal["party"] = "party"
    label: Texts = Described(default_factory=dict)
    fields: tuple[Field, ...]
