"""The glass box: an additive model with a few pairs, whose tables of whole points are the model.

Two ways to boost look at one feature or at one of a few pairs at a time: trees grown all features
at once (`ml.training.additive_trees`) and cyclic boosting (`ml.training.explainable`). Held-out
folds choose between them, say whether trees gain from pairs, and how much the WoE scorecard
counts beside them; what comes out is written down as tables (`ml.training.tables`). A validator
reads the tables; nothing of what was boosted is left in production.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ml.calibration import Calibration, probability
from ml.columns import Frame
from ml.model import Model
from ml.model_inputs import ModelInput
from ml.scaling import Scaling
from ml.scorecard import Additive, compiled_scorecard
from ml.training.additive_design import Design, design_of, even_or
from ml.training.additive_trees import AdditiveTrees, Growth, Learnt, Pair, strongest_pairs
from ml.training.explainable import Explainable, Settings
from ml.training.families.design import two_classes
from ml.training.families.family import Family, Floats
from ml.training.families.woe import Woe
from ml.training.space import Choice, Range, Real, Whole
from ml.training.split import stratified_folds
from ml.training.tables import summed, tables_of
from ml.training.trained import TrainingRefused

Ints = npt.NDArray[np.int64]

INNER_FOLDS = 3
INNER_BAGS = 4
FEWEST_LOANS, LOANS_A_LEAF = 4, 400
"""Cyclic boosting's steps rest on one in so many loans; fewer made 0.0004 AUC less on PAKDD."""
MORE_ROUNDS = 1.15
"""All rows carry that many times the rounds that two thirds of them do."""


class GlassBox(Family):
    """Every score is an exact sum of whole points, each read from a table."""

    name = "glass_box"
    label = {"en": "glass box", "de": "Glaskasten", "es": "caja de cristal",
             "pt": "caixa de vidro"}  # fmt: skip
    explained = "table"
    simplicity = 20

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        max_pairs: int = 12,
        max_bins: int = 96,
        bags: int = 8,
        depth: int = 3,
        eta: float = 0.06,
        min_loans: float = 30.0,
        shrink: float = 5.0,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.max_pairs = max_pairs
        self.max_bins = max_bins
        self.bags = bags
        self.depth = depth
        self.eta = eta
        self.min_loans = min_loans
        self.shrink = shrink

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "max_pairs": Choice((0, 6, 12)),
            "depth": Whole(2, 3),
            "min_loans": Real(5.0, 100.0, log=True),
            "shrink": Real(1.0, 30.0, log=True),
        }

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        outcome, weight = two_classes(bad), even_or(sample_weight, frame.rows)
        with threadpool_limits(limits=self.threads):
            trial = self._tried(frame, outcome, weight)
            scorecard = self._scorecard(frame, outcome, weight)
            design, learnt = self._learnt(frame, outcome, weight, scorecard)
            grow = self._cycled if trial.boosted == "cyclic" else self._grown
            tables = grow(design, learnt, frame, trial)
            intercept, of_boosted, of_scorecard = trial.shares
            parts = [(of_boosted, tables), (of_scorecard, scorecard)]
            self.additive_ = summed(design, [part for part in parts if part[0]], intercept)
            self.trial_ = trial
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
        names = [each.name for each in self.inputs]
        return {
            "boosted": self.trial_.boosted,
            "pairs": [[names[p.first], names[p.second]] for p in self.additive_.pairs],
            "rounds": self.trial_.rounds[self.trial_.with_pairs],
            "bags": self.bags,
            "bins": {term.bins.source.name: term.bins.main for term in self.additive_.terms},
            "log_loss": self.trial_.log_losses,
            "counts": {"boosted": self.trial_.shares[1], "scorecard": self.trial_.shares[2]},
        }

    @property
    def _growth(self) -> Growth:
        return Growth(self.eta, self.depth, self.min_loans, self.shrink, self.seed, self.threads)

    def _scorecard(self, frame: Frame, bad: Ints, weight: Floats) -> Additive:
        """The WoE scorecard of the same rows; nothing where no feature tells goods from bads."""
        try:
            found = Woe(self.inputs, self.seed, self.threads).fit(frame, bad, weight)
        except TrainingRefused:
            return Additive(0.0, ())
        return found.additive_

    def _cycled(self, design: Design, learnt: Learnt, frame: Frame, trial: "Trial") -> Additive:
        machine = self._machine(design, learnt, self.bags)
        return tables_of(design, machine.pairs, machine.log_odds)

    def _grown(self, design: Design, learnt: Learnt, frame: Frame, trial: "Trial") -> Additive:
        pairs: tuple[Pair, ...] = ()
        if trial.with_pairs:
            alone = AdditiveTrees(design, self._growth)
            pairs = self._sought(alone, design, learnt, frame, trial.rounds[0])
        trees = AdditiveTrees(design, self._growth, pairs)
        rounds = trial.rounds[bool(pairs)]
        grown = [trees.grown(learnt, rounds, bag) for bag in range(1, self.bags + 1)]
        return tables_of(design, pairs, lambda matrix: trees.log_odds(grown, matrix))

    def _machine(self, design: Design, learnt: Learnt, bags: int) -> Explainable:
        fewest = max(FEWEST_LOANS, len(learnt[1]) // LOANS_A_LEAF)
        settings = Settings(bags, self.max_pairs, min_loans=fewest)
        return Explainable(design, settings, self.seed, self.threads).fit(*learnt)

    def _learnt(
        self, frame: Frame, bad: Ints, weight: Floats, scorecard: Additive
    ) -> tuple[Design, Learnt]:
        """The design, which cuts where the scorecard does too, and what trees learn from."""
        cuts = {term.bins.source.name: term.bins.cuts for term in scorecard.terms}
        design = design_of(self.inputs, frame, bad, weight, self.max_bins, cuts)
        return design, (design.learning_matrix(frame, bad, weight, self.seed), bad, weight)

    def _sought(
        self, alone: AdditiveTrees, design: Design, learnt: Learnt, frame: Frame, rounds: int
    ) -> tuple[Pair, ...]:
        """Pairs by what a fit without them leaves unexplained of these rows."""
        matrix, bad, weight = learnt
        log_odds = alone.log_odds([alone.grown(learnt, rounds, 0)], matrix)
        return strongest_pairs(
            design, design.index(frame), bad, weight, log_odds, self.max_pairs // 2
        )

    def _tried(self, frame: Frame, bad: Ints, weight: Floats) -> "Trial":
        """Held-out folds say how many rounds, whether pairs, and how much the scorecard counts.

        Pairs are sought in each fold's own learning part, or their gain would be hindsight.
        """
        try:
            fold = stratified_folds(bad, seed=self.seed, folds=INNER_FOLDS)
        except ValueError as error:
            raise TrainingRefused(str(error)) from error
        log_odds = np.empty((bad.size, 4))
        rounds = np.empty((INNER_FOLDS, 2))
        for number in range(INNER_FOLDS):
            here, others = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
            rounds[number], log_odds[here] = self._on_fold(frame, bad, weight, here, others)
        return judged_trial(log_odds, rounds, fold, bad, weight)

    def _on_fold(
        self, frame: Frame, bad: Ints, weight: Floats, here: Ints, others: Ints
    ) -> tuple[list[int], Floats]:
        """Best rounds without pairs and with, and held-out log-odds: so, so, cyclic, WoE's."""
        part, held = frame.take(others), frame.take(here)
        scorecard = self._scorecard(part, bad[others], weight[others])
        design, learnt = self._learnt(part, bad[others], weight[others], scorecard)
        judged = (design.matrix(design.index(held)), bad[here], weight[here])
        alone = AdditiveTrees(design, self._growth)
        rounds, log_odds = alone.rounds(learnt, judged)
        pairs: tuple[Pair, ...] = ()
        if self.max_pairs:
            pairs = self._sought(alone, design, learnt, part, rounds)
        both = rounds, log_odds
        if pairs:
            both = AdditiveTrees(design, self._growth, pairs).rounds(learnt, judged)
        cycled = self._machine(design, learnt, INNER_BAGS).log_odds(judged[0])
        columns = [log_odds, both[1], cycled, scorecard.log_odds(held)]
        return [rounds, both[0]], np.column_stack(columns)


@dataclass(frozen=True, slots=True)
class Trial:
    """What held-out folds say: `shares` are the intercept and what boosting and scorecard count."""

    boosted: Literal["trees", "cyclic"]
    with_pairs: bool
    rounds: tuple[int, int]
    shares: tuple[float, float, float]
    log_losses: Mapping[str, float]


def judged_trial(log_odds: Floats, rounds: Floats, fold: Ints, bad: Ints, weight: Floats) -> Trial:
    """From held-out log-odds, shape (n, 4): trees alone, with pairs, cyclic, scorecard."""
    losses = [_loss(column, bad) for column in log_odds.T]
    gain = losses[0] - losses[1]
    folds_won = sum(gain[fold == number].sum() > 0 for number in range(INNER_FOLDS))
    with_pairs = bool(gain.mean() > 0 and folds_won > 1)
    usual = np.rint(rounds.mean(axis=0) * MORE_ROUNDS).astype(int).tolist()
    means = [float(np.average(each, weights=weight)) for each in losses]
    best = min((int(with_pairs), 2), key=means.__getitem__)
    shares = _shares(log_odds[:, [best, 3]], bad, weight)
    names = ("alone", "with_pairs", "cyclic", "scorecard")
    named = dict(zip(names, means, strict=True))
    boosted: Literal["trees", "cyclic"] = "cyclic" if best == 2 else "trees"
    return Trial(boosted, with_pairs, (usual[0], usual[1]), shares, named)


def _shares(log_odds: Floats, bad: Ints, weight: Floats) -> tuple[float, float, float]:
    """Logistic regression of the outcome on both; what would count backwards counts nothing."""
    fitted = LogisticRegression(C=np.inf, tol=1e-8, max_iter=500)
    fitted.fit(log_odds, bad, weight)
    counted = fitted.coef_[0]
    if counted.min() > 0:
        return float(fitted.intercept_[0]), float(counted[0]), float(counted[1])
    return (0.0, 1.0, 0.0) if counted[0] >= counted[1] else (0.0, 0.0, 1.0)


def _loss(log_odds: Floats, bad: Ints) -> Floats:
    likely = probability(np.where(bad == 1, log_odds, -log_odds))
    return -np.log(np.clip(likely, 1e-15, 1))
