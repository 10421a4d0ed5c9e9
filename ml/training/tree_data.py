"""What XGBoost learns from: a matrix of float32 with what it must know of each column."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ml.boosting import Encoder, TreeInput, encode, exact
from ml.columns import Frame
from ml.model_inputs import ModelInput
from ml.training.places import held_out_evidence, is_place, place_evidence

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

RARE_SHARE = 0.005
"""A category with fewer of the rows counts as missing: trees would learn its few loans by heart."""
SIGNS = {"higher": 1, "lower": -1, None: 0}
EVIDENCE_UNIT = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class TreeData:
    """Matrix (n, k), outcomes (n,), weights (n,) or None.

    `types` says of each column whether it is a number or a category, `signs` in which direction
    it may move risk: 1, -1, or 0 for both.
    """

    matrix: Singles
    bad: Ints
    weight: Floats | None
    types: tuple[str, ...]
    signs: tuple[int, ...]

    def take(self, rows: Ints) -> "TreeData":
        """The rows of the index array."""
        weight = None if self.weight is None else self.weight[rows]
        return replace(self, matrix=self.matrix[rows], bad=self.bad[rows], weight=weight)


def tree_data(
    inputs: Sequence[ModelInput], frame: Frame, bad: Ints, weight: Floats | None, seed: int
) -> tuple[TreeData, tuple[TreeInput, ...]]:
    """The matrix of n rows to learn from, and how the columns of any other rows are encoded.

    A category of many values is its shrunken evidence, here for each row from folds without it.
    """
    sources = tuple(tree_input(each, frame, bad, weight) for each in inputs)
    matrix = encode([Encoder(source) for source in sources], frame)
    heavy = np.ones(bad.size) if weight is None else weight
    for index, source in enumerate(sources):
        if source.kind == "place":
            column = frame.columns[source.name]
            found = np.rint(held_out_evidence(column, bad, heavy, seed) * EVIDENCE_UNIT)
            matrix[:, index] = np.where(column.null, np.nan, found)
    types = tuple(source.feature_type for source in sources)
    signs = tuple(_sign(*pair) for pair in zip(inputs, sources, strict=True))
    return TreeData(matrix, bad, weight, types, signs), sources


def _sign(known: ModelInput, source: TreeInput) -> int:
    """A number follows the dictionary, a place its own evidence, a category nothing."""
    if source.kind == "place":
        return 1
    return 0 if source.kind == "category" else SIGNS[known.risk]


def tree_input(source: ModelInput, frame: Frame, bad: Ints, weight: Floats | None) -> TreeInput:
    """How one input is encoded, as n rows and their outcomes suggest."""
    column = frame.columns[source.name]
    names: Sequence[str] = column.categories or ()
    if is_place(source, column):
        heavy = np.ones(bad.size) if weight is None else weight
        found = np.rint(place_evidence(column, bad, heavy) * EVIDENCE_UNIT).astype(int).tolist()
        told = sorted((n, e) for n, e in zip(names, found, strict=True) if e)
        return TreeInput(
            name=source.name, kind="place", categories=tuple(name for name, _ in told),
            evidence=tuple(each for _, each in told), reference=exact(0.0),
        )  # fmt: skip
    kept: list[str] = []
    if source.kind == "category":
        counts = np.bincount(column.values[~column.null], minlength=len(names))
        enough = np.flatnonzero(counts > RARE_SHARE * frame.rows).tolist()
        kept = sorted(names[code] for code in enough)
    return TreeInput(
        name=source.name, kind=source.kind, categories=tuple(kept), specials=source.specials,
        reference=exact(0.0),
    )  # fmt: skip
