"""What a model is judged by: the loans it learnt from, and the ones it has never seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.dictionary import Dictionary

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Two parts of the same loans, and what may be looked at but never learnt from.

    `learnt` are the n rows every candidate was trained on, `held` the m rows kept back; outcomes
    are 1 = bad, 0 = good. `held_days` are days since 1970 and `held_amounts` minor units, each
    of shape (m,). `held_protected` are fields on a prohibited basis, `held_segments` other
    groupings, as columns of m rows. `declined` are applications without an outcome.
    """

    learnt: Frame
    learnt_bad: Ints
    held: Frame
    held_bad: Ints
    dictionary: Dictionary
    held_days: Ints | None = None
    held_amounts: Ints | None = None
    held_protected: Mapping[str, Column] = field(default_factory=dict)
    held_segments: Mapping[str, Column] = field(default_factory=dict)
    declined: Frame | None = None
