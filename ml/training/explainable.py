"""Explainable boosting on a design's matrix: what the EBM is, and what the glass box takes of it.

interpret-core's `ExplainableBoostingClassifier` (Nori, Jenkins, Koch, Caruana 2019): cyclic
boosting of one column at a time, then of pairs that its FAST search finds. Columns with a
direction of risk take no part in its pairs, which is how the library keeps them monotone.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from interpret.glassbox import ExplainableBoostingClassifier

from ml.training.additive_design import Design

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Settings:
    """`pairs` is how many at most, or "3x": three times as many as there are columns."""

    bags: int
    pairs: int | str
    learning_rate: float = 0.015
    min_loans: int = 4
    max_rounds: int = 50_000


class Explainable:
    """One fit; columns in which nothing is known are left out."""

    def __init__(self, design: Design, settings: Settings, seed: int, threads: int) -> None:
        self._design = design
        self._settings = settings
        self._seed = seed
        self._threads = threads

    def fit(self, matrix: Floats, bad: Ints, weight: Floats) -> "Explainable":
        """Learn from n rows of the design's matrix, with outcomes and weights of shape (n,)."""
        self._known = np.flatnonzero(~np.isnan(matrix).all(axis=0))
        columns = [self._design.columns[place] for place in self._known]
        self._machine = ExplainableBoostingClassifier(
            feature_types=["nominal" if c.sort == "named" else "continuous" for c in columns],
            monotone_constraints=[column.sign for column in columns],
            outer_bags=self._settings.bags,
            interactions=self._settings.pairs,
            learning_rate=self._settings.learning_rate,
            min_samples_leaf=self._settings.min_loans,
            max_rounds=self._settings.max_rounds,
            n_jobs=self._threads,
            random_state=self._seed,
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Missing values detected")  # we draw no graphs of it
            self._machine.fit(matrix[:, self._known], bad, weight)
        return self

    def log_odds(self, matrix: Floats) -> Floats:
        """Log-odds of bad of n rows of the design's matrix, shape (n,)."""
        return np.asarray(self._machine.decision_function(matrix[:, self._known]), dtype=np.float64)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Features that count together, each pair once; two columns of one feature are no pair."""
        features = [self._design.columns[place].feature for place in self._known]
        found = {
            tuple(sorted({features[column] for column in columns}))
            for columns in self._machine.term_features_
            if len(columns) > 1
        }
        return tuple(sorted((pair[0], pair[1]) for pair in found if len(pair) > 1))
