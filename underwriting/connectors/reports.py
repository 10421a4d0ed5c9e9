"""Reports as they are kept: typed, immutable, canonical. Everything unknown in one is refused.

Money in attributes is text in human form ("1250.00"), like a fact; numbers are whole.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Described

from ml.canonical import canonical

MOST_FACTORS = 5
"""Four key factors, and inquiries as a fifth (15 USC 1681g(f)(9))."""
MOST_TRADELINES = 500
MOST_ATTRIBUTES = 500

Day = Annotated[str, Described(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Name = Annotated[str, Described(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Code = Annotated[str, Described(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
Words = Annotated[str, Described(min_length=1, max_length=300)]
Whole = Annotated[int, Described(ge=-(10**15), le=10**15)]
Attribute = bool | Whole | Words


class Part(BaseModel):
    """Every part of a report: immutable, typed strictly, unknown members refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Alert(StrEnum):
    """What stops automation (R15): 15 USC 1681c-1 (alerts, freezes), 1681c(h) (address)."""

    FRAUD_ALERT = "fraud_alert"
    ACTIVE_DUTY = "active_duty"
    FREEZE = "freeze"
    ADDRESS_DISCREPANCY = "address_discrepancy"


class Factor(Part):
    """What counted against the score, in the agency's words and order."""

    code: Code
    text: Words


class Score(Part):
    """A bureau's score with what section 615(a) asks for: range, date, factors in order."""

    model: Words
    value: Whole
    lowest: Whole
    highest: Whole
    as_of: Day
    factors: tuple[Factor, ...] = Described(default=(), max_length=MOST_FACTORS)

    @model_validator(mode="after")
    def _within(self) -> "Score":
        if not self.lowest <= self.value <= self.highest:
            raise ValueError("a score lies within its range")
        return self


class Tradeline(Part):
    """One account on a file."""

    kind: Code
    opened_on: Day | None = None
    balance: str | None = Described(default=None, max_length=30)
    limit: str | None = Described(default=None, max_length=30)
    status: Code


class BureauReport(Part):
    """A consumer report. `file` says what there was: a whole file, a thin one, none, a frozen one.

    `attributes` are what a setting maps onto dictionary fields known from a bureau.
    """

    schema_id: Literal["assay.bureau_report/1"] = Described(
        default="assay.bureau_report/1", alias="schema"
    )
    reference: Code
    reported_on: Day
    file: Literal["whole", "thin", "none", "frozen"]
    score: Score | None = None
    attributes: Mapping[Name, Attribute] = Described(
        default_factory=dict, max_length=MOST_ATTRIBUTES
    )
    alerts: tuple[Literal["fraud_alert", "active_duty", "freeze", "address_discrepancy"], ...] = ()
    tradelines: tuple[Tradeline, ...] = Described(default=(), max_length=MOST_TRADELINES)

    @model_validator(mode="after")
    def _frozen_says_nothing(self) -> "BureauReport":
        if (self.file == "frozen") != (Alert.FREEZE in self.alerts):
            raise ValueError("a frozen file has the alert of a freeze, and no other has")
        if self.file in ("none", "frozen") and (self.score or self.attributes or self.tradelines):
            raise ValueError("a file that is not there or frozen says nothing")
        return self

    def canonical(self) -> bytes:
        return canonical(self.model_dump(mode="json", by_alias=True))


class CheckReport(Part):
    """An identity, sanctions or fraud check: clear, or a hit with the vendor's codes."""

    schema_id: Literal["assay.check_report/1"] = Described(
        default="assay.check_report/1", alias="schema"
    )
    reference: Code
    checked_on: Day
    result: Literal["clear", "hit"]
    codes: tuple[Code, ...] = Described(default=(), max_length=50)

    def canonical(self) -> bytes:
        return canonical(self.model_dump(mode="json", by_alias=True))


def report_parse(body: bytes) -> BureauReport | CheckReport:
    """A report as it was kept; pydantic's ValidationError where it is none."""
    if b'"schema":"assay.check_report/1"' in body:
        return CheckReport.model_validate_json(body)
    return BureauReport.model_validate_json(body)
