"""One row through the tables of leaves: its margin and what each feature gave it, in one walk.

Where a row goes at every split is known from which stretch between a feature's thresholds its
value lies in. So each stretch holds, as one whole number, the answers to all the splits that ask
for that feature, 16 bits a group of leaves; a row's answers are the features' numbers taken
together. Each group is then looked up once for its leaf and for its leaf's contributions.

The margin is XGBoost's own to the bit where `sum_of` could prove it: its float32 sum of one leaf
a tree, in the trees' order, begun at the base margin.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Leaves = npt.NDArray[np.intp]
"""Of each group where the row's leaf lies in the tables."""
Patterns = npt.NDArray[np.uint16]

BITS = 16
"""Of a group in a row's answers; no group asks for so many splits."""
PROBES = 256
NEAR = (0, 1, -1, 2, -2)
"""Steps of float32 from the base margin as float64 has it, in which XGBoost's is looked for."""


@dataclass(frozen=True, slots=True)
class Split:
    """A question of a tree: is the number below `threshold`, is the category not in `right`?"""

    feature: int
    threshold: float
    right: frozenset[int] | None
    missing_left: bool


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Leaves decided by few splits: by pattern (2^splits,) the leaf's value, and a table for each
    feature that is asked for."""

    splits: tuple[int, ...]
    values: Singles
    tables: tuple[tuple[int, Floats], ...]


class Stretches(NamedTuple):
    """One feature's answers: by how many `cuts` a number reaches, or by code of a category.

    The last of `answers` is a gap's; the one before it any code's that no split names.
    """

    cuts: tuple[float, ...]
    answers: tuple[int, ...]

    @property
    def missing(self) -> int:
        return self.answers[-1]

    def of_code(self, code: float) -> int:
        """The answers of a category's code; the same in all for a feature nobody asks for."""
        return self.answers[min(int(code), max(len(self.answers) - 2, 0))]

    def of(self, number: float) -> int:
        """The answers of a number as the trees see it: through float32; NaN is a gap."""
        return self.missing if number != number else self.answers[bisect_right(self.cuts, number)]


class LeafRows:
    """The tables of a booster of `width` features for single rows; `splits` are those asked for.

    `base` is the base margin as float64 has it.
    """

    def __init__(
        self, splits: Sequence[Split], groups: Sequence[Group], width: int, base: float
    ) -> None:
        self.width = width
        self._base = base
        self._splits, self._bytes = splits, len(groups) * BITS // 8
        places = _places(groups)
        self.features = tuple(_stretches(splits, places, feature) for feature in range(width))
        self.categories = frozenset(s.feature for s in splits if s.right is not None)
        sizes = [group.values.size for group in groups]
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        self._values = np.concatenate(
            [group.values for group in groups] or [np.zeros(0, np.float32)]
        )
        self._features, self._shares = _shares(groups, sum(sizes))

    def leaves(self, answers: int) -> Leaves:
        """Where each group's leaf lies, from the features' answers put together."""
        found: Leaves = self._starts + self._patterns(answers)
        return found

    def contributions(self, leaves: Leaves) -> list[float]:
        """What each feature gave to the margin; the bits of `LeafTables.columns`."""
        shares = self._shares.take(leaves, axis=0).ravel()
        found: list[float] = np.bincount(self._features, shares, self.width).tolist()
        return found

    def answers(self, values: Sequence[float]) -> int:
        """The answers of a row as the trees see it."""
        found = 0
        for feature, (stretches, value) in enumerate(zip(self.features, values, strict=True)):
            if feature in self.categories and value == value:
                found |= stretches.of_code(value)
            else:
                found |= stretches.of(value)
        return found

    def sum_of(self, probes: Singles, margins: Floats) -> "LeafSum | None":
        """A row's margin by its leaves; None where these rows' are not XGBoost's to the bit."""
        leaves = [self.leaves(self.answers(row)) for row in probes.tolist()]
        for steps in NEAR:
            found = self._begun_at(_moved(np.float32(self._base), steps))
            if [found.row(own) for own in leaves] == margins.tolist():
                return found
        return None

    def _begun_at(self, base: np.float32) -> "LeafSum":
        """The base is added to each leaf of the first group."""
        values = self._values.copy()
        first = slice(0, int(self._starts[1]) if len(self._starts) > 1 else None)
        values[first] += base
        return LeafSum(values)

    def leaves_moving(self, held: int, moving: Sequence[tuple[Patterns, Leaves]]) -> Leaves:
        """The leaves of n rows, shape (n, groups), from the answers that all of them share and,
        of each feature that moves, its stretches' patterns and which stretch each row is in."""
        first, *others = (patterns[stretch] for patterns, stretch in moving)
        found = first + self._patterns(held)
        for each in others:
            found += each
        return self._starts + found

    def patterns_of(self, feature: int) -> Patterns:
        """What each stretch of a feature answers to each group, shape (stretches, groups)."""
        return np.stack([self._patterns(answers) for answers in self.features[feature].answers])

    def _patterns(self, answers: int) -> Patterns:
        return np.frombuffer(answers.to_bytes(self._bytes, "little"), dtype="<u2")

    def probes(self) -> Singles:
        """Rows on both sides of the thresholds, of listed and other categories, and with gaps."""
        chance = np.random.default_rng(PROBES)
        rows = np.empty((PROBES, self.width), np.float32)
        for feature in range(self.width):
            rows[:, feature] = chance.choice(_telling(self._splits, feature), PROBES)
        return rows


class LeafSum:
    """Margins as the sum in float32 of one leaf a group, in the groups' order."""

    def __init__(self, values: Singles) -> None:
        self._values = values

    def row(self, leaves: Leaves) -> float:
        """Of one row's leaves (groups,)."""
        return float(self._values.take(leaves).cumsum()[-1])

    def columns(self, leaves: Leaves) -> Floats:
        """Of n rows' (n, groups)."""
        return self._values.take(leaves).cumsum(axis=1)[:, -1].astype(np.float64)


def _places(groups: Sequence[Group]) -> Mapping[int, int]:
    """By split, the bits that say "left" in every group that asks for it."""
    found: dict[int, int] = {}
    for number, group in enumerate(groups):
        for place, split in enumerate(group.splits):
            found[split] = found.get(split, 0) | 1 << (number * BITS + place)
    return found


def _stretches(splits: Sequence[Split], places: Mapping[int, int], feature: int) -> Stretches:
    own = [(split, places[n]) for n, split in enumerate(splits) if split.feature == feature]
    listed = [split.right for split, _ in own if split.right is not None]
    gap = sum(bits for split, bits in own if split.missing_left)
    if listed:
        further = max((code for right in listed for code in right), default=-1) + 1
        codes = range(further + 1)
        by_code = [sum(b for s, b in own if code not in (s.right or ())) for code in codes]
        return Stretches((), (*by_code, gap))
    left: dict[float, int] = {}
    for split, bits in own:
        left[split.threshold] = left.get(split.threshold, 0) | bits
    below, thresholds = [0], sorted(left)
    for threshold in reversed(thresholds):
        below.append(below[-1] | left[threshold])
    return Stretches(tuple(_least(each) for each in thresholds), (*reversed(below), gap))


def _least(threshold: float) -> float:
    """The least float64 that float32 rounds to the threshold or above it."""
    single = np.float32(threshold)
    before = float(np.nextafter(single, np.float32(-np.inf)))
    middle = (before + float(single)) / 2
    return middle if np.float32(middle) >= single else float(np.nextafter(middle, np.inf))


def _shares(groups: Sequence[Group], rows: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """All tables under one another (rows, widest), and the feature each entry is of, by group.

    A group that asks for fewer features gives nothing to the first one in what it lacks.
    """
    widest = max((len(group.tables) for group in groups), default=0)
    features = np.zeros((len(groups), widest), np.intp)
    shares = np.zeros((rows, widest))
    start = 0
    for number, group in enumerate(groups):
        end = start + group.values.size
        for place, (feature, table) in enumerate(group.tables):
            features[number, place] = feature
            shares[start:end, place] = table
        start = end
    return features.ravel(), shares


def _moved(value: np.float32, steps: int) -> np.float32:
    for _ in range(abs(steps)):
        value = np.nextafter(value, np.float32(np.inf if steps > 0 else -np.inf))
    return value


def _telling(splits: Sequence[Split], feature: int) -> Singles:
    """Values of a feature that splits treat differently."""
    own = [split for split in splits if split.feature == feature]
    codes = {code for split in own for code in split.right or ()}
    found = [np.nan, 0.0]
    if any(split.right is not None for split in own):
        found += [*codes, max(codes, default=0) + 1]
    else:
        singles = [np.float32(split.threshold) for split in own]
        found += [float(each) for each in singles]
        found += [float(np.nextafter(each, np.float32(-np.inf))) for each in singles]
    return np.array(found, np.float32)
