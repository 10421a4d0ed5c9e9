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
    found = reliability(target, pd, bins)
    sizes, means, shares = (found[name] for name in ("loans", "pd", "bad"))
    gaps = (abs(p - b) * n for n, p, b in zip(sizes, means, shares, strict=True))
    return float(sum(gaps) / sum(sizes))


def reliability(target: npt.ArrayLike, pd: npt.ArrayLike, bins: int = 10) -> dict[str, list[float]]:
    """Loans, mean PD and share of bads of `bins` groups of equal size, ordered by PD."""
    bad, scores = _checked(target, pd)
    order = np.argsort(scores, kind="stable")
    groups = [group for group in np.array_split(order, bins) if group.size]
    return {
        "loans": [float(group.size) for group in groups],
        "pd": [float(scores[group].mean()) for group in groups],
        "bad": [float(bad[group].mean()) for group in groups],
    }


def cost(
    target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float, costs: CostMatrix = STATLOG
) -> float:
    """Cost per loan when PD >= threshold is refused."""
    bad, scores = _checked(target, pd)
    return float(_costs(bad, scores >= threshold, costs).mean())


def cost_interval(
    target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float, costs: CostMatrix = STATLOG
) -> Interval:
    """Cost per loan with the interval of a mean."""
    bad, scores = _checked(target, pd)
    return mean_interval(_costs(bad, scores >= threshold, costs))


def _costs(bad: npt.NDArray[np.bool_], refused: npt.NDArray[np.bool_], costs: CostMatrix) -> Floats:
    of_bad = np.where(refused, costs.bad_refused, costs.bad_accepted)
    of_good = np.where(refused, costs.good_refused, costs.good_accepted)
    return np.asarray(np.where(bad, of_bad, of_good), dtype=np.float64)


def best_threshold(target: npt.ArrayLike, pd: npt.ArrayLike, costs: CostMatrix = STATLOG) -> float:
    """The PD from which refusing costs least on these loans; the higher one where two tie.

    Use training folds: a threshold chosen on the loans it is judged by is not honest.
    """
    bad, scores = _checked(target, pd)
    return most_worth_threshold(scores, acceptance_worth(bad, costs))


def acceptance_worth(target: npt.ArrayLike, costs: CostMatrix = STATLOG) -> Floats:
    """What accepting each of n loans is worth over refusing it, by a matrix of costs."""
    of_bad = costs.bad_refused - costs.bad_accepted
    of_good = costs.good_refused - costs.good_accepted
    return np.where(np.asarray(target).astype(bool), of_bad, of_good)


def most_worth_threshold(score: npt.ArrayLike, worth: npt.ArrayLike) -> float:
    """The score from which refusing leaves the accepted loans worth most, the highest of several.

    `worth` is what accepting each of n loans brings over refusing it: with a matrix of costs
    this threshold is the cheapest, with profits the most profitable. Above every score it
    refuses nobody.
    """
    scores = np.asarray(score, dtype=np.float64)
    thresholds, inverse = np.unique(scores, return_inverse=True)
    each = np.bincount(inverse, weights=np.asarray(worth, np.float64), minlength=thresholds.size)
    accepted = np.concatenate([[0.0], np.cumsum(each)])
    return _cut(thresholds, int(accepted.size - 1 - np.argmax(accepted[::-1])))


def accuracy_threshold(target: npt.ArrayLike, pd: npt.ArrayLike, accuracy: float) -> float:
    """The lowest PD from which refusing keeps the accuracy asked for: it finds the most bads.

    Where no threshold keeps it, the one that comes nearest (the highest of several).
    """
    bad, scores = _checked(target, pd)
    thresholds, inverse = np.unique(scores, return_inverse=True)
    bads = np.bincount(inverse, weights=bad, minlength=thresholds.size)
    goods = np.bincount(inverse, weights=~bad, minlength=thresholds.size)
    right = np.concatenate([[0.0], np.cumsum(goods - bads)]) + bad.sum()
    enough = np.flatnonzero(right >= accuracy * bad.size - 1e-9)
    nearest = right.size - 1 - int(np.argmax(right[::-1]))
    return _cut(thresholds, int(enough[0]) if enough.size else nearest)


def _cut(thresholds: Floats, index: int) -> float:
    """The threshold of that place; the one past the last refuses nobody."""
    if index == thresholds.size:
        return float(np.nextafter(thresholds[-1], np.inf))
    return float(thresholds[index])


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many loans were decided how, by how they turned out."""

    good_accepted: int
    good_refused: int
    bad_accepted: int
    bad_refused: int


def confusion(target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float) -> Confusion:
    """The four counts when PD >= threshold is refused."""
    bad, scores = _checked(target, pd)
    refused = scores >= threshold
    return Confusion(
        good_accepted=int((~bad & ~refused).sum()),
        good_refused=int((~bad & refused).sum()),
        bad_accepted=int((bad & ~refused).sum()),
        bad_refused=int((bad & refused).sum()),
    )


def f1(target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float) -> float:
    """Harmonic mean of precision and recall of the bads; 0 where no bad is refused."""
    found = confusion(target, pd, threshold)
    wrong = found.good_refused + found.bad_accepted
    return 2 * found.bad_refused / (2 * found.bad_refused + wrong)


def average_precision(target: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Area under the curve of precision over recall, as steps: the mean precision at each bad."""
    bad, scores = _checked(target, pd)
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.diff(scores[order]) != 0, True)
    found = np.cumsum(bad[order])[ends]
    precision = found / (np.flatnonzero(ends) + 1)
    return float((np.diff(found, prepend=0) * precision).sum() / bad.sum())


def mean_interval(values: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """A mean with its normal interval."""
    each = np.asarray(values, dtype=np.float64)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * (_variance(each) / each.size) ** 0.5
    mean = float(each.mean())
    return Interval(mean, mean - reach, mean + reach)


def share_interval(found: int, of: int, confidence: float = 0.95) -> Interval:
    """A share with Wilson's interval (1927), which stays within 0 and 1."""
    if not 0 <= found <= of or of == 0:
        raise ValueError(f"{found} of {of} is no share")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, spread = found / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = z * (share * (1 - share) / of + spread / (4 * of)) ** 0.5 / (1 + spread)
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


def recall(target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float) -> float:
    """Share of the bads that are refused."""
    bad, scores = _checked(target, pd)
    return float((scores[bad] >= threshold).mean())


def accuracy(target: npt.ArrayLike, pd: npt.ArrayLike, threshold: float) -> float:
    """Share of the loans on the right side of the threshold."""
    bad, scores = _checked(target, pd)
    return float(((scores >= threshold) == bad).mean())
