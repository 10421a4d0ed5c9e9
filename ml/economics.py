"""What a product earns, loses and costs, as its lender states it: one document, whole numbers.

Money is in minor units, shares and yearly rates are parts per million. A lender that changes its
mind publishes another document; evidence names the one it was made with.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ml.columns import Frame
from ml.metrics import CostMatrix

SCHEMA: Final = "assay.economics/1"
PPM = 1_000_000
MONTHS = 12

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Share = Annotated[int, Field(ge=0, le=PPM)]
Rate = Annotated[int, Field(ge=0, le=10 * PPM)]
Money = Annotated[int, Field(ge=0, le=10**15)]


class EconomicsRefused(ValueError):
    """A document that says something else than what a lender earns; `problems` by JSON pointer."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{where}: {message}" for where, message in problems))
        self.problems = problems


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Matrix(_Part):
    """What a decision costs by how the loan turned out, in whole parts of any unit."""

    good_accepted: int = 0
    good_refused: int = 1
    bad_accepted: int = 5
    bad_refused: int = 0

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        self.costs()
        return self

    def costs(self) -> CostMatrix:
        return CostMatrix(
            float(self.good_accepted),
            float(self.good_refused),
            float(self.bad_accepted),
            float(self.bad_refused),
        )


class Economics(_Part):
    """One lender's view of one product.

    `amount` and `term_months` are the typical loan's, used where a loan's own are not known;
    `amount_field` and `term_field` name the dictionary's fields that hold them. `interest_ppm`
    and `funding_ppm` are yearly, on what is outstanding; `fee_ppm` is of the amount and `fee` a
    sum, both taken when the loan is paid out. `loss_given_default_ppm` is of the amount lent, what
    is recovered already taken off; `earned_before_default_ppm` is the share of a whole term's
    interest, less funding, that a bad loan has paid until then. Every application costs
    `cost_per_case`, every loan `cost_per_loan` more.

    `accuracy_ppm` is what a model must keep while it finds bads; `approval_floor_ppm`,
    `loss_cap_ppm` (lost to lent) and `fairness_floor_ppm` (adverse impact ratio) bound the
    cut-off. None binds nothing.
    """

    schema_: Literal["assay.economics/1"] = Field(default=SCHEMA, alias="schema")
    amount: Annotated[int, Field(ge=1, le=10**15)]
    term_months: Annotated[int, Field(ge=1, le=600)] = 12
    amount_field: str | None = None
    term_field: str | None = None
    interest_ppm: Rate
    funding_ppm: Rate = 0
    fee_ppm: Share = 0
    fee: Money = 0
    loss_given_default_ppm: Share = 450_000
    earned_before_default_ppm: Share = 0
    cost_per_case: Money = 0
    cost_per_loan: Money = 0
    costs: Matrix = Matrix()
    accuracy_ppm: Share | None = None
    approval_floor_ppm: Share | None = None
    loss_cap_ppm: Share | None = None
    fairness_floor_ppm: Share | None = None

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """The economics of a document; EconomicsRefused names what is wrong with it."""
        try:
            return cls.model_validate(dict(document))
        except ValidationError as error:
            found = [("/" + "/".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
            raise EconomicsRefused(found) from error

    def document(self) -> dict[str, Any]:
        """Every member, also those left to their defaults."""
        described: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        return described

    @property
    def cost_matrix(self) -> CostMatrix:
        return self.costs.costs()

    def amounts(self, frame: Frame, known: Ints | None = None) -> Ints:
        """What each of n loans is for, in minor units: as known, as its field says, or typical."""
        if known is not None:
            return np.asarray(known, dtype=np.int64)
        return _column(frame, self.amount_field, self.amount)

    def if_good(self, frame: Frame, amounts: Ints | None = None) -> Floats:
        """What each of n loans earns when repaid, over not lending: shape (n,), minor units."""
        lent, margin = self._margins(frame, amounts)
        return margin + self._upfront(lent)

    def if_bad(self, frame: Frame, amounts: Ints | None = None) -> Floats:
        """What each of n loans brings when it goes bad, over not lending: mostly negative."""
        lent, margin = self._margins(frame, amounts)
        earned = margin * (self.earned_before_default_ppm / PPM)
        return earned + self._upfront(lent) - self.losses(lent)

    def losses(self, lent: npt.ArrayLike) -> Floats:
        """What is lost of these amounts when the loans go bad."""
        return np.asarray(lent, np.float64) * (self.loss_given_default_ppm / PPM)

    def worth(self, bad: npt.ArrayLike, frame: Frame, amounts: Ints | None = None) -> Floats:
        """What accepting each of n loans brought over refusing it, by how it turned out.

        The cost of a case is spent either way and is not in it.
        """
        outcomes = np.asarray(bad).astype(bool)
        return np.where(outcomes, self.if_bad(frame, amounts), self.if_good(frame, amounts))

    def _margins(self, frame: Frame, amounts: Ints | None) -> tuple[Ints, Floats]:
        """Amounts, and interest less funding over a whole term of level instalments."""
        lent = self.amounts(frame, amounts)
        terms = np.maximum(_column(frame, self.term_field, self.term_months), 1)
        outstanding = lent * outstanding_months(terms, self.interest_ppm)
        return lent, outstanding * ((self.interest_ppm - self.funding_ppm) / PPM / MONTHS)

    def _upfront(self, lent: Ints) -> Floats:
        share = np.asarray(lent, np.float64) * (self.fee_ppm / PPM)
        return share + (self.fee - self.cost_per_loan)


def outstanding_months(terms: Ints, interest_ppm: int) -> Floats:
    """The sum of the balances over a term of level instalments, for each unit lent.

    With monthly rate i and n months the instalment is i / (1 - (1 + i)^-n) and what is paid above
    the amount is i times this sum; without interest the balances fall in a straight line.
    """
    months = np.asarray(terms, dtype=np.float64)
    if interest_ppm == 0:
        return (months + 1) / 2
    monthly = interest_ppm / PPM / MONTHS
    instalment = monthly / -np.expm1(-months * np.log1p(monthly))
    return np.asarray((months * instalment - 1) / monthly, dtype=np.float64)


def _column(frame: Frame, name: str | None, typical: int) -> Ints:
    """The whole numbers of a field; the typical one where it is not known."""
    column = frame.columns.get(name) if name else None
    if column is None or column.categories is not None:
        return np.full(frame.rows, typical, dtype=np.int64)
    return np.where(column.null, typical, column.values).astype(np.int64)
