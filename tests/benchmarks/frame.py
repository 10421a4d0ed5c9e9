"""What a benchmark is made of: interleaved rounds of ours and a baseline, and their ratio."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Measured = Callable[[], float]

FEWEST_ROUNDS = 3


class Skipped(Exception):
    """This benchmark cannot be run here or yet; the message says why."""


@dataclass(frozen=True, slots=True)
class Round:
    """Both sides measured one after the other, so that other work on the machine slows both."""

    ours: float
    baseline: float

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline


@dataclass(frozen=True, slots=True)
class Aim:
    """The ratio wanted: at most this, or at least this where more is better."""

    at_most: float | None = None
    at_least: float | None = None

    def met(self, ratio: float) -> bool:
        if self.at_most is not None and ratio > self.at_most:
            return False
        return self.at_least is None or ratio >= self.at_least

    def __str__(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `baseline` says what it is compared with."""

    name: str
    unit: str
    baseline: str
    rounds: tuple[Round, ...]
    aim: Aim = Aim()

    @property
    def ratio(self) -> float:
        """The middle one of the rounds' ratios."""
        return median(each.ratio for each in self.rounds)

    @property
    def ours(self) -> float:
        return median(each.ours for each in self.rounds)

    @property
    def theirs(self) -> float:
        return median(each.baseline for each in self.rounds)

    def document(self) -> dict[str, Any]:
        """As `.assay/bench.json` has it."""
        return {
            "ratio": _rounded(self.ratio),
            "unit": self.unit,
            "baseline": self.baseline,
            "rounds": [
                {"ours": _rounded(each.ours), "baseline": _rounded(each.baseline)}
                for each in self.rounds
            ],
        }


def interleaved(ours: Measured, baseline: Measured, times: int) -> tuple[Round, ...]:
    """Measure both in turn, the one that goes first changing from round to round."""
    rounds = []
    for number in range(max(FEWEST_ROUNDS, times)):
        if number % 2 == 0:
            mine = ours()
            theirs = baseline()
        else:
            theirs = baseline()
            mine = ours()
        rounds.append(Round(mine, theirs))
    return tuple(rounds)


def paired(
    runs: Iterator[tuple[float, float]] | Sequence[tuple[float, float]],
) -> tuple[Round, ...]:
    """Rounds of figures that were measured side by side already."""
    return tuple(Round(ours, baseline) for ours, baseline in runs)


def machine() -> str:
    """Where and under what load a run was made: without it a figure says little."""
    one, five, _ = os.getloadavg()
    return f"{os.cpu_count()} cores, load {one:.1f} (1 min), {five:.1f} (5 min)"


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
