"""The WoE scorecard: optimal bins, weight of evidence, logistic regression, whole points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ml.calibration import Calibration
from ml.columns import Column, Frame
from ml.model import Model
from ml.model_inputs import ModelInput
from ml.scaling import Scaling
from ml.scorecard import Additive, FeatureBins, Term, compiled_scorecard
from ml.training.binning import Cutting, bin_feature, evidence, information_value
from ml.training.families.design import two_classes, weights
from ml.training.families.family import Family, Floats
from ml.training.places import held_out_evidence, is_place, place_bins, place_evidence
from ml.training.space import Range, Real, Whole
from ml.training.trained import TrainingRefused

Ints = npt.NDArray[np.int64]

MIN_INFORMATION_VALUE = 0.002
"""Below it a feature says next to nothing. The usual 0.02 (Siddiqi 2006) would cost 0.018 AUC on
PAKDD 2010, where many features each say a little."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One feature: the evidence of each bin, and of each row as the regression sees it."""

    bins: FeatureBins
    woe: Floats
    evidences: Floats
    information_value: float


class Woe(Family):
    """A scorecard in the customary form, its regression's weights all pulling the right way."""

    name = "woe"
    label = {"en": "WoE scorecard", "de": "WoE-Scorecard", "es": "scorecard WoE",
             "pt": "scorecard WoE"}  # fmt: skip
    explained = "table"
    simplicity = 10

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        max_bins: int = 8,
        min_share: float = 0.03,
        penalty: float = 1.0,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.max_bins = max_bins
        self.min_share = min_share
        self.penalty = penalty

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "max_bins": Whole(4, 12),
            "min_share": Real(0.02, 0.08),
            "penalty": Real(0.1, 100.0, log=True),
        }

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        """Bin, drop what says nothing, regress, and drop what would count the wrong way round."""
        outcome, weight = two_classes(bad), weights(sample_weight)
        self.dropped_: dict[str, str] = {}
        with threadpool_limits(limits=self.threads):
            weighed = [self._weigh(each, frame, outcome, weight) for each in self.inputs]
            self._regress([each for each in weighed if self._says(each)], outcome, weight)
        return self

    def decision_function(self, frame: Frame) -> Floats:
        return self.additive_.log_odds(frame)

    def compiled(
        self,
        frame: Frame,
        bad: npt.ArrayLike,
        calibration: Calibration,
        dictionary_hash: str,
        scaling: Scaling,
    ) -> Model:
        return compiled_scorecard(
            self.name, self.additive_, calibration, frame, bad, dictionary_hash, scaling
        )

    def account(self) -> Mapping[str, object]:
        return {
            "information_value": self.information_values_,
            "weights": self.weights_,
            "bins": {term.bins.source.name: term.bins.main for term in self.additive_.terms},
            "dropped": self.dropped_,
        }

    def _weigh(
        self, source: ModelInput, frame: Frame, bad: Ints, weight: Floats | None
    ) -> _Weighed:
        column = frame.columns[source.name]
        if is_place(source, column):
            return _weighed_place(source, column, bad, weight, self.seed)
        bins = bin_feature(source, column, bad, weight, Cutting(self.max_bins, self.min_share))
        index = bins.index(column)
        woe = evidence(bins, index, bad, weight)
        return _Weighed(bins, woe, woe[index], information_value(woe[index], bad))

    def _says(self, weighed: _Weighed) -> bool:
        if weighed.information_value < MIN_INFORMATION_VALUE:
            reason = f"information value {weighed.information_value:.4f}"
            self.dropped_[weighed.bins.source.name] = reason
        return weighed.information_value >= MIN_INFORMATION_VALUE

    def _regress(self, kept: list[_Weighed], bad: Ints, weight: Floats | None) -> None:
        while kept:
            fitted = LogisticRegression(
                C=self.penalty, solver="newton-cholesky", tol=1e-10, max_iter=200
            )
            fitted.fit(np.column_stack([each.evidences for each in kept]), bad, weight)
            weights = fitted.coef_[0]
            worst = int(weights.argmin())
            if weights[worst] > 0:
                self._keep(kept, weights.tolist(), float(fitted.intercept_[0]))
                return
            self.dropped_[kept[worst].bins.source.name] = "weight against its own evidence"
            del kept[worst]
        raise TrainingRefused("no feature tells goods from bads")

    def _keep(self, kept: Sequence[_Weighed], weights: Sequence[float], intercept: float) -> None:
        pairs = list(zip(kept, weights, strict=True))
        terms = tuple(Term(each.bins, weight * each.woe) for each, weight in pairs)
        self.additive_ = Additive(intercept, terms)
        self.weights_ = {each.bins.source.name: weight for each, weight in pairs}
        self.information_values_ = {each.bins.source.name: each.information_value for each in kept}


def _weighed_place(
    source: ModelInput, column: Column, bad: Ints, weight: Floats | None, seed: int
) -> _Weighed:
    """A place enters the regression with evidence from folds, and the table with all of it."""
    heavy = np.ones(bad.size) if weight is None else weight
    bins, woe = place_bins(source, column, place_evidence(column, bad, heavy))
    evidences = held_out_evidence(column, bad, heavy, seed)
    return _Weighed(bins, woe, evidences, information_value(evidences, bad))
