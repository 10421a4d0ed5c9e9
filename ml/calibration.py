"""Making log-odds mean what they say.

A model's raw log-odds are stretched or squeezed by regularisation and by overfitting. Platt's
method (1999) fits `logit(PD) = intercept + slope * log_odds` by maximum likelihood; fit it on
held-out folds, never on the rows the model has learnt from. Its map is straight, so it can be
folded into a scorecard's points and the points keep their stated meaning.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Straight:
    """logit(PD) = intercept + slope * log_odds, with log_odds of being bad."""

    intercept: float
    slope: float

    def __call__(self, log_odds: npt.ArrayLike) -> Floats:
        return self.intercept + self.slope * np.asarray(log_odds, dtype=np.float64)


def probability(log_odds: npt.ArrayLike) -> Floats:
    """Probability of being bad from log-odds, without overflow."""
    values = np.asarray(log_odds, dtype=np.float64)
    tail = np.exp(-np.abs(values))
    return np.where(values >= 0, 1 / (1 + tail), tail / (1 + tail))


def fit_platt(log_odds: npt.ArrayLike, target: npt.ArrayLike, steps: int = 50) -> Straight:
    """Maximum likelihood by Newton's method on n log-odds and n outcomes (1 = bad).

    Outcomes are softened as Platt proposes, so that separable data stays finite. Raises
    ValueError where higher log-odds do not go with more bads: such a model has learnt nothing.
    """
    scores = np.asarray(log_odds, dtype=np.float64)
    softened = _softened(np.asarray(target))
    inputs = np.column_stack([np.ones_like(scores), scores])
    weights = np.zeros(2)
    for _ in range(steps):
        pd = probability(inputs @ weights)
        gradient = inputs.T @ (pd - softened)
        hessian = (inputs * (pd * (1 - pd))[:, None]).T @ inputs + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    if not weights[1] > 0:
        raise ValueError("the scores do not rise with the bad rate on held-out folds")
    return Straight(float(weights[0]), float(weights[1]))


def _softened(target: npt.NDArray[np.generic]) -> Floats:
    bad = target.astype(bool)
    bads, goods = int(bad.sum()), int((~bad).sum())
    return np.where(bad, (bads + 1) / (bads + 2), 1 / (goods + 2))
