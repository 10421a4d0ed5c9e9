"""From bins and a logistic regression to a scorecard of whole points.

A feature's bins are laid out in one order everywhere: its main bins (ranges or groups of
categories), one bin per special code, then "missing" and "other" (a category never seen).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.calibration import Straight
from ml.columns import Column
from ml.model_inputs import ModelInput
from ml.points_table import (
    SCHEMA,
    FeatureTable,
    PointsTable,
    RangeBin,
    ScorecardDocument,
    ValuesBin,
)
from ml.scaling import Scaling

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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
class WeightedFeature:
    """A feature in the regression.

    `log_odds` is what each bin adds to the log-odds of being bad, `index` the bin of each
    training row.
    """

    bins: FeatureBins
    log_odds: Floats
    index: Ints


def woe_scorecard(
    weighted: Sequence[WeightedFeature],
    intercept: float,
    calibration: Straight,
    target: npt.ArrayLike,
    dictionary_hash: str,
    scaling: Scaling,
) -> PointsTable:
    """Round a calibrated logistic regression to whole points (half to even).

    The reference of a feature is what the training loans that turned out good have on average;
    the PD table spans the points seen in training, so no PD is extrapolated.
    """
    good = ~np.asarray(target).astype(bool)
    slope = -scaling.factor * calibration.slope
    base = scaling.offset - scaling.factor * (calibration.intercept + calibration.slope * intercept)
    whole_base = int(np.rint(base))
    totals = np.full(good.size, whole_base, dtype=np.int64)
    tables = []
    for feature in weighted:
        points = np.rint(slope * feature.log_odds).astype(np.int64)
        earned = points[feature.index]
        totals += earned
        tables.append(feature.bins.table(points, int(np.rint(earned[good].mean()))))
    document = ScorecardDocument(
        schema=SCHEMA,
        family="woe",
        dictionary=dictionary_hash,
        base=scaling.document(),
        intercept=whole_base,
        features=tuple(tables),
        pd=scaling.pd_steps(int(totals.min()), int(totals.max())),
    )
    return PointsTable(document)
