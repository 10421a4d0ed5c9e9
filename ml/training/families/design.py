"""How typed columns become the matrix of numbers that general-purpose learners take.

- A number goes in as it is; a special code or a gap goes in as the median of what is known, and
  as an indicator of its own, so that -9 is never a small number.
- A category becomes one column per value; values of few loans share one, and a value never seen
  goes there too.
- A category of many values (city, borough, postcode) becomes one number: its shrunken evidence,
  for each training row from folds without that row.

A learner that measures distances gets columns of mean 0 and spread 1, their ends drawn in to the
1st and 99th percentile: one wrong income must not bend the line for everybody.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ml.columns import MISSING_CODE, Column, Frame
from ml.model_inputs import ModelInput
from ml.training.families.family import Family, Floats
from ml.training.places import held_out_evidence, is_place, place_evidence
from ml.training.trained import TrainingRefused

Ints = npt.NDArray[np.int64]
RARE_SHARE, RARE_LOANS = 0.01, 10
"""A category of fewer loans shares its column with others of that kind."""
TAIL = 1.0
"""Percent of a scaled number drawn in at each end."""
SIGNS = {"higher": 1, "lower": -1, None: 0}
NEARLY = 1e-6
"""No probability of a comparison family is taken to be nearer to 0 or 1."""


@dataclass(frozen=True, slots=True, eq=False)
class _Number:
    """A number or a yes and no: the value, and an indicator for each way it can be absent."""

    source: ModelInput
    median: float
    specials: tuple[int, ...]
    gaps: bool
    ends: tuple[float, float]

    @classmethod
    def of(cls, source: ModelInput, column: Column) -> "_Number":
        special = np.isin(column.values, source.specials) & ~column.null
        known = column.values[~column.null & ~special].astype(np.float64)
        if not known.size:
            known = np.zeros(1)
        met = set(column.values[special].tolist())
        specials = tuple(each for each in source.specials if each in met)
        low, high = np.percentile(known, [TAIL, 100 - TAIL]).tolist()
        return cls(source, float(np.median(known)), specials, bool(column.null.any()), (low, high))

    @property
    def signs(self) -> list[int]:
        return [SIGNS[self.source.risk], *[0] * (len(self.specials) + self.gaps)]

    def columns(self, column: Column, *, drawn_in: bool) -> Floats:
        special = np.isin(column.values, self.source.specials) & ~column.null
        values = np.where(column.null | special, self.median, column.values.astype(np.float64))
        if drawn_in:
            values = np.clip(values, *self.ends)
        told = [(column.values == code) & ~column.null for code in self.specials]
        gaps = [column.null] if self.gaps else []
        return np.column_stack([values, *told, *gaps]).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Category:
    """A column per value of enough loans or with a code, one for other values, one for a gap."""

    source: ModelInput
    values: tuple[str, ...]

    @classmethod
    def of(cls, source: ModelInput, column: Column) -> "_Category":
        names = column.categories or ()
        counts = np.bincount(_codes(column)[~_gap(column)], minlength=len(names))
        enough = np.full(len(names), max(RARE_SHARE * column.null.size, RARE_LOANS))
        enough[np.isin(names, source.codes)] = 1
        kept = np.flatnonzero(counts >= enough).tolist()
        return cls(source, tuple(sorted(names[code] for code in kept)))

    @property
    def signs(self) -> list[int]:
        return [0] * (len(self.values) + 2)

    def columns(self, column: Column, *, drawn_in: bool) -> Floats:
        places = {name: place for place, name in enumerate(self.values)}
        other, gap = len(self.values), len(self.values) + 1
        by_code = [places.get(name, other) for name in column.categories or ()]
        place = np.array([*by_code, gap])[_codes(column)]
        place[_gap(column)] = gap
        told: Floats = np.eye(gap + 1)[place]
        return told


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A category of many values by its evidence; a gap and a value never seen have none."""

    source: ModelInput
    evidence: dict[str, float]

    @classmethod
    def of(cls, source: ModelInput, column: Column, bad: Ints, weight: Floats) -> "_Place":
        found = place_evidence(column, bad, weight).tolist()
        return cls(source, dict(zip(column.categories or (), found, strict=True)))

    @property
    def signs(self) -> list[int]:
        return [1]

    def columns(self, column: Column, *, drawn_in: bool) -> Floats:
        by_code = [self.evidence.get(name, 0.0) for name in column.categories or ()]
        evidence = np.array([*by_code, 0.0])[_codes(column)]
        return np.where(_gap(column), 0.0, evidence)[:, None]


class Design:
    """Learns from one frame what its columns become, and makes the matrix of any other."""

    def __init__(self, inputs: Sequence[ModelInput], seed: int, *, scaled: bool) -> None:
        self.inputs = inputs
        self.seed = seed
        self.scaled = scaled

    def fit_transform(self, frame: Frame, bad: Ints, weight: Floats | None) -> Floats:
        """Learn from n rows and give their matrix (n, width), places by evidence from folds."""
        heavy = np.ones(bad.size) if weight is None else weight
        self.parts_ = [_part(each, column_of(frame, each), bad, heavy) for each in self.inputs]
        self.signs_ = [sign for part in self.parts_ for sign in part.signs]
        blocks = []
        for part in self.parts_:
            column = column_of(frame, part.source)
            if isinstance(part, _Place):
                blocks.append(held_out_evidence(column, bad, heavy, self.seed)[:, None])
            else:
                blocks.append(part.columns(column, drawn_in=self.scaled))
        matrix = np.column_stack(blocks)
        self.mean_, spread = matrix.mean(axis=0), matrix.std(axis=0)
        self.spread_ = np.where(spread > 0, spread, 1.0)
        return self._scaled(matrix)

    def transform(self, frame: Frame) -> Floats:
        """The matrix (n, width) of other rows."""
        blocks = [
            part.columns(column_of(frame, part.source), drawn_in=self.scaled)
            for part in self.parts_
        ]
        return self._scaled(np.column_stack(blocks))

    def _scaled(self, matrix: Floats) -> Floats:
        return (matrix - self.mean_) / self.spread_ if self.scaled else matrix


class Designed(Family):
    """A family whose learner takes such a matrix; a subclass brings the learner alone."""

    scaled: ClassVar[bool] = False
    """Whether the learner measures distances."""

    @abstractmethod
    def learner(self) -> Any:
        """A fresh scikit-learn classifier with this family's settings."""

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        outcome, weight = two_classes(bad), weights(sample_weight)
        with threadpool_limits(limits=self.threads):
            self.design_ = Design(self.inputs, self.seed, scaled=self.scaled)
            matrix = self.design_.fit_transform(frame, outcome, weight)
            self.learner_ = self.learner().fit(matrix, outcome, sample_weight=weight)
        return self

    def decision_function(self, frame: Frame) -> Floats:
        with threadpool_limits(limits=self.threads):
            return self._log_odds(self.design_.transform(frame))

    def _log_odds(self, matrix: Floats) -> Floats:
        return log_odds(self.learner_.predict_proba(matrix)[:, 1])


def two_classes(bad: npt.ArrayLike) -> Ints:
    """The n outcomes as int64; TrainingRefused where all loans turned out alike."""
    outcome = np.asarray(bad).astype(np.int64)
    if outcome.size == 0 or outcome.min() == outcome.max():
        raise TrainingRefused("the loans all turned out alike: nothing tells goods from bads")
    return outcome


def weights(sample_weight: npt.ArrayLike | None) -> Floats | None:
    """How much each of n rows counts, as float64; None where all count alike."""
    return None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)


def log_odds(probability: Floats) -> Floats:
    """Log-odds of n probabilities, finite for every one of them."""
    held = np.clip(probability, NEARLY, 1 - NEARLY)
    found: Floats = np.log(held / (1 - held))
    return found


def column_of(frame: Frame, source: ModelInput) -> Column:
    """An input's column; one in which nothing is known where the frame has none."""
    column = frame.columns.get(source.name)
    if column is not None:
        return column
    if source.kind == "category":
        none = np.full(frame.rows, MISSING_CODE, dtype=np.int32)
        return Column(none, np.ones(frame.rows, dtype=bool), ())
    return Column.missing(frame.rows)


def _part(
    source: ModelInput, column: Column, bad: Ints, weight: Floats
) -> _Number | _Category | _Place:
    if source.kind != "category":
        return _Number.of(source, column)
    if is_place(source, column):
        return _Place.of(source, column, bad, weight)
    return _Category.of(source, column)


def _gap(column: Column) -> npt.NDArray[np.bool_]:
    gap: npt.NDArray[np.bool_] = column.null | (column.values == MISSING_CODE)
    return gap


def _codes(column: Column) -> Ints:
    return np.where(_gap(column), MISSING_CODE, column.values).astype(np.int64)
