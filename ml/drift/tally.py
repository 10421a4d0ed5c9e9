"""What came in on one day, counted in a baseline's bins: all that monitoring keeps of it.

Days add up to windows; no single applicant's value can be read back from the sum of many.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.drift.baseline import PPM, Baseline, points_column

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tally:
    """`rows` scored parties: their points by value, the sum of their PDs, each input's bins."""

    rows: int = 0
    pd_ppm: int = 0
    points: Mapping[int, int] = field(default_factory=dict)
    fields: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, baseline: Baseline, frame: Frame, points: Ints, pd_ppm: Ints) -> Self:
        """Count n parties; `frame` holds the model's inputs, one that lacks counts as missing."""
        absent = Column.missing(frame.rows)
        return cls(
            frame.rows,
            int(pd_ppm.sum()),
            dict(Counter(points.tolist())),
            {
                name: tuple(known.bins.counts(frame.columns.get(name, absent)).tolist())
                for name, known in baseline.fields.items()
            },
        )

    @classmethod
    def total(cls, tallies: Iterable[Self]) -> Self:
        """Several days together; an input that a day did not count is left out of it."""
        rows = pd_ppm = 0
        points: Counter[int] = Counter()
        fields: dict[str, Ints] = {}
        for tally in tallies:
            rows, pd_ppm = rows + tally.rows, pd_ppm + tally.pd_ppm
            points.update(tally.points)
            for name, counts in tally.fields.items():
                found = np.array(counts, np.int64)
                fields[name] = fields[name] + found if name in fields else found
        summed = {name: tuple(counts.tolist()) for name, counts in fields.items()}
        return cls(rows, pd_ppm, dict(sorted(points.items())), summed)

    @property
    def mean_pd(self) -> float:
        return self.pd_ppm / self.rows / PPM if self.rows else 0.0

    def points_counts(self, baseline: Baseline) -> Ints:
        """The points in the baseline's bins."""
        return baseline.points.bins.counts(points_column(self.all_points()))

    def all_points(self) -> Ints:
        """Every party's points, shape (rows,)."""
        values = np.array(list(self.points), np.int64)
        return np.repeat(values, np.array(list(self.points.values()), np.int64))

    def document(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "pd_ppm": self.pd_ppm,
            "points": {str(value): count for value, count in self.points.items()},
            "fields": {name: [*counts] for name, counts in self.fields.items()},
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        return cls(
            int(document["rows"]),
            int(document["pd_ppm"]),
            {int(value): int(count) for value, count in document["points"].items()},
            {name: tuple(counts) for name, counts in document["fields"].items()},
        )
