"""Where a family's settings may lie: what tuning draws from, whichever tuner does."""

from dataclasses import dataclass

Setting = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these."""

    options: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`, both included; by its logarithm where `log`."""

    low: int
    high: int
    log: bool = False


@dataclass(frozen=True, slots=True)
class Real:
    """A number from `low` to `high`; by its logarithm where `log`."""

    low: float
    high: float
    log: bool = False


Range = Choice | Whole | Real
