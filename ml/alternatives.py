"""The search for less discriminatory alternatives: the same model, and what it would do without.

For each input, and then for those together whose absence helps most, the contribution is taken
out of every score; then as many are approved as before. That costs no training, so every model
can be searched, and says where a retraining would pay: each alternative's AUC against its adverse
impact ratio, the efficient ones marked. Whole models of a tournament are compared on the same two
scales.

Source: Gillis, Meursault and Ustun 2024, "Operationalizing the search for less discriminatory
alternatives in fair lending".
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.fairness import Mask, lowest_ratio
from ml.metrics import auc

Ints = npt.NDArray[np.int64]
MOST_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class Alternative:
    """A model or a variant: `without` are the inputs taken out, `ratio` None is too few data."""

    name: str
    auc: float
    ratio: float | None
    low: float | None = None
    high: float | None = None
    without: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        return asdict(self) | {"without": list(self.without)}


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """n held-out applications: points (n,), contributions (n, k), outcomes, groups, and how many
    are approved."""

    points: Ints
    contributions: Ints
    features: tuple[str, ...]
    bad: Ints
    groups: Mapping[str, Mask]
    approvals: int

    def alternative(self, without: tuple[int, ...]) -> Alternative:
        """What remains when these inputs are taken out, the number of approvals being kept."""
        points = self.points - self.contributions[:, list(without)].sum(axis=1)
        names = tuple(self.features[index] for index in without)
        measure = lowest_ratio(approved_best(points, self.approvals), self.groups)
        ratio = measure.estimate if measure else None
        return Alternative(
            " + ".join(names),
            auc(self.bad, -points),
            ratio.value if ratio else None,
            ratio.low if ratio else None,
            ratio.high if ratio else None,
            names,
        )


def approved_best(points: Ints, approvals: int) -> Mask:
    """The best `approvals` of n applications; of those that tie at the edge the earlier ones."""
    approved = np.zeros(points.size, dtype=bool)
    approved[np.argsort(-points, kind="stable")[:approvals]] = True
    return approved


def less_discriminatory(scored: Scored, most_together: int = MOST_TOGETHER) -> list[Alternative]:
    """The model as it is, without each input, and without the several that raise the ratio most.

    Empty where even the model's own ratio cannot be told from these data.
    """
    own = scored.alternative(())
    if own.ratio is None:
        return []
    counted = [
        index for index in range(len(scored.features)) if scored.contributions[:, index].any()
    ]
    singles = {index: scored.alternative((index,)) for index in counted}
    order = sorted(counted, key=lambda index: -(singles[index].ratio or 0))[:most_together]
    together = [
        scored.alternative(tuple(sorted(order[:count]))) for count in range(2, len(order) + 1)
    ]
    return [own, *singles.values(), *together]


def efficient(alternatives: Sequence[Alternative]) -> list[bool]:
    """Which are on the frontier: none other has both a higher AUC and a higher ratio (Pareto)."""
    return [
        each.ratio is not None and not any(_beats(other, each) for other in alternatives)
        for each in alternatives
    ]


def _beats(one: Alternative, other: Alternative) -> bool:
    if one.ratio is None or other.ratio is None:
        return False
    at_least = one.auc >= other.auc and one.ratio >= other.ratio
    return at_least and (one.auc > other.auc or one.ratio > other.ratio)
