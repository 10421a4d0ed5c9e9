"""What a tournament is asked to do."""

from dataclasses import dataclass
from typing import Literal

from ml.economics import Economics
from ml.metrics import STATLOG, CostMatrix
from ml.model import Model
from ml.scaling import STANDARD, Scaling
from ml.training.engine import LOCAL, Engine
from ml.training.split import Method

Objective = Literal["auc", "recall_of_bads", "cost", "profit"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which families play, for what, and within which bounds.

    `trials` and `seconds` bound the tuning of each family; the first trial is always the
    family's own defaults, so one trial means no tuning. `accuracy` is what the lender asks a
    model to keep while it finds bads. `economics` is what a loan earns and costs the lender;
    profit needs it. `reject_inference` is fuzzy or parcelling: the declined are learnt from as
    well. `engine` says where trees are grown. `extra` are finished models to compare with, such
    as an expert scorecard.
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
    economics: Economics | None = None
    reject_inference: str | None = None
    threads: int = 1
    engine: Engine = LOCAL
    scaling: Scaling = STANDARD
    extra: tuple[Model, ...] = ()

    def terms(self) -> dict[str, object]:
        """What a candidate's figures depend on beside the candidate and the loans; JSON-able."""
        return {
            "objective": self.objective,
            "accuracy": self.accuracy,
            "costs": self.costs.document(),
            "economics": self.economics.document() if self.economics else None,
        }
