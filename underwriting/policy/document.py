"""The policy document: one immutable value per version, known by the hash of its canonical bytes.

Values are written as people write them ("1500.00", "2026-11-21"); what they mean follows from the
dictionary field they are compared with, when the policy is compiled (underwriting.policy.tree).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field as Described
from pydantic import (
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from ml.canonical import canonical, content_hash
from underwriting.policy.affordability import Affordability
from underwriting.policy.dates import Dated
from underwriting.policy.economics import Economics
from underwriting.policy.findings import PolicyRefused
from underwriting.policy.json_reading import plain_json
from underwriting.policy.lookups import Lookup
from underwriting.policy.part import (
    BandName,
    Code,
    InputName,
    Label,
    Name,
    Part,
    Ppm,
    RatePpm,
    Scalar,
    Scope,
    Texts,
)
from underwriting.policy.paths import Paths
from underwriting.policy.problems import problems_of
from underwriting.policy.tables import Table

MAX_ROWS = 5_000
"""Rows of all rule sets together."""

Outcome = Literal["approve", "counter_offer", "refer", "decline"]
RowOutcome = Literal["continue", "approve", "counter_offer", "refer", "decline"]
MissingRule = Literal["refer", "decline", "hit", "miss"]
Operator = Literal[
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "between",
    "in",
    "not_in",
    "starts_with",
    "ends_with",
    "contains",
    "missing",
    "known",
]
ContextName = Literal[
    "as_of", "exposure", "open_offers", "in_flight", "lookups", "days_since_decline", "checks"
]
UNSAID_WHILE_ABSENT = ("reference", "lookups", "tables", "paths", "affordability")
"""Members that came after the first policies: left out of the canonical bytes while absent, so
that what was decided under those policies keeps its hash."""


class Reference(Part):
    """A comparison with another input of the same type instead of a fixed value."""

    field: InputName


Operand = Reference | Scalar | Annotated[tuple[Scalar, ...], Described(max_length=1_000)]
Cell = Annotated[Mapping[Operator, Operand], Described(min_length=1)]


class Parameter(Part):
    """A named value that cells use as "$name"; its type is that of the field it meets."""

    value: Scalar
    unit: str | None = None
    comment: str = Described(default="", max_length=1_000)


class ReasonText(Part):
    """A reason as the applicant reads it, per language."""

    text: Texts


class Row(Dated):
    """One rule: it hits when every cell does. `missing` decides when a needed value is unknown."""

    id: Name
    when: Mapping[InputName, Cell] = Described(min_length=1, max_length=50)
    outcome: RowOutcome
    reason: Code | None = None
    missing: MissingRule | None = None
    severity: int = Described(default=50, ge=0, le=100)
    comment: str = Described(default="", max_length=1_000)


class RuleSet(Dated):
    """Rows under one hit policy: `first` stops at the first that hits, `collect` takes them all."""

    name: Name
    scope: Scope = "application"
    hit: Literal["first", "collect"] = "first"
    missing: MissingRule = "refer"
    rows: tuple[Row, ...] = Described(min_length=1, max_length=2_000)


class Band(Part):
    """Price and limits for a PD up to `max_pd_ppm`; `rate_ppm` is the yearly nominal rate."""

    name: BandName
    max_pd_ppm: Ppm
    rate_ppm: RatePpm
    max_amount: str | None = None
    max_term_months: int | None = Described(default=None, ge=1, le=600)


class Referral(Part):
    """PDs from..to (both included) that a person decides."""

    from_pd_ppm: Ppm
    to_pd_ppm: Ppm


class CounterOffer(Part):
    """Whether and how another amount, term or down payment is offered where the asked one fails."""

    prefer: Literal["closest", "profit"] = "closest"
    instead_of: tuple[Literal["decline", "refer"], ...] = ("decline",)
    change: tuple[Literal["amount", "term", "down_payment"], ...] = Described(
        default=("amount", "term"), min_length=1
    )
    loss_given_default_ppm: Ppm = 450_000
    economics: Economics | None = None

    @model_serializer(mode="wrap")
    def _said(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Economics came later: left out of the bytes where there are none."""
        document: dict[str, Any] = dump(self)
        if self.economics is None:
            document.pop("economics", None)
        return document


class Exploration(Part):
    """Approving a few at random of those declined for their score alone, so that a later model
    can be judged where this one says no.

    `share_ppm` is the chance of each; none above `max_amount`, and at most so many a month.
    """

    share_ppm: int = Described(ge=1, le=100_000)
    max_amount: str = Described(min_length=1)
    most_a_month: int = Described(ge=1, le=100_000)


class ModelReference(Part):
    """Against whom a model's reasons are measured: the approved near this policy's cut-off.

    `points` are what those `rows` applicants have on average from each feature, as
    `ml.reference.reference_of` found them. They belong to the model of that content hash; where
    another one decides, reasons are as it gives them itself.
    """

    model: Annotated[str, Described(pattern=r"^sha256:[0-9a-f]{64}$")]
    cutoff: int
    band: int = Described(ge=0)
    rows: int = Described(ge=1)
    points: Mapping[Name, int]


class FixedScore(Part):
    """The score that a test case assumes, so that it tests the policy and not a model."""

    points: int
    pd_ppm: Ppm
    uncertain: bool = False
    outside_domain: bool = False


class Expectation(Part):
    """What a test case must come to; what is left out is not compared."""

    outcome: Outcome
    reasons: tuple[Code, ...] | None = None
    band: str | None = None


class TestCase(Part):
    """An application in human form and what the policy must say to it."""

    __test__ = False

    name: Label
    request: Mapping[str, Scalar | None]
    parties: tuple[Mapping[str, Scalar | None], ...] = Described(min_length=1, max_length=10)
    context: Mapping[ContextName, Scalar | Mapping[InputName, Scalar]] = Described(
        default_factory=dict
    )
    score: FixedScore | None = Described(default=None, alias="model")
    expect: Expectation


class Policy(Part):
    """A policy version's rules. Equal documents have equal `content_hash`."""

    schema_id: Literal["assay.policy/1"] = Described(alias="schema")
    name: Label
    parameters: Mapping[Name, Parameter] = Described(default_factory=dict, max_length=1_000)
    reasons: Mapping[Code, ReasonText] = Described(default_factory=dict, max_length=1_000)
    rule_sets: tuple[RuleSet, ...] = Described(default=(), max_length=100)
    bands: tuple[Band, ...] = Described(min_length=1, max_length=50)
    referral: Referral | None = None
    counter_offer: CounterOffer | None = None
    exploration: Exploration | None = None
    reference: ModelReference | None = None
    lookups: Mapping[Name, Lookup] | None = Described(default=None, max_length=50)
    affordability: Affordability | None = None
    tables: tuple[Table, ...] | None = Described(default=None, max_length=20)
    paths: Paths | None = None
    tests: tuple[TestCase, ...] = Described(default=(), max_length=1_000)

    @classmethod
    def parse(cls, document: bytes | str | Mapping[str, Any]) -> Self:
        """Read a document; PolicyRefused names every place that is wrong.

        Rules mean the same in whichever order the keys of an object came: they are sorted first.
        """
        given = plain_json(document)
        _check_size(given)
        try:
            return cls.model_validate_json(canonical(given))
        except ValidationError as error:
            raise PolicyRefused(problems_of(error, given)) from None

    @cached_property
    def _canonical(self) -> bytes:
        unsaid = {name for name in UNSAID_WHILE_ABSENT if getattr(self, name) is None}
        return canonical(self.model_dump(mode="json", by_alias=True, exclude=unsaid))

    def canonical(self) -> bytes:
        """The one spelling of this policy; what decisions pin."""
        return self._canonical

    @cached_property
    def content_hash(self) -> str:
        return content_hash(self._canonical)

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        for what, names in (
            ("rule set", [rule_set.name for rule_set in self.rule_sets]),
            ("band", [band.name for band in self.bands]),
            ("table", [table.name for table in self.tables or ()]),
            ("test", [test.name for test in self.tests]),
            *((f"row of {s.name}", [row.id for row in s.rows]) for s in self.rule_sets),
        ):
            twice = {name for name in names if names.count(name) > 1} if _repeats(names) else None
            if twice:
                raise ValueError(f"{what} named twice: {', '.join(sorted(twice))}")
        return self


def _repeats(names: list[str]) -> bool:
    return len(set(names)) != len(names)


def _check_size(document: Any) -> None:
    """Refuse more rows than can be checked, before any of them is read."""
    sets = document.get("rule_sets") if isinstance(document, dict) else None
    given = sets if isinstance(sets, list | tuple) else ()
    rows = [each.get("rows") for each in given if isinstance(each, dict)]
    count = sum(len(each) for each in rows if isinstance(each, list | tuple))
    if count > MAX_ROWS:
        message = f"{count} rows in all rule sets; a policy has at most {MAX_ROWS}"
        raise PolicyRefused([("/rule_sets", message)])
