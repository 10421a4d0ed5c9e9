"""One call from a data set's columns to everything its page and its report show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.exploration.bins import binned
from ml.exploration.fields import field
from ml.exploration.periods import Periods, bad_rates, stability
from ml.exploration.relations import relations
from ml.exploration.segments import segments
from ml.separation import Bools

Progress = Callable[[str, float], None]
SCHEMA = "assay.exploration/1"
MOST_ROWS = 200_000


def silent(step: str, fraction: float) -> None:
    """For callers that do not listen."""


def explore(
    frame: Frame,
    ended: npt.ArrayLike,
    bad: npt.ArrayLike,
    *,
    kinds: Mapping[str, str] | None = None,
    digits: Mapping[str, int] | None = None,
    specials: Mapping[str, Sequence[int]] | None = None,
    days: npt.NDArray[np.int64] | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Explore n rows: `ended` says whose end is known, `bad` whose end was bad, shape (n,).

    `kinds` are the dictionary's types by field, `digits` and `specials` its scales and special
    codes; `days` (since 1970) let it look at time. JSON-able. Beyond 200,000 rows every k-th is
    looked at. `progress` may raise to stop.
    """
    rows = np.arange(0, frame.rows, max(1, -(-frame.rows // MOST_ROWS)))
    look = _Look(
        frame.take(rows),
        np.asarray(ended, bool)[rows],
        np.asarray(bad, bool)[rows],
        None if days is None else Periods(days[rows]),
        kinds or {},
        digits or {},
        specials or {},
    )
    found = []
    for number, name in enumerate(look.frame.columns):
        progress("fields", 0.7 * number / len(look.frame.columns))
        found.append(look.field(name))
    progress("relations", 0.7)
    related = relations(look.frame.columns)
    progress("relations", 1.0)
    return {
        "schema": SCHEMA,
        "rows": frame.rows,
        **look.summary(),
        "fields": sorted(found, key=lambda each: -each["iv"]),
        "relations": related,
    }


@dataclass(frozen=True, slots=True)
class _Look:
    """The rows that are looked at, and what is known of their fields."""

    frame: Frame
    ended: Bools
    bad: Bools
    periods: Periods | None
    kinds: Mapping[str, str]
    digits: Mapping[str, int]
    specials: Mapping[str, Sequence[int]]

    def field(self, name: str) -> dict[str, Any]:
        column, codes = self.frame.columns[name], tuple(self.specials.get(name, ()))
        places = binned(column, codes)
        return {
            **field(
                name,
                column,
                places,
                kind=self.kinds.get(name, _kind(column)),
                digits=self.digits.get(name, 0),
                specials=codes,
                ended=self.ended,
                bad=self.bad,
            ),
            "psi": stability(places, self.periods) if self.periods else [],
            "segments": segments(column, self.ended, self.bad),
        }

    def summary(self) -> dict[str, Any]:
        return {
            "looked_at": self.frame.rows,
            "ended": int(self.ended.sum()),
            "bads": int((self.ended & self.bad).sum()),
            "period": self.periods.kind if self.periods else None,
            "bad_rates": bad_rates(self.periods, self.ended, self.bad) if self.periods else [],
        }


def _kind(column: Column) -> str:
    if column.categories is not None:
        return "category"
    return {"b": "boolean", "O": "text"}.get(column.values.dtype.kind, "number")
