"""From an additive model's log-odds by bin to a scorecard of whole points.

A feature's bins are laid out in one order everywhere in training: its main bins (ranges or groups
of categories), one bin per special code, then "missing" and "other" (a category never seen).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.calibration import Calibration
from ml.columns import MISSING_CODE, Column, Frame
from ml.model_inputs import ModelInput
from ml.points_table import (
    SCHEMA,
    SCHEMA_OF_PAIRS,
    FeatureTable,
    PairTable,
    PointsTable,
    RangeBin,
    ScorecardDocument,
    ValuesBin,
)
from ml.scaling import Scaling

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


SHIFTS = 32
"""Shifts, in parts of a point, that are tried before a table is rounded; none is among them."""


@dataclass(frozen=True, slots=True)
class FeatureBins:
    """How one feature is cut: `cuts` for a number, `groups` for categories and booleans."""

    source: ModelInput
    cuts: tuple[int, ...] = ()
    groups: tuple[tuple[bool | str, ...], ...] = ()

    @property
    def main(self) -> int:
        """How many main bins there are."""
        return len(self.cuts) + 1 if self.source.kind == "number" else len(self.groups)

    @property
    def size(self) -> int:
        """All bins: main, special codes, missing, other."""
        return self.main + len(self.source.specials) + 2

    @property
    def in_document(self) -> list[int]:
        """The bins in the order of a document: special codes before the main bins."""
        specials = range(self.main, self.size - 2)
        return [*specials, *range(self.main), self.size - 2, self.size - 1]

    def index(self, column: Column) -> Ints:
        """The bin of each of n rows, 0 to size - 1."""
        if self.source.kind == "number":
            found = np.searchsorted(self.cuts, column.values, side="right").astype(np.int64)
            for offset, special in enumerate(self.source.specials):
                found[column.values == special] = self.main + offset
        else:
            found = self._grouped(column)
        found[column.null] = self.size - 2
        return found

    def examples(self) -> Column:
        """One value of each bin, in their order."""
        null = np.zeros(self.size, dtype=bool)
        null[-2] = True
        if self.source.kind != "number":
            firsts = [group[0] for group in self.groups]
            if self.source.kind == "boolean":
                return Column(np.array([*firsts, False, False], dtype=bool), null)
            codes = np.array([*range(self.main), MISSING_CODE, MISSING_CODE], dtype=np.int32)
            return Column(codes, null, tuple(str(name) for name in firsts))
        lowest = self.cuts[0] - 1 if self.cuts else 0
        null[-1] = True
        values = np.array([lowest, *self.cuts, *self.source.specials, 0, 0], dtype=np.int64)
        return Column(values, null)

    def _grouped(self, column: Column) -> Ints:
        bins = {value: index for index, group in enumerate(self.groups) for value in group}
        names: Sequence[bool | str] = column.categories or (False, True)
        by_code = [bins.get(name, self.size - 1) for name in names]
        return np.array([*by_code, self.size - 1], dtype=np.int64)[column.values.astype(np.int64)]

    def table(self, points: Ints, reference: int) -> FeatureTable:
        """The feature's part of the document; `points` has one entry per bin."""
        by_bin = [int(value) for value in points]
        return FeatureTable(
            name=self.source.name,
            kind=self.source.kind,
            bins=(*self._special_bins(by_bin), *self._main_bins(by_bin)),
            missing=by_bin[-2],
            other=by_bin[-1],
            reference=reference,
        )

    def _special_bins(self, points: list[int]) -> list[ValuesBin]:
        specials = enumerate(self.source.specials, start=self.main)
        return [ValuesBin(values=(code,), points=points[index]) for index, code in specials]

    def _main_bins(self, points: list[int]) -> list[RangeBin | ValuesBin]:
        if self.source.kind == "number":
            uptos = enumerate((*self.cuts, None))
            return [RangeBin(upto=upto, points=points[index]) for index, upto in uptos]
        groups = enumerate(self.groups)
        return [ValuesBin(values=group, points=points[index]) for index, group in groups]


@dataclass(frozen=True, slots=True)
class Term:
    """What each bin of a feature adds to the log-odds of being bad, shape (bins.size,)."""

    bins: FeatureBins
    log_odds: Floats


@dataclass(frozen=True, slots=True)
class PairTerm:
    """What two features add together, shape (first's size, second's size); places in `terms`."""

    first: int
    second: int
    log_odds: Floats


@dataclass(frozen=True, slots=True)
class Additive:
    """Log-odds of being bad as a sum of tables, before they are rounded to points."""

    intercept: float
    terms: tuple[Term, ...]
    pairs: tuple[PairTerm, ...] = ()

    def indices(self, frame: Frame) -> list[Ints]:
        """The bin of each of n rows, by term."""
        return [term.bins.index(frame.columns[term.bins.source.name]) for term in self.terms]

    def log_odds(self, frame: Frame) -> Floats:
        """Log-odds of being bad, shape (n,)."""
        index = self.indices(frame)
        total = np.full(frame.rows, self.intercept)
        for term, rows in zip(self.terms, index, strict=True):
            total += term.log_odds[rows]
        for pair in self.pairs:
            total += pair.log_odds[index[pair.first], index[pair.second]]
        return total


@dataclass(frozen=True, slots=True)
class WholePoints:
    """An additive model in whole points: the base, one array a term, one table a pair."""

    base: int
    terms: tuple[Ints, ...]
    pairs: tuple[Ints, ...]


def compiled_scorecard(
    family: str,
    model: Additive,
    calibration: Calibration,
    frame: Frame,
    bad: npt.ArrayLike,
    dictionary_hash: str,
    scaling: Scaling,
) -> PointsTable:
    """Round a calibrated additive model to whole points (half to even).

    The reference of a feature is what the loans of `frame` that turned out good have on average,
    its half of pairs included; the PD table spans the points these loans have, so that no PD is
    extrapolated.
    """
    index = model.indices(frame)
    whole = whole_points(model, calibration, scaling, index)
    earned = _earned(model, whole, index)
    totals = whole.base + earned.sum(axis=1).astype(np.int64)
    good = ~np.asarray(bad).astype(bool)
    references = np.rint(earned[good].mean(axis=0)).astype(int).tolist()
    parts = zip(model.terms, whole.terms, references, strict=True)
    document = {
        "schema": SCHEMA_OF_PAIRS if model.pairs else SCHEMA,
        "family": family,
        "dictionary": dictionary_hash,
        "base": scaling.document(),
        "intercept": whole.base,
        "features": tuple(term.bins.table(points, ref) for term, points, ref in parts),
        "pairs": tuple(map(_PairOf(model), model.pairs, whole.pairs)),
        "pd": calibration.pd_steps(scaling, int(totals.min()), int(totals.max())),
    }
    return PointsTable(ScorecardDocument.model_validate(document))


def whole_points(
    model: Additive, calibration: Calibration, scaling: Scaling, index: Sequence[Ints]
) -> WholePoints:
    """The model's tables on the lender's scale, rounded, directions of risk kept.

    `index` is the bin of each of n loans, by term: rounding is finest where the loans are. What
    rounding a feature loses is made good in the first pair it has, so that only the pair's own
    rounding is left; and a table may be shifted, the base by as much less, before it is rounded.
    """
    straight = calibration.straight
    slope = -scaling.factor * straight.slope
    base = scaling.offset - scaling.factor * float(straight(model.intercept))
    exact = [slope * term.log_odds for term in model.terms]
    lost = [values - np.rint(values) for values in exact]
    paired = {place for pair in model.pairs for place in (pair.first, pair.second)}
    terms = [np.rint(values).astype(np.int64) for values in exact]
    for place in set(range(len(exact))) - paired:
        loans = np.bincount(index[place], minlength=exact[place].size)
        terms[place], shift = _rounded(exact[place], loans)
        base -= shift
    pairs = []
    for pair in model.pairs:
        owed = (lost[pair.first][:, None], lost[pair.second][None, :])
        together = slope * pair.log_odds + owed[0] + owed[1]
        loans = _loans(pair, index)
        points, shift = _rounded(together, loans)
        base -= shift
        pairs.append(_following(model, pair, terms, points))
        lost[pair.first], lost[pair.second] = 0 * lost[pair.first], 0 * lost[pair.second]
    return WholePoints(int(np.rint(base)), tuple(terms), tuple(pairs))


def _loans(pair: PairTerm, index: Sequence[Ints]) -> Ints:
    """How many loans each cell of a pair has."""
    shape = pair.log_odds.shape
    cells = np.ravel_multi_index((index[pair.first], index[pair.second]), shape)
    return np.bincount(cells, minlength=pair.log_odds.size).reshape(shape)


def _rounded(values: Floats, loans: Ints) -> tuple[Ints, float]:
    """Whole numbers nearest to the values after the shift that costs these loans least."""
    shifts = np.arange(SHIFTS) / SHIFTS - 0.5
    shifted = values[None] + shifts.reshape(-1, *(1,) * values.ndim)
    cost = (loans * (np.rint(shifted) - shifted) ** 2).reshape(SHIFTS, -1).sum(axis=1)
    best = int(cost.argmin())
    return np.rint(shifted[best]).astype(np.int64), float(shifts[best])


def _following(model: Additive, pair: PairTerm, terms: Sequence[Ints], points: Ints) -> Ints:
    """A pair's points with which both features still follow their direction of risk.

    Rounding main points and a pair's apart can turn the sum of both by a point; it is set back
    to the lower. Needs each feature with a direction to be in one pair only.
    """
    first, second = terms[pair.first], terms[pair.second]
    total = points + first[:, None] + second[None, :]
    sides = (model.terms[pair.first].bins, model.terms[pair.second].bins)
    for axis, bins in enumerate(sides):
        if bins.source.risk is None or bins.source.kind == "category":
            continue
        ranges = np.moveaxis(total, axis, 0)[: bins.main]
        ways = ranges if bins.source.risk == "higher" else ranges[::-1]
        ways[:] = np.minimum.accumulate(ways, axis=0)
    following: Ints = total - first[:, None] - second[None, :]
    return following


def _earned(model: Additive, whole: WholePoints, index: Sequence[Ints]) -> Floats:
    """Points by row and feature, shape (n, terms), each pair's shared half and half."""
    earned = np.empty((index[0].size, len(index)))
    for place, points in enumerate(whole.terms):
        earned[:, place] = points[index[place]]
    for pair, points in zip(model.pairs, whole.pairs, strict=True):
        together = points[index[pair.first], index[pair.second]] / 2
        earned[:, pair.first] += together
        earned[:, pair.second] += together
    return earned


class _PairOf:
    """Makes a pair's part of the document from its points."""

    def __init__(self, model: Additive) -> None:
        self._bins = [term.bins for term in model.terms]

    def __call__(self, pair: PairTerm, points: Ints) -> PairTable:
        first, second = self._bins[pair.first], self._bins[pair.second]
        listed = points[np.ix_(first.in_document, second.in_document)].tolist()
        return PairTable(
            first=first.source.name,
            second=second.source.name,
            points=tuple(tuple(row) for row in listed),
        )
