"""Ranges and special codes of a numeric column: proposed so that one wild value moves nothing.

An amount is not plausible where it lies beyond both ten times the 99 % quantile and Tukey's outer
fence on logarithms (upper quartile and three times the distance between the quartiles), which for
log-normal amounts one in a million passes. A code is a usual spelling (98, 999, -9, 0), or the last
value if it comes often, with a gap between it and everything else.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ml.columns import Array
from ml.profiling.column import ColumnProfile

LOW, HIGH = 0.001, 0.999
OFTEN = 20
MORE_OFTEN = 5
BEYOND = 10.0
FENCE = 3.0
GAP = 1.5
OLDEST, YOUNGEST = 110, 14
NINES = frozenset(
    sign * (10**size - minus) for size in range(2, 11) for minus in (1, 2, 3, 4) for sign in (1, -1)
)
"""99, 98, 97, 96, 999, ... and the same below zero."""
NEGATIVES = frozenset(range(-9, 0))
LEAST_REPEATS = 3
MOST_CODES = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """The distinct numbers that could be counted, and a sample of all of them (sorted)."""

    counts: Mapping[float, int]
    sample: Array

    def without(self, codes: Mapping[float, int]) -> "Numbers":
        kept = {value: n for value, n in self.counts.items() if value not in codes}
        sample = self.sample[~np.isin(self.sample, list(codes))] if codes else self.sample
        return Numbers(kept, sample)

    @property
    def low(self) -> float:
        return float(self.sample[int(LOW * (len(self.sample) - 1))])

    @property
    def high(self) -> float:
        return float(self.sample[math.ceil(HIGH * (len(self.sample) - 1))])


def codes_in(numbers: Numbers) -> dict[float, int]:
    """Values that are likely codes, with their counts, lowest first."""
    candidates = _candidates(numbers)
    found: dict[float, int] = {}
    for value in candidates:
        alike = {each: 0 for each in candidates if each * value > 0 or each == value}
        rest = numbers.without(alike)
        if len(rest.sample) and _apart(value, rest):
            found[value] = numbers.counts[value]
    negatives = [value for value in numbers.sample[numbers.sample < 0] if value not in found]
    if len(found) > MOST_CODES or negatives:
        found = {value: n for value, n in found.items() if value >= 0}
    return dict(sorted(found.items()))


def _candidates(numbers: Numbers) -> set[float]:
    """What could be a code; 98 and 99 are looked at together, each against all the rest."""
    most = sum(numbers.counts.values()) / 2
    usual = {
        value
        for value, n in numbers.counts.items()
        if LEAST_REPEATS <= n <= most and (value in NINES or value in NEGATIVES or value == 0)
    }
    return usual | _last_and_often(numbers)


def _last_and_often(numbers: Numbers) -> set[float]:
    """The greatest value, if it comes far more often than the ones before it."""
    greatest = sorted(numbers.counts)[-6:]
    if len(greatest) < 4:
        return set()
    before = max(numbers.counts[value] for value in greatest[:-1])
    often = numbers.counts[greatest[-1]]
    return {greatest[-1]} if often >= max(OFTEN, MORE_OFTEN * before) else set()


def _apart(value: float, rest: Numbers) -> bool:
    """Whether a gap lies between the value and all others."""
    least, most = float(rest.sample[0]), rest.high
    if value > 0 and value not in NINES:
        return value - float(rest.sample[-1]) >= 0.3 * (most - rest.low)
    if value > 0:
        return value >= GAP * max(most, 1) and value > most + 5
    if value < 0:
        spread = float(rest.sample[-1] - rest.sample[0])
        return least >= 0 and (least - value >= max(2.0, 0.02 * spread) or spread > 100)
    above = rest.sample[rest.sample > 0]
    if len(above) < 0.9 * len(rest.sample):
        return False
    return bool(above[int(0.01 * len(above))] >= max(2.0, 0.2 * float(np.median(above))))


def range_put(column: ColumnProfile, numbers: Numbers, *, age: bool) -> None:
    """Special codes, then the range of the rest, as the dictionary writes them."""
    codes = {} if age else codes_in(numbers)
    rest = numbers.without(codes)
    if not len(rest.sample):
        codes, rest = {}, numbers
    low, high = float(rest.sample[0]), float(rest.sample[-1])
    for value, count in codes.items():
        column.special[written(value)] = count
        column.say(
            "special_code", "warn", value=written(value), rows=count, low=written(low),
            high=written(high),
        )  # fmt: skip
    if age:
        column.low, column.high = str(YOUNGEST), str(OLDEST)
        return
    limit = plausible(rest.sample)
    column.limit = None if math.isinf(limit) else limit
    column.low, column.high = _proposed(rest, limit, may_fall=column.type == "decimal")


def _proposed(rest: Numbers, limit: float, *, may_fall: bool) -> tuple[str | None, str | None]:
    """Nothing below zero where hardly anything was, and room above what is plausible."""
    low, high = float(rest.sample[0]), float(rest.sample[-1])
    top = high if high <= limit else float(rest.sample[rest.sample <= limit][-1])
    falls = low < 0 and (may_fall or rest.low < 0)
    return "-" + nice_up(-low) if falls else "0", nice_up(top)


def plausible(sample: Array) -> float:
    """The greatest plausible value of sorted numbers; infinite where too little can be said."""
    above = sample[sample > 0]
    if len(above) < 100:
        return math.inf
    lower, upper, most = np.quantile(above, (0.25, 0.75, 0.99))
    fence = upper * (upper / lower) ** FENCE if lower > 0 else math.inf
    return float(max(fence, BEYOND * most)) if upper > lower else math.inf


def nice_up(value: float) -> str:
    """The next of 1, 2, 5 times a power of ten: room for applicants a little beyond the past."""
    if value <= 0:
        return "0"
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1, 2, 5, 10):
        if step * power >= value * 0.999999:
            return written(step * power)
    return written(10 * power)


def written(value: float) -> str:
    """A number without an exponent and without needless zeros."""
    if value == int(value) and abs(value) < 1e18:
        return str(int(value))
    return f"{value:.9f}".rstrip("0").rstrip(".")
