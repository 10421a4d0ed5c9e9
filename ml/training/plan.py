"""What a tournament is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ml.metrics import STATLOG, CostMatrix
from ml.model import Model
from ml.scaling import STANDARD, Scaling
from ml.training.split import Method

Objective = Literal["auc", "recall_of_bads", "cost", "profit"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which families play, for what, and within which bounds.

    `trials` and `seconds` bound the tuning of each family; the first trial is always the
    family's own defaults, so one trial means no tuning. `accuracy` is what the lender asks a
    model to keep while it finds bads. `economics` is a lender's published document of what a
    loan earns and costs; profit needs it and the loans' amounts. `extra` are finished models
    to compare with, such as the expert scorecard in charge.
    """

    families: tuple[str, ...] = ("woe", "glass_box", "boosting")
    objective: Objective = "auc"
    seed: int = 1
    trials: int = 1
    seconds: float | None = None
    method: Method = "random"
    holdout: float = 0.3
    folds: int = 5
    inner_folds: int = 3
    costs: CostMatrix = STATLOG
    accuracy: float | None = None
    economics: Mapping[str, object] | None = None
    reject_inference: str | None = None
    threads: int = 1
    scaling: Scaling = STANDARD
    extra: tuple[Model, ...] = ()
