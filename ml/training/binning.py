"""Cutting features into bins (optbinning) and weighing the bins' evidence.

Optimal binning maximises information value under constraints (Navas-Palencia 2020). Where the
dictionary says in which direction a field moves risk, the bins follow it; the rest may rise or
fall but not both, which keeps a small data set from inventing wiggles.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from optbinning import OptimalBinning
from sklearn.isotonic import isotonic_regression

from ml.columns import Column
from ml.model_inputs import ModelInput
from ml.scorecard import FeatureBins

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

RARE_SHARE = 0.01
PRIOR_LOANS = 20.0
"""Each bin starts with this many loans at the overall bad rate, so that a small bin says little."""
TRENDS = {"higher": "ascending", "lower": "descending", None: "auto_asc_desc"}


@dataclass(frozen=True, slots=True)
class Cutting:
    """At most so many bins, none with less than this share of the loans."""

    max_bins: int = 8
    min_share: float = 0.03


USUAL = Cutting()


def bin_feature(
    source: ModelInput,
    column: Column,
    target: npt.ArrayLike,
    weight: Floats | None = None,
    cutting: Cutting = USUAL,
) -> FeatureBins:
    """Choose one feature's bins from n rows; missing values and special codes stay apart."""
    if source.kind == "boolean":
        return FeatureBins(source, groups=((False,), (True,)))
    known = _ordinary(source, column)
    bad = np.asarray(target).astype(np.int64)[known]
    heavy = None if weight is None else weight[known]
    values = column.values[known]
    if source.kind == "number":
        return FeatureBins(source, cuts=_cuts(source, values, bad, heavy, cutting))
    names = np.array(column.categories or (), dtype=object)
    codes = tuple((code,) for code in source.codes if code in names)
    return FeatureBins(source, groups=(*_groups(names[values], bad, heavy, cutting), *codes))


def _ordinary(source: ModelInput, column: Column) -> Mask:
    """Rows that hold a value, and no special code."""
    if source.kind == "number":
        return ~column.null & ~np.isin(column.values, source.specials)
    names = column.categories or ()
    codes = [place for place, name in enumerate(names) if name in source.codes]
    return ~column.null & ~np.isin(column.values, codes)


def _cuts(
    source: ModelInput, values: Ints, bad: Ints, weight: Floats | None, cutting: Cutting
) -> tuple[int, ...]:
    if not _separable(values, bad):
        return ()
    binning = _binning("numerical", TRENDS[source.risk], cutting)
    binning.fit(values.astype(np.float64), bad, weight)
    return tuple(sorted({math.ceil(split) for split in binning.splits}))


def _groups(
    values: npt.NDArray[np.object_], bad: Ints, weight: Floats | None, cutting: Cutting
) -> tuple[tuple[str, ...], ...]:
    if not _separable(values, bad):
        return (tuple(sorted(set(values))),) if values.size else ()
    binning = _binning("categorical", "auto_asc_desc", cutting)
    binning.fit(values, bad, weight)
    return tuple(tuple(sorted(str(name) for name in group)) for group in binning.splits)


def _separable(values: npt.NDArray[np.generic], bad: Ints) -> bool:
    return len(set(values.tolist())) > 1 and 0 < int(bad.sum()) < bad.size


def _binning(kind: Literal["numerical", "categorical"], trend: str, cut: Cutting) -> OptimalBinning:
    return OptimalBinning(
        dtype=kind,
        monotonic_trend=trend,
        min_prebin_size=cut.min_share,
        min_bin_size=cut.min_share,
        max_n_bins=cut.max_bins,
        cat_cutoff=RARE_SHARE if kind == "categorical" else None,
    )


def evidence(
    bins: FeatureBins, index: Ints, target: npt.ArrayLike, weight: Floats | None = None
) -> Floats:
    """Weight of evidence per bin: log-odds of bad in the bin less the log-odds overall.

    Shrunken towards zero by `PRIOR_LOANS`; a bin without loans weighs nothing. Where the
    dictionary states a direction, main bins are pooled until they follow it.
    """
    bad = np.asarray(target).astype(np.float64)
    heavy = np.ones(bad.size) if weight is None else weight
    overall = float(np.average(bad, weights=heavy))
    counts = np.bincount(index, weights=heavy, minlength=bins.size) + PRIOR_LOANS
    bads = np.bincount(index, weights=heavy * bad, minlength=bins.size) + PRIOR_LOANS * overall
    rate = bads / counts
    if bins.source.risk is not None and bins.source.kind != "category":
        rising = bins.source.risk == "higher"
        rate[: bins.main] = isotonic_regression(
            rate[: bins.main], sample_weight=counts[: bins.main], increasing=rising
        )
    woe: Floats = np.log(rate / (1 - rate)) - math.log(overall / (1 - overall))
    return woe


def information_value(evidences: Floats, target: npt.ArrayLike) -> float:
    """Information value: the mean evidence of bads less that of goods, over n rows.

    The same as the sum over bins of (share of bads - share of goods) * evidence.
    """
    bad = np.asarray(target).astype(bool)
    return float(evidences[bad].mean() - evidences[~bad].mean())
