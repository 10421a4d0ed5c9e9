"""How well a model does before its loans' outcomes are known: estimated from calibrated PDs.

Confidence-based performance estimation: where a PD of 0.07 means seven bads in a hundred, the
expected confusion matrix at a cut-off is a sum of PDs and of their complements, and everything
else follows from it (Garg et al., *Leveraging Unlabeled Data to Predict Out-of-Distribution
Performance*, 2022, and NannyML's CBPE, which this re-implements). It sees a shift of who applies,
never a change of how the same applicants repay: `checked` compares with the truth once it is
there.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from ml.metrics import Interval, auc

Floats = npt.NDArray[np.float64]

WORLDS = 400
CELLS_AT_ONCE = 4_000_000
SEED = 20_240_607
MEASURES = ("auc", "recall", "precision", "accuracy", "bad_rate", "cost")


@dataclass(frozen=True, slots=True)
class Confusion:
    """Expected or counted loans by outcome and by which side of the cut-off they lie."""

    bad_refused: float
    bad_accepted: float
    good_refused: float
    good_accepted: float


@dataclass(frozen=True, slots=True)
class Estimated:
    """Estimates for n loans, each with the interval in which the realised figure falls with the
    stated confidence if the PDs are right. A figure that cannot be is left out (recall without
    an expected bad, precision where nothing is refused)."""

    n: int
    threshold: float
    confusion: Confusion
    measures: Mapping[str, Interval]

    def document(self) -> dict[str, object]:
        return {
            "n": self.n,
            "threshold": self.threshold,
            "confusion": asdict(self.confusion),
            "measures": {name: asdict(found) for name, found in self.measures.items()},
        }


def estimated(
    pd: npt.ArrayLike, threshold: float, *, cost_ratio: float = 5.0, confidence: float = 0.95
) -> Estimated:
    """Estimate the performance of n loans with calibrated PDs in [0, 1], refused from `threshold`.

    The intervals are quantiles over WORLDS draws of the outcomes from the PDs, with a seed of
    its own, so the same loans give the same figures. Raises ValueError for no loans.
    """
    probabilities = np.sort(np.asarray(pd, dtype=np.float64))
    if not probabilities.size:
        raise ValueError("an estimate needs loans")
    expected = _expected(probabilities, threshold)
    worlds = _worlds(probabilities, threshold, cost_ratio)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    centre = {**measured(expected, cost_ratio), "auc": expected_auc(probabilities)}
    measures = {}
    for name in MEASURES:
        drawn = worlds[name][np.isfinite(worlds[name])]
        if drawn.size and np.isfinite(centre[name]):
            low, high = np.quantile(drawn, tails)
            measures[name] = Interval(centre[name], float(low), float(high))
    return Estimated(probabilities.size, threshold, expected, measures)


def expected_auc(pd: npt.ArrayLike) -> float:
    """The AUC to be expected of PDs that are right: ties count half; nan without both kinds.

    Every pair counts with the probability that the first is bad and the second good; a loan is
    no pair with itself.
    """
    values, counts = np.unique(np.asarray(pd, dtype=np.float64), return_counts=True)
    bads, goods = values * counts, (1 - values) * counts
    below = np.cumsum(goods) - goods
    own = bads * goods - values * (1 - values) * counts
    pairs = bads.sum() * goods.sum() - (values * (1 - values) * counts).sum()
    if not pairs > 0:
        return float("nan")
    return float(((bads * below).sum() + own.sum() / 2) / pairs)


def measured(confusion: Confusion, cost_ratio: float) -> dict[str, float]:
    """Figures of a confusion matrix; nan where there is nothing to divide by."""
    bads = confusion.bad_refused + confusion.bad_accepted
    refused = confusion.bad_refused + confusion.good_refused
    n = bads + confusion.good_refused + confusion.good_accepted
    return {
        "recall": confusion.bad_refused / bads if bads else float("nan"),
        "precision": confusion.bad_refused / refused if refused else float("nan"),
        "accuracy": (confusion.bad_refused + confusion.good_accepted) / n,
        "bad_rate": bads / n,
        "cost": (cost_ratio * confusion.bad_accepted + confusion.good_refused) / n,
    }


@dataclass(frozen=True, slots=True)
class Check:
    """An estimate and what came of it; `within` says whether it fell inside its interval."""

    estimate: float
    low: float
    high: float
    truth: float
    within: bool


def checked(
    estimate: Estimated, pd: npt.ArrayLike, bad: npt.ArrayLike, *, cost_ratio: float = 5.0
) -> dict[str, Check]:
    """Each estimated figure against the truth of the same loans, by name."""
    truth = realised(pd, bad, estimate.threshold, cost_ratio=cost_ratio)
    return {
        name: Check(
            found.value, found.low, found.high, truth[name], found.low <= truth[name] <= found.high
        )
        for name, found in estimate.measures.items()
        if np.isfinite(truth.get(name, np.nan))
    }


def realised(
    pd: npt.ArrayLike, bad: npt.ArrayLike, threshold: float, *, cost_ratio: float = 5.0
) -> dict[str, float]:
    """The same figures from known outcomes; nan where there is nothing to divide by."""
    refused = np.asarray(pd, dtype=np.float64) >= threshold
    outcomes = np.asarray(bad, dtype=bool)
    counted = Confusion(
        float((outcomes & refused).sum()),
        float((outcomes & ~refused).sum()),
        float((~outcomes & refused).sum()),
        float((~outcomes & ~refused).sum()),
    )
    ranked = auc(outcomes, pd) if 0 < outcomes.sum() < outcomes.size else float("nan")
    return {**measured(counted, cost_ratio), "auc": ranked}


def _expected(pd: Floats, threshold: float) -> Confusion:
    refused = pd >= threshold
    return Confusion(
        float(pd[refused].sum()),
        float(pd[~refused].sum()),
        float((1 - pd[refused]).sum()),
        float((1 - pd[~refused]).sum()),
    )


def _worlds(pd: Floats, threshold: float, cost_ratio: float) -> dict[str, Floats]:
    """The figures in WORLDS draws of the outcomes; `pd` sorted. Arrays of shape (WORLDS,)."""
    chance = np.random.Generator(np.random.PCG64(SEED))
    step = max(1, CELLS_AT_ONCE // pd.size)
    parts = [
        _drawn(chance.random((min(step, WORLDS - done), pd.size)) < pd, pd, threshold, cost_ratio)
        for done in range(0, WORLDS, step)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in MEASURES}


def _drawn(
    bad: npt.NDArray[np.bool_], pd: Floats, threshold: float, cost_ratio: float
) -> dict[str, Floats]:
    n = pd.size
    refused = pd >= threshold
    bads = bad.sum(axis=1).astype(np.float64)
    caught = bad[:, refused].sum(axis=1).astype(np.float64)
    turned_away = refused.sum() - caught
    _, inverse, counts = np.unique(pd, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "auc": (bad @ ranks - bads * (bads + 1) / 2) / (bads * (n - bads)),
            "recall": caught / bads,
            "precision": caught / refused.sum() if refused.any() else np.full(bads.size, np.nan),
            "accuracy": (caught + (n - bads) - turned_away) / n,
            "bad_rate": bads / n,
            "cost": (cost_ratio * (bads - caught) + turned_away) / n,
        }
