"""What every model can do, and how one is loaded from its artifact.

A model scores one party of one application. It emits whole points, a PD in parts per million
and a whole-point contribution per feature; no float leaves it. `score_row` and `score_columns`
give identical numbers for every row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from ml.artifacts import Artifact, ArtifactRefused, unpack
from ml.columns import Frame
from ml.values import Value

Ints = npt.NDArray[np.int64]

FAMILIES: Mapping[str, str] = {
    "expert": "ml.points_table",
    "woe": "ml.points_table",
    "glass_box": "ml.points_table",
    "boosting": "ml.boosting",
    "blend": "ml.blend",
}
"""Family to the module whose `load(artifact)` makes its model; simplest to explain first.

Loaded by name, so that a process which only serves scorecards never imports XGBoost.
"""


class Score(NamedTuple):
    """One party's score; contributions in the order of the model's features."""

    points: int
    pd_ppm: int
    contributions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """n scores: points and pd_ppm int64 of shape (n,), contributions int64 of shape (n, k)."""

    points: Ints
    pd_ppm: Ints
    contributions: Ints
    features: tuple[str, ...]

    def row(self, index: int) -> Score:
        """One of them, as `score_row` gives it."""
        contributions = zip(self.features, self.contributions[index].tolist(), strict=True)
        return Score(int(self.points[index]), int(self.pd_ppm[index]), tuple(contributions))


class Model(Protocol):
    """A model in production. `features` is the order of the contributions."""

    family: str
    dictionary_hash: str
    content_hash: str
    features: tuple[str, ...]

    def score_row(self, values: Mapping[str, Value]) -> Score: ...

    def score_columns(self, frame: Frame) -> ScoreColumns: ...

    def points_columns(self, frame: Frame) -> Ints:
        """The points of `score_columns` alone, without the price of its contributions."""
        ...

    def pd_at(self, points: int) -> int:
        """The PD (ppm) of that many points, such as the mean of several parties'."""
        ...

    def pd_at_columns(self, points: Ints) -> Ints: ...

    def to_bytes(self) -> bytes: ...

    def describe(self) -> dict[str, object]: ...


def load_model(
    data: bytes, *, content_hash: str | None = None, dictionary_hash: str | None = None
) -> Model:
    """The model of an artifact; raises ArtifactRefused with the reason.

    `content_hash` is that of the version meant, `dictionary_hash` that of the dictionary it
    shall score with; give both wherever they are known.
    """
    artifact = unpack(data, expected_hash=content_hash, dictionary_hash=dictionary_hash)
    module = FAMILIES.get(artifact.family)
    if module is None:
        raise ArtifactRefused("unknown_family", f"No model family {artifact.family!r} is known.")
    load = cast(Callable[[Artifact], Model], import_module(module).load)
    model = load(replace(artifact, guard=None))
    if artifact.guard is None:
        return model
    wrap = cast(Callable[[Model, Artifact], Model], import_module("ml.guard").guarded)
    return wrap(model, artifact)


def pd_lookup(
    steps: Sequence[tuple[int, int]],
) -> tuple[Callable[[int], int], Callable[[Ints], Ints]]:
    """PD by points for a row and for columns: the PD of the greatest listed points not above."""
    lowest, highest = steps[0][0], steps[-1][0]
    listed = np.array(steps, dtype=np.int64)
    every = np.arange(lowest, highest + 1, dtype=np.int64)
    dense: Ints = listed[np.searchsorted(listed[:, 0], every, side="right") - 1, 1]
    by_points: tuple[int, ...] = tuple(dense.tolist())

    def row(points: int) -> int:
        return by_points[min(max(points, lowest), highest) - lowest]

    def columns(points: Ints) -> Ints:
        return dense[np.clip(points, lowest, highest) - lowest]

    return row, columns
