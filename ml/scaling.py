"""Points and probability of default: the scale a lender states its scores on.

A score of `points` means odds of `odds` good loans to one bad, and `pdo` more points double
those odds (Siddiqi, *Credit Risk Scorecards*, 2006, chapter 6). Everything that becomes part of
a published artifact is computed in decimal arithmetic, so that the same document gives the same
bytes on every machine; `exp` and `pow` of two libraries differ in the last place.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from itertools import pairwise

PPM = 1_000_000
_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)

PdSteps = tuple[tuple[int, int], ...]
"""Pairs (points, pd_ppm), points rising, PD never rising: the PD from these points upwards."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """`points` at `odds` (good to bad), `pdo` points to double the odds; all whole numbers."""

    points: int = 600
    odds: int = 30
    pdo: int = 20

    def __post_init__(self) -> None:
        if self.odds <= 0 or self.pdo <= 0:
            raise ValueError("odds and pdo must be positive whole numbers")

    @property
    def factor(self) -> float:
        """Points per unit of log-odds."""
        return self.pdo / math.log(2)

    @property
    def offset(self) -> float:
        """Points at odds of one to one."""
        return self.points - self.factor * math.log(self.odds)

    def pd_ppm(self, points: int) -> int:
        """PD in parts per million at a whole number of points, in 1..999,999."""
        doublings = _CONTEXT.divide(Decimal(points - self.points), Decimal(self.pdo))
        odds = _CONTEXT.multiply(Decimal(self.odds), _CONTEXT.power(Decimal(2), doublings))
        pd = _CONTEXT.divide(Decimal(PPM), _CONTEXT.add(odds, Decimal(1)))
        return min(max(int(pd.quantize(Decimal(1), context=_CONTEXT)), 1), PPM - 1)

    def pd_steps(self, lowest: int, highest: int) -> PdSteps:
        """The PD table from `lowest` to `highest` points (both included)."""
        return merged_steps(
            [(points, self.pd_ppm(points)) for points in range(lowest, highest + 1)]
        )

    def document(self) -> dict[str, int]:
        return {"points": self.points, "odds": self.odds, "pdo": self.pdo}

    @classmethod
    def parse(cls, document: Mapping[str, object]) -> "Scaling":
        if set(document) != {"points", "odds", "pdo"}:
            raise ValueError("base needs exactly points, odds and pdo")
        if not all(type(value) is int for value in document.values()):
            raise ValueError("points, odds and pdo must be whole numbers")
        return cls(**{name: int(str(value)) for name, value in document.items()})


STANDARD = Scaling()


def merged_steps(steps: Sequence[tuple[int, int]]) -> PdSteps:
    """Leave out every step whose PD is that of the step before it."""
    kept: list[tuple[int, int]] = []
    for points, pd_ppm in steps:
        if not kept or kept[-1][1] != pd_ppm:
            kept.append((points, pd_ppm))
    return tuple(kept)


def check_steps(steps: Sequence[tuple[int, int]]) -> None:
    """Raise ValueError unless points rise, PD never rises and lies in 0..1,000,000."""
    if not steps:
        raise ValueError("the PD table is empty")
    for points, pd_ppm in steps:
        if not 0 <= pd_ppm <= PPM:
            raise ValueError(f"PD at {points} points is outside 0..{PPM}")
    for (points, pd_ppm), (next_points, next_pd_ppm) in pairwise(steps):
        if next_points <= points:
            raise ValueError(f"points in the PD table must rise: {points}, {next_points}")
        if next_pd_ppm > pd_ppm:
            raise ValueError(f"PD rises between {points} and {next_points} points")
