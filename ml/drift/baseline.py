"""What a model was made for, in bins that never change: the yardstick of all monitoring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.drift.bins import Bins, Counts
from ml.drift.ks import quantile_grid
from ml.model_inputs import ModelInput

SCHEMA = "assay.baseline/1"
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class FieldBaseline:
    """One input's bins, how many rows of the reference lay in each, and how many went bad.

    `quantiles` are of the points alone, for Kolmogorov-Smirnov.
    """

    bins: Bins
    counts: tuple[int, ...]
    bads: tuple[int, ...]
    quantiles: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        column: Column,
        bins: Bins,
        bad: npt.NDArray[np.bool_] | None,
    ) -> Self:
        places = bins.indices(column)
        size = len(bins.labels)
        bads = (0,) * size if bad is None else _tuple(np.bincount(places[bad], minlength=size))
        return cls(bins, _tuple(np.bincount(places, minlength=size)), bads)

    @property
    def rows(self) -> int:
        return sum(self.counts)

    def document(self) -> dict[str, Any]:
        return {
            **self.bins.document(),
            "counts": [*self.counts],
            "bads": [*self.bads],
            "quantiles": [*self.quantiles],
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        bins = Bins.parse(document)
        counts = tuple(int(count) for count in document["counts"])
        if len(counts) != len(bins.labels):
            raise ValueError(f"{len(counts)} counts do not fit {len(bins.labels)} bins")
        return cls(bins, counts, tuple(document["bads"]), tuple(document["quantiles"]))


@dataclass(frozen=True, slots=True)
class Baseline:
    """The reference of a model: its points, and each input, as they were when it was made."""

    rows: int
    bads: int
    mean_pd: float
    points: FieldBaseline
    fields: Mapping[str, FieldBaseline]

    def document(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "rows": self.rows,
            "bads": self.bads,
            "mean_pd": self.mean_pd,
            "points": self.points.document(),
            "fields": {name: field.document() for name, field in self.fields.items()},
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """The baseline of a stored document; ValueError where it is another's."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"{document.get('schema')!r} is no baseline")
        return cls(
            int(document["rows"]),
            int(document["bads"]),
            float(document["mean_pd"]),
            FieldBaseline.parse(document["points"]),
            {name: FieldBaseline.parse(each) for name, each in document["fields"].items()},
        )


def baseline_of(
    frame: Frame,
    inputs: Sequence[ModelInput],
    points: npt.ArrayLike,
    pd_ppm: npt.ArrayLike,
    bad: npt.ArrayLike | None,
) -> dict[str, Any]:
    """The baseline of n rows that a model had not learnt from, as JSON.

    `frame` holds the model's inputs, `points` and `pd_ppm` are whole numbers of shape (n,), `bad`
    the outcomes where they are known. Use held-out rows: on rows it has learnt from a model's
    points lie elsewhere. Raises ValueError for no rows.
    """
    if frame.rows < 1:
        raise ValueError("a baseline needs rows")
    outcomes = None if bad is None else np.asarray(bad).astype(bool)
    return Baseline(
        rows=frame.rows,
        bads=0 if outcomes is None else int(outcomes.sum()),
        mean_pd=float(np.mean(np.asarray(pd_ppm))) / PPM,
        points=_points(np.asarray(points, dtype=np.int64), outcomes),
        fields={each.name: _field(frame, each, outcomes) for each in inputs},
    ).document()


def points_column(points: npt.ArrayLike) -> Column:
    """Points as a column without gaps."""
    values = np.asarray(points, dtype=np.int64)
    return Column(values, np.zeros(values.size, bool))


def _points(points: Counts, bad: npt.NDArray[np.bool_] | None) -> FieldBaseline:
    column = points_column(points)
    found = FieldBaseline.of(column, Bins.of(column, "number"), bad)
    return replace(found, quantiles=tuple(quantile_grid(points)))


def _field(frame: Frame, asked: ModelInput, bad: npt.NDArray[np.bool_] | None) -> FieldBaseline:
    column = frame.columns.get(asked.name) or Column.missing(frame.rows)
    return FieldBaseline.of(column, Bins.of(column, asked.kind, asked.specials), bad)


def _tuple(counts: Counts) -> tuple[int, ...]:
    return tuple(int(count) for count in counts)
