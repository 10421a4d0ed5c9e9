"""What is known of n past applications beside their facts: columns of what was decided and came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.columns import MISSING_CODE, Column, Frame
from ml.values import date_of
from underwriting.decisioning.decided import APPROVE, COUNTER_OFFER, OUTCOMES

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]

GOOD, BAD, OTHER, NONE = 0, 1, 2, -1
PERFORMANCE: Mapping[str, int] = {
    "good": GOOD,
    "bad": BAD,
    "indeterminate": OTHER,
    "censored": OTHER,
}


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """n applications. `outcome` is what was decided (into OUTCOMES, -1: nothing is known),
    `automatic` what the machine said before a person did, `performance` how the loan went
    (-1: there was none), `received` the day (days since 1970, where `dated`), `amount` and `term`
    what was asked for (minor units, months; 0 where it is not known)."""

    outcome: Codes
    automatic: Codes
    performance: Codes
    received: Ints
    dated: Mask
    imported: Mask
    amount: Ints
    term: Ints

    @property
    def rows(self) -> int:
        return len(self.outcome)

    @property
    def ended(self) -> Mask:
        """Loans whose end is known: good or bad."""
        return np.isin(self.performance, (GOOD, BAD))

    @property
    def bad(self) -> Mask:
        return np.asarray(self.performance == BAD)

    @property
    def lent(self) -> Mask:
        """Whoever was made an offer then."""
        return np.isin(self.outcome, (APPROVE, COUNTER_OFFER))

    @property
    def period(self) -> tuple[str, str] | None:
        """The first and the last day of application; None where no day is known."""
        days = self.received[self.dated]
        if not days.size:
            return None
        return date_of(int(days.min())).isoformat(), date_of(int(days.max())).isoformat()


def past_of(known: Frame, *, imported: bool, amount: Column, term: Column | None) -> Past:
    """One chunk's, from its known columns and what its applications ask for."""
    rows = known.rows
    received = known.columns["received"]
    return Past(
        _codes(known.columns["outcome"], {name: at for at, name in enumerate(OUTCOMES)}),
        _codes(known.columns["automatic"], {name: at for at, name in enumerate(OUTCOMES)}),
        _codes(known.columns["performance"], PERFORMANCE),
        received.values,
        ~received.null,
        np.full(rows, imported),
        np.where(amount.null, 0, amount.values),
        np.zeros(rows, np.int64) if term is None else np.where(term.null, 0, term.values),
    )


def past_joined(parts: Sequence[Past]) -> Past:
    """Chunks one after another; there is at least one."""
    names = Past.__dataclass_fields__
    return Past(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _codes(column: Column, codes: Mapping[str, int]) -> Codes:
    by_code = [codes.get(name, NONE) for name in column.categories or ()]
    found = np.array([*by_code, NONE], np.int8)[np.where(column.null, MISSING_CODE, column.values)]
    return np.asarray(found, np.int8)
