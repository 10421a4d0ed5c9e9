"""How well a model ranks and how honest its PD is.

Everywhere `target` is n values 0 (good) or 1 (bad), `pd` n probabilities or any score that rises
with risk. Only numpy; the tests hold these against scikit-learn and hand-worked cases. Metrics
are floats: they are evidence about a model and never an input of a decision.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the bounds of its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CostMatrix:
    """What a loan costs by how it turned out and what was decided; the default is 5:1.

    Statlog German Credit comes with 5 for a bad loan accepted, 1 for a good one refused.
    """

    good_accepted: float = 0.0
    good_refused: float = 1.0
    bad_accepted: float = 5.0
    bad_refused: float = 0.0

    def __post_init__(self) -> None:
        if not (self.good_accepted < self.good_refused and self.bad_refused < self.bad_accepted):
            raise ValueError("the wrong decision must cost more than the right one")

    def document(self) -> dict[str, float]:
        return {
            "good_accepted": self.good_accepted,
            "good_refused": self.good_refused,
            "bad_accepted": self.bad_accepted,
            "bad_refused": self.bad_refused,
        }


STATLOG = CostMatrix()


def _checked(target: npt.ArrayLike, score: npt.ArrayLike) -> tuple[npt.NDArray[np.bool_], Floats]:
    bad = np.asarray(target).astype(bool)
    scores = np.asarray(score, dtype=np.float64)
    if bad.shape != scores.shape or bad.ndim != 1:
        raise ValueError(f"target {bad.shape} and score {scores.shape} must be of one length")
    if not bad.any() or bad.all():
        raise ValueError("the target needs goods and bads")
    return bad, scores


def midranks(values: Floats) -> Floats:
    """Ranks from 1, tied values sharing their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)


def auc(target: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Probability that a bad ranks above a good, ties counting half (Mann-Whitney)."""
    bad, scores = _checked(target, pd)
    bads, goods = int(bad.sum()), int((~bad).sum())
    rank_sum = float(midranks(scores)[bad].sum())
    return (rank_sum - bads * (bads + 1) / 2) / (bads * goods)


def auc_interval(target: npt.ArrayLike, pd: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """AUC with the interval of DeLong, DeLong and Clarke-Pearson (1988), by midranks (Sun 2014)."""
    bad, scores = _checked(target, pd)
    ranks = midranks(scores)
    bads, goods = int(bad.sum()), int((~bad).sum())
    over_goods = (ranks[bad] - midranks(scores[bad])) / goods
    over_bads = 1 - (ranks[~bad] - midranks(scores[~bad])) / bads
    value = float(over_goods.mean())
    variance = _variance(over_goods) / bads + _variance(over_bads) / goods
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * variance**0.5
    return Interval(value, max(0.0, value - reach), min(1.0, value + reach))


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) if values.size > 1 else 0.0


def gini(target: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Gini coefficient (accuracy ratio): 2 AUC - 1."""
    return 2 * auc(target, pd) - 1


def ks(target: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Kolmogorov-Smirnov: the widest gap between the cumulative shares of bads and of goods."""
    bad, scores = _checked(target, pd)
    order = np.argsort(scores, kind="stable")
    ends = np.append(np.diff(scores[order]) != 0, True)
    bad_share = np.cumsum(bad[order])[ends] / bad.sum()
    good_share = np.cumsum(~bad[order])[ends] / (~bad).sum()
    return float(np.abs(bad_share - good_share).max())


def brier(target: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Mean squared difference between PD and outcome (Brier 1950)."""
    bad, scores = _checked(target, pd)
    return float(np.mean((scores - bad) ** 2))


def log_loss(target: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Mean negative log-likelihood of the outcomes; PD is clipped to a part per million."""
    bad, scores = _checked(target, pd)
    clipped = np.clip(scores, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(bad, np.log(clipped), np.log1p(-clipped))))


def ece(target: npt.ArrayLike, pd: npt.ArrayLike, bins: int = 10) -> float:
    """Expected calibration error over `bins` groups of equal size, ordered by PD."""
    bad, scores = _checked(target, pd)
    order = np.argsort(scores, kind="stable")
    groups = [group for group in np.array_split(order, bins) if group.size]
    gaps = [abs(float(scores[g].mean()) - float(bad[g].mean())) * g.size for g in groups]
    return sum(gaps) / bad.size


def cost(
    target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float, cost_ratio: float = 5.0
) -> float:
    """Cost per loan when PD >= threshold is refused.

    A bad taken for good costs `cost_ratio`, a good taken for bad costs 1 (the cost matrix of
    the Statlog German Credit data is 5).
    """
    bad, scores = _checked(target, pd)
    refused = scores >= threshold
    missed, turned_away = int((bad & ~refused).sum()), int((~bad & refused).sum())
    return (cost_ratio * missed + turned_away) / bad.size


def best_threshold(target: npt.ArrayLike, pd: npt.ArrayLike, cost_ratio: float = 5.0) -> float:
    """The PD from which refusing costs least on these loans; the higher one where two tie.

    Use training folds: a threshold chosen on the loans it is judged by is not honest.
    """
    bad, scores = _checked(target, pd)
    thresholds, inverse = np.unique(scores, return_inverse=True)
    bads = np.bincount(inverse, weights=bad, minlength=thresholds.size)
    goods = np.bincount(inverse, weights=~bad, minlength=thresholds.size)
    missed = np.concatenate([[0.0], np.cumsum(bads)])
    turned_away = goods.sum() - np.concatenate([[0.0], np.cumsum(goods)])
    costs = cost_ratio * missed + turned_away
    cheapest = int(costs.size - 1 - np.argmin(costs[::-1]))
    if cheapest == thresholds.size:
        return float(np.nextafter(thresholds[-1], np.inf))
    return float(thresholds[cheapest])


def recall(target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float) -> float:
    """Share of the bads that are refused."""
    bad, scores = _checked(target, pd)
    return float((scores[bad] >= threshold).mean())


def accuracy(target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float) -> float:
    """Share of the loans on the right side of the threshold."""
    bad, scores = _checked(target, pd)
    return float(((scores >= threshold) == bad).mean())
