"""What travels with a model to say when it should not be trusted alone.

A guard holds prediction sets (`ml.conformal`) and the training domain (`ml.domain`) in whole
numbers. It lies in the header of the model's own artifact, so that whatever pins the model pins
the guard, and a decision that asked it is computed again to the byte. A guarded model scores
exactly as the model inside does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, Self

import numpy as np
import numpy.typing as npt

from ml.artifacts import Artifact, ArtifactRefused, pack, unpack
from ml.canonical import content_hash
from ml.columns import Frame, Mask
from ml.conformal import ALPHA_PPM, Conformal, conformal_of
from ml.domain import Domain, domain_of
from ml.model import Ints, Model, Score, ScoreColumns
from ml.model_inputs import ModelInput
from ml.values import Value

SCHEMA: Final = "assay.guard/1"


@dataclass(frozen=True, slots=True)
class Doubts:
    """Why one party's score may not be enough: the score cannot tell, or never saw the like."""

    uncertain: bool
    outside_domain: bool


@dataclass(frozen=True, slots=True, eq=False)
class DoubtColumns:
    """The same for n parties, each of shape (n,)."""

    uncertain: Mask
    outside_domain: Mask


@dataclass(frozen=True, slots=True)
class Guard:
    """Prediction sets and training domain of one model."""

    conformal: Conformal
    domain: Domain

    def row(self, values: Mapping[str, Value], points: int) -> Doubts:
        """The doubts about one party's typed values and the points they gave."""
        return Doubts(self.conformal.uncertain_row(values, points), self.domain.outside_row(values))

    def odd_fields(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        """The fields outside the domain by themselves; none where it is their combination."""
        return self.domain.reasons_row(values)

    def columns(self, frame: Frame, points: Ints) -> DoubtColumns:
        """The doubts about n rows; each is what `row` says of it."""
        return DoubtColumns(
            self.conformal.uncertain_columns(frame, points), self.domain.outside_columns(frame)
        )

    def document(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "conformal": self.conformal.document(),
            "domain": self.domain.document(),
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """The guard of a document; ValueError where it is none."""
        match document:
            case {"schema": "assay.guard/1", "conformal": dict(sets), "domain": dict(domain)} if (
                len(document) == 3
            ):
                return cls(Conformal.parse(sets), Domain.parse(domain))
        raise ValueError("not a guard")


class Doubter(Protocol):
    """Whatever can say when a score is not enough: a guard, or what a test case assumes."""

    def row(self, values: Mapping[str, Value], points: int) -> Doubts: ...

    def columns(self, frame: Frame, points: Ints) -> DoubtColumns: ...

    def odd_fields(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Which fields lie outside by themselves; for a person to look at."""
        ...


class Guarded:
    """A model with its guard: a `Model` like the one inside, under a content hash of its own."""

    def __init__(self, model: Model, guard: Guard) -> None:
        self.model = model
        self.guard = guard
        self.family: str = model.family
        self.dictionary_hash: str = model.dictionary_hash
        self.features: tuple[str, ...] = model.features
        self.content_hash: str = content_hash(self.to_bytes())

    def score_row(self, values: Mapping[str, Value]) -> Score:
        return self.model.score_row(values)

    def score_columns(self, frame: Frame) -> ScoreColumns:
        return self.model.score_columns(frame)

    def points_columns(self, frame: Frame) -> Ints:
        return self.model.points_columns(frame)

    def pd_at(self, points: int) -> int:
        return self.model.pd_at(points)

    def pd_at_columns(self, points: Ints) -> Ints:
        return self.model.pd_at_columns(points)

    def to_bytes(self) -> bytes:
        return pack(replace(unpack(self.model.to_bytes()), guard=self.guard.document()))

    def describe(self) -> dict[str, object]:
        """The model's own description, and what its guard watches."""
        conformal = self.guard.conformal.document()
        fields = [field.name for field in self.guard.domain.fields]
        return {**self.model.describe(), "guard": {"conformal": conformal, "domain": fields}}


def guard_of(
    frame: Frame,
    inputs: Sequence[ModelInput],
    points: Ints,
    bad: npt.ArrayLike,
    *,
    alpha_ppm: int = ALPHA_PPM,
    segment: str | None = None,
) -> Guard:
    """The guard of a model that has learnt from the n rows of `frame`.

    `points` are what fits that had not seen a row gave it, shape (n,); `bad` the outcomes.
    `segment` names a category field of the frame whose values get prediction sets of their own.
    """
    column = frame.columns.get(segment) if segment else None
    named = None if segment is None or column is None else (segment, column)
    conformal = conformal_of(np.asarray(points), bad, alpha_ppm=alpha_ppm, segment=named)
    return Guard(conformal, domain_of(frame, inputs))


def guard_in(model: Model) -> Doubter | None:
    """What a model travels with to doubt itself; an expert's points and older models have none."""
    found: Doubter | None = getattr(model, "guard", None)
    return found


def guarded(model: Model, artifact: Artifact) -> Model:
    """The model of an artifact under the guard its header holds, if it holds one."""
    if artifact.guard is None:
        return model
    try:
        return Guarded(model, Guard.parse(artifact.guard))
    except (ValueError, TypeError, KeyError) as error:
        raise ArtifactRefused("malformed", f"The model's guard is not whole: {error}") from error
