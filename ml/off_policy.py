"""What another way to decide would have been worth, from decisions whose chances are on record.

Whoever the rules approve was approved for certain; a few of the declined were approved by lot, with
a small chance that is logged (`underwriting/decisioning/exploration.py`). With every chance known,
the worth of a later model can be estimated without bias, however it chooses, and whoever had no
chance at all makes the answer a refusal.

Sources: Horvitz and Thompson 1952 (inverse propensity), Robins, Rotnitzky and Zhao 1994 and Dudik,
Langford and Li 2011 (doubly robust off-policy evaluation).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.metrics import Interval, mean_interval

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
PPM = 1_000_000


class NoSupport(ValueError):
    """The new way approves applicants whom the old one never would: nothing is known of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Logged:
    """n decisions as they were made: whether approved, with which chance (ppm), what it brought.

    `profit` counts where approved; refusing brings 0.
    """

    approved: Mask
    propensity_ppm: Ints
    profit: Floats


@dataclass(frozen=True, slots=True)
class Value:
    """What a way to decide is worth per application, estimated in three ways from `n` decisions.

    `effective` is how many decisions the weighted ones are worth (Kish 1965).
    """

    n: int
    effective: float
    inverse_propensity: Interval
    self_normalised: float
    doubly_robust: Interval

    def document(self) -> dict[str, Any]:
        def listed(found: Interval) -> dict[str, float]:
            return {"value": found.value, "low": found.low, "high": found.high}

        return {
            "n": self.n,
            "effective": self.effective,
            "inverse_propensity": listed(self.inverse_propensity),
            "self_normalised": self.self_normalised,
            "doubly_robust": listed(self.doubly_robust),
        }


def value_of(logged: Logged, chosen: Mask, predicted: Floats | None = None) -> Value:
    """What approving `chosen` would have been worth per application, with 95 % intervals.

    `predicted` (n,) is what each was expected to bring by a model made from other decisions; the
    better it is, the narrower the doubly robust interval, and however bad it is, no bias. Raises
    NoSupport where somebody chosen had no chance.
    """
    chance = logged.propensity_ppm / PPM
    if (chosen & (logged.propensity_ppm == 0)).any():
        count = int((chosen & (logged.propensity_ppm == 0)).sum())
        raise NoSupport(f"{count} applications had no chance of being approved")
    weight = np.where(chosen & logged.approved, 1 / np.maximum(chance, 1 / PPM), 0.0)
    profit = np.where(logged.approved, logged.profit, 0.0)
    guess = np.zeros(profit.size) if predicted is None else predicted
    robust = np.where(chosen, guess, 0.0) + weight * (profit - guess)
    total = float(weight.sum())
    mean = float((weight * profit).sum() / total) if total else 0.0
    return Value(
        n=int(profit.size),
        effective=total**2 / float((weight**2).sum()) if total else 0.0,
        inverse_propensity=mean_interval(weight * profit),
        self_normalised=mean * float(chosen.mean()),
        doubly_robust=mean_interval(robust),
    )
