"""How an additive learner sees loans: fine bins, and what cannot be ordered apart from them.

A number is cut at quantiles into many bins and the learner sees the bin's place; gaps and special
codes are nothing to it there, and have a column of their own in which each is a category. A
category is itself, rare ones together; one of many values (a place) is its shrunken evidence.
What a learner can tell apart is therefore exactly what the bins tell apart, so that its log-odds
can be written down as tables over them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.model_inputs import ModelInput
from ml.scorecard import FeatureBins
from ml.training.places import held_out_evidence, is_place, place_bins, place_evidence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Sort = Literal["ordered", "named"]

RARE_SHARE = 0.005
"""A category with fewer of the loans is one of the others."""
SIGNS = {"higher": 1, "lower": -1, None: 0}


@dataclass(frozen=True, slots=True)
class LearnerColumn:
    """One column of the matrix: the number the learner sees for each bin of feature `feature`.

    `sign` is the direction of risk: 1 rises with the number, -1 falls, 0 either.
    """

    feature: int
    sort: Sort
    by_bin: Floats
    sign: int = 0


@dataclass(frozen=True, slots=True)
class Design:
    """Bins by feature and columns by what the learner sees; `weights` is loans by bin."""

    bins: tuple[FeatureBins, ...]
    columns: tuple[LearnerColumn, ...]
    weights: tuple[Floats, ...]
    places: frozenset[int]

    def index(self, frame: Frame) -> list[Ints]:
        """The bin of each of n rows, by feature."""
        return [bins.index(frame.columns[bins.source.name]) for bins in self.bins]

    def matrix(self, index: Sequence[Ints]) -> Floats:
        """What the learner sees of n rows with these bins, shape (n, columns)."""
        return np.column_stack([column.by_bin[index[column.feature]] for column in self.columns])

    def learning_matrix(self, frame: Frame, bad: Ints, weight: Floats, seed: int) -> Floats:
        """The same for the rows that are learnt from: places by evidence from other folds."""
        matrix = self.matrix(self.index(frame))
        for place, column in enumerate(self.columns):
            if column.feature in self.places and column.sort == "ordered":
                source = frame.columns[self.bins[column.feature].source.name]
                found = held_out_evidence(source, bad, weight, seed)
                matrix[:, place] = np.where(source.null, np.nan, found)
        return matrix

    def columns_of(self, features: Sequence[int]) -> list[int]:
        """Places of the columns that show these features."""
        return [place for place, each in enumerate(self.columns) if each.feature in features]


def design_of(
    inputs: Sequence[ModelInput],
    frame: Frame,
    bad: Ints,
    weight: Floats,
    max_bins: int,
    cuts: Mapping[str, Sequence[int]] | None = None,
) -> Design:
    """Choose bins and columns from n rows; `cuts` are made besides the quantiles, by number."""
    bins: list[FeatureBins] = []
    columns: list[LearnerColumn] = []
    weights: list[Floats] = []
    places = set()
    for feature, source in enumerate(inputs):
        column = frame.columns[source.name]
        if is_place(source, column):
            places.add(feature)
            chosen, evidence = place_bins(source, column, place_evidence(column, bad, weight))
            seen = _place_columns(feature, chosen, evidence)
        else:
            chosen = fine_bins(source, column, max_bins, (cuts or {}).get(source.name, ()))
            seen = _columns(feature, chosen)
        index = chosen.index(column)
        bins.append(chosen)
        columns.extend(seen)
        weights.append(np.bincount(index, weight, chosen.size).astype(np.float64))
    return Design(tuple(bins), tuple(columns), tuple(weights), frozenset(places))


def even_or(sample_weight: npt.ArrayLike | None, rows: int) -> Floats:
    """The weights given, or one for each row."""
    if sample_weight is None:
        return np.ones(rows)
    return np.asarray(sample_weight, dtype=np.float64)


def fine_bins(
    source: ModelInput, column: Column, max_bins: int, cuts: Sequence[int] = ()
) -> FeatureBins:
    """Quantiles of a number, a bin for each boolean and for each category that is not rare."""
    if source.kind == "boolean":
        return FeatureBins(source, groups=((False,), (True,)))
    if source.kind == "number":
        known = column.values[~column.null & ~np.isin(column.values, source.specials)]
        both = {*_quantiles(known, max_bins), *cuts}
        return FeatureBins(source, cuts=tuple(sorted(both)))
    names = column.categories or ()
    counts = np.bincount(column.values[~column.null], minlength=len(names))
    apart = np.array([name in source.codes for name in names], dtype=bool)
    often = np.flatnonzero((counts >= max(1.0, RARE_SHARE * column.null.size)) | apart)
    return FeatureBins(source, groups=tuple((names[code],) for code in often.tolist()))


def _quantiles(values: Ints, max_bins: int) -> tuple[int, ...]:
    distinct = np.unique(values)
    if distinct.size > max_bins:
        shares = np.arange(1, max_bins) / max_bins
        distinct = np.unique(np.quantile(values, shares, method="higher"))
        return tuple(distinct[distinct > values.min()].tolist())
    return tuple(distinct[1:].tolist())


def _columns(feature: int, bins: FeatureBins) -> list[LearnerColumn]:
    if bins.source.kind == "category":
        return [LearnerColumn(feature, "named", np.arange(bins.size, dtype=np.float64))]
    order = np.full(bins.size, np.nan)
    order[: bins.main] = np.arange(bins.main)
    apart = np.full(bins.size, np.nan)
    apart[bins.main : -1] = np.arange(bins.size - 1 - bins.main)
    ordered = LearnerColumn(feature, "ordered", order, SIGNS[bins.source.risk])
    return [ordered, LearnerColumn(feature, "named", apart)]


def _place_columns(feature: int, bins: FeatureBins, evidence: Floats) -> list[LearnerColumn]:
    """A place is ordered by its evidence, which may only count in its own direction."""
    by_bin = evidence.copy()
    by_bin[-2] = np.nan
    apart = np.full(bins.size, np.nan)
    apart[-2] = 0.0
    ordered = LearnerColumn(feature, "ordered", by_bin, 1)
    return [ordered, LearnerColumn(feature, "named", apart)]
