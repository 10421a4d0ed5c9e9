"""The blend: several families that may decide, as one; in charge where only rank counts."""

import math
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from ml.blend import WHOLE
from ml.blend import blend as blended
from ml.calibration import Calibration, Straight
from ml.columns import Frame
from ml.model import Model
from ml.model_inputs import ModelInput
from ml.scaling import Scaling
from ml.training.engine import LOCAL, Engine
from ml.training.families.design import two_classes, weights
from ml.training.families.family import Family, Floats
from ml.training.members import fitted_members, made
from ml.training.trained import TrainingRefused

Ints = npt.NDArray[np.int64]
MEMBERS = ("glass_box", "boosting", "woe")
EVENNESS = 30.0
"""How strongly weights are held to equal ones, in loans: members say much the same, so that a few
hundred loans cannot tell their weights apart (German Credit: mean AUC of folds 0.7788 with it,
0.7770 without)."""


class Blend(Family):
    """The members' calibrated log-odds, weighted.

    The weights are not negative, add up to one, and are those whose log-loss is smallest on
    loans that no member had learnt from, held to equal weights where there are few.
    """

    name = "blend"
    label = {"en": "blend", "de": "Mischung", "es": "mezcla", "pt": "mistura"}
    explained = "exact"
    simplicity = 45

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        engine: Engine = LOCAL,
        members: Sequence[str] = MEMBERS,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.engine = engine
        self.members = members

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        outcome, weight = two_classes(bad), weights(sample_weight)
        with threadpool_limits(limits=self.threads):
            members = {name: made(name, self) for name in self.members}
            self.members_ = fitted_members(members, frame, outcome, weight, self.seed)
            rows = self.members_.rows
            part = None if weight is None else weight[rows]
            self.weights_ = thousandths(best_weights(self.members_.held_out, outcome[rows], part))
        return self

    def decision_function(self, frame: Frame) -> Floats:
        log_odds: Floats = self.members_.log_odds(frame) @ (np.array(self.weights_) / WHOLE)
        return log_odds

    def compiled(
        self,
        frame: Frame,
        bad: npt.ArrayLike,
        calibration: Calibration,
        dictionary_hash: str,
        scaling: Scaling,
    ) -> Model:
        """Each member's points are scaled by its own straight line and the blend's on top."""
        models = []
        for name, member in self.members_.fitted.items():
            own = self.members_.straights[name]
            both = Calibration("platt", _after(calibration.straight, own))
            model = member.compiled(frame, bad, both, dictionary_hash, scaling)
            if model is None:
                raise TrainingRefused(f"{name} cannot decide, so it cannot be part of a blend")
            models.append(model)
        points = np.array([model.points_columns(frame) for model in models])
        mean = np.rint(np.array(self.weights_) @ points / WHOLE)
        steps = calibration.pd_steps(scaling, int(mean.min()), int(mean.max()))
        return blended(models, self.weights_, dictionary_hash, scaling, steps)

    def account(self) -> Mapping[str, object]:
        weighed = zip(self.members_.fitted.items(), self.weights_, strict=True)
        members = {name: {"weight": w, **each.account()} for (name, each), w in weighed}
        return {"members": members, "left_out": self.members_.left_out}


def best_weights(log_odds: Floats, bad: Ints, weight: Floats | None) -> Floats:
    """The weights (m,) on the simplex for log-odds (n, m): least log-loss, nearly even ones."""
    heavy = np.ones(bad.size) if weight is None else weight
    total, even = float(heavy.sum()), 1 / log_odds.shape[1]

    def loss(shares: Floats) -> float:
        blend = log_odds @ shares
        uneven = EVENNESS * float(((shares - even) ** 2).sum())
        return (float(heavy @ (np.logaddexp(0, blend) - bad * blend)) + uneven) / total

    start = np.full(log_odds.shape[1], even)
    found = minimize(
        loss, start, method="SLSQP", bounds=[(0, 1)] * start.size, tol=1e-10,
        constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1},
    )  # fmt: skip
    shares: Floats = np.clip(found.x, 0, None)
    shares /= shares.sum()
    return shares


def thousandths(shares: Floats) -> list[int]:
    """Shares as whole thousandths that add up to 1,000, by largest remainders."""
    exact = (shares * WHOLE).tolist()
    whole = [math.floor(each) for each in exact]
    by_rest = sorted(range(len(whole)), key=lambda place: whole[place] - exact[place])
    for place in by_rest[: WHOLE - sum(whole)]:
        whole[place] += 1
    return whole


def _after(last: Straight, first: Straight) -> Straight:
    """Both straight lines in one."""
    return Straight(last.intercept + last.slope * first.intercept, last.slope * first.slope)
