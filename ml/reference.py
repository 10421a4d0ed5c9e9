"""Whom a refused applicant is compared with: the approved near the cut-off.

A model's own contributions are measured against the average good loan, who is far from any
cut-off and may be unlike anybody who asks. What means something to an applicant is what those had
who were just approved (the reference group of FICO's and of Regulation B's first method). Their
mean contribution per feature, in whole points, is taken off the applicant's: the model, its
points and its artifact stay as they are, and what is left still adds up exactly:

    points = the model's points at its own references + sum(reference) + sum(what is left)

The reference belongs to one model and one cut-off, so it is kept with whatever states the cut-off,
and names both.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ml.columns import Frame
from ml.model import Model
from ml.values import divide_half_even

LEAST_ROWS = 30
"""A mean of fewer applicants would move with each of them."""


class ReferenceRefused(ValueError):
    """Too few applicants near the cut-off to compare anybody with."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Mean contributions, in whole points by feature, of `rows` applicants of one model.

    They scored from `cutoff` to `cutoff + band` points, both included.
    """

    model: str
    cutoff: int
    band: int
    rows: int
    points: Mapping[str, int]

    def document(self) -> dict[str, Any]:
        """As JSON has it; whole numbers only."""
        return asdict(self)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Reference":
        """A reference as it was stored."""
        return cls(**{name: document[name] for name in cls.__dataclass_fields__})


def reference_of(model: Model, frame: Frame, cutoff: int, band: int = 20) -> Reference:
    """What the n applicants of a frame who score in the band above the cut-off have on average.

    `frame` holds applicants of the product, approved or to be approved; who scores below the
    cut-off or far above it is left out. ReferenceRefused where fewer than 30 are left.
    """
    points = model.points_columns(frame)
    near = np.flatnonzero((points >= cutoff) & (points <= cutoff + band))
    if near.size < LEAST_ROWS:
        raise ReferenceRefused(
            f"{near.size} applicants score from {cutoff} to {cutoff + band} points; "
            f"a reference needs {LEAST_ROWS}"
        )
    summed = model.score_columns(frame.take(near)).contributions.sum(axis=0).tolist()
    means = [divide_half_even(total, near.size) for total in summed]
    named = dict(zip(model.features, means, strict=True))
    return Reference(model.content_hash, cutoff, band, int(near.size), named)
