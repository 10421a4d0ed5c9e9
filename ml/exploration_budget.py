"""Approving a few declined applicants at random, so that a later model can be judged on them.

Whoever is approved by rule always was; whoever is declined is approved with a small chance that is
logged. The lot is a hash of a pinned seed and the application, so it can be drawn again; the chance
is lowered until the expected loss stays within the lender's budget. With every chance on record
the value of another way to decide can be estimated without bias, however it chooses.

Sources: Horvitz and Thompson 1952 (inverse propensity), Robins, Rotnitzky and Zhao 1994 and Dudik,
Langford and Li 2011 (doubly robust off-policy evaluation).
"""

import hashlib
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


def draw_ppm(seed: str, application: str) -> int:
    """The lot of one application, 0 to 999,999, the same whenever it is drawn."""
    digest = hashlib.sha256(f"{seed}\n{application}".encode()).digest()
    return int.from_bytes(digest[:8]) * PPM >> 64


def propensities_ppm(
    approved: Mask, expected_losses: npt.ArrayLike, *, share_ppm: int, loss_budget: int
) -> Ints:
    """The chance of approval of n applications: all of it by rule, else `share_ppm` or less.

    `expected_losses` (n,) are PD times what would be lost, in minor units: over those declined,
    chance times loss adds up to at most `loss_budget`.
    """
    if not 0 <= share_ppm <= PPM or loss_budget < 0:
        raise ValueError("a share is 0 to 1,000,000 and a budget not negative")
    losses = np.maximum(np.asarray(expected_losses, np.float64), 0.0)
    at_stake = float(losses[~approved].sum())
    affordable = PPM if at_stake == 0 else int(loss_budget / at_stake * PPM)
    return np.where(approved, PPM, min(share_ppm, affordable)).astype(np.int64)


def explored(approved: Mask, propensity_ppm: Ints, draws_ppm: Ints) -> Mask:
    """Who is approved: by rule, or because the lot fell below the chance. Shape (n,)."""
    return np.asarray(approved | (draws_ppm < propensity_ppm))


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
