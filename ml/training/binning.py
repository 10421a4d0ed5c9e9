"""Cutting features into bins (optbinning) and weighing the bins' evidence.

Optimal binning maximises information value under constraints (Navas-Palencia 2020). Where the
dictionary says in which direction a field moves risk, the bins follow it; the rest may rise or
fall but not both, which keeps a small data set from inventing wiggles.
"""

import math
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

MIN_BIN_SHARE = 0.03
MAX_BINS = 8
RARE_SHARE = 0.01
PRIOR_LOANS = 20.0
"""Each bin starts with this many loans at the overall bad rate, so that a small bin says little."""
TRENDS = {"higher": "ascending", "lower": "descending", None: "auto_asc_desc"}


def bin_feature(source: ModelInput, column: Column, target: npt.ArrayLike) -> FeatureBins:
    """Choose one feature's bins from n rows; missing values and special codes stay apart."""
    if source.kind == "boolean":
        return FeatureBins(source, groups=((False,), (True,)))
    bad = np.asarray(target).astype(np.int64)
    known = ~column.null & ~np.isin(column.values, source.specials)
    if source.kind == "number":
        return FeatureBins(source, cuts=_cuts(source, column.values[known], bad[known]))
    return FeatureBins(source, groups=_groups(column, known, bad))


def _cuts(source: ModelInput, values: Ints, bad: Ints) -> tuple[int, ...]:
    if not _separable(values, bad):
        return ()
    binning = _binning("numerical", TRENDS[source.risk])
    binning.fit(values.astype(np.float64), bad)
    return tuple(sorted({math.ceil(split) for split in binning.splits}))


def _groups(column: Column, known: Mask, bad: Ints) -> tuple[tuple[str, ...], ...]:
    names = np.array(column.categories or (), dtype=object)
    values = names[column.values[known]]
    if not _separable(column.values[known], bad[known]):
        return (tuple(sorted(set(values))),) if values.size else ()
    binning = _binning("categorical", "auto_asc_desc")
    binning.fit(values, bad[known])
    return tuple(tuple(sorted(str(name) for name in group)) for group in binning.splits)


def _separable(values: npt.NDArray[np.generic], bad: Ints) -> bool:
    return np.unique(values).size > 1 and 0 < int(bad.sum()) < bad.size


def _binning(kind: Literal["numerical", "categorical"], trend: str) -> OptimalBinning:
    return OptimalBinning(
        dtype=kind,
        monotonic_trend=trend,
        min_prebin_size=MIN_BIN_SHARE,
        min_bin_size=MIN_BIN_SHARE,
        max_n_bins=MAX_BINS,
        cat_cutoff=RARE_SHARE if kind == "categorical" else None,
    )


def evidence(bins: FeatureBins, index: Ints, target: npt.ArrayLike) -> Floats:
    """Weight of evidence per bin: log-odds of bad in the bin less the log-odds overall.

    Shrunken towards zero by `PRIOR_LOANS`; a bin without loans weighs nothing. Where the
    dictionary states a direction, main bins are pooled until they follow it.
    """
    bad = np.asarray(target).astype(np.float64)
    overall = float(bad.mean())
    counts = np.bincount(index, minlength=bins.size) + PRIOR_LOANS
    bads = np.bincount(index, weights=bad, minlength=bins.size) + PRIOR_LOANS * overall
    rate = bads / counts
    if bins.source.risk is not None and bins.source.kind != "category":
        rising = bins.source.risk == "higher"
        rate[: bins.main] = isotonic_regression(
            rate[: bins.main], sample_weight=counts[: bins.main], increasing=rising
        )
    woe: Floats = np.log(rate / (1 - rate)) - math.log(overall / (1 - overall))
    return woe


def information_value(index: Ints, target: npt.ArrayLike, woe: Floats) -> float:
    """Information value: how far goods and bads are spread differently over the bins."""
    bad = np.asarray(target).astype(bool)
    bads = np.bincount(index[bad], minlength=woe.size) / bad.sum()
    goods = np.bincount(index[~bad], minlength=woe.size) / (~bad).sum()
    return float(((bads - goods) * woe).sum())
