"""One call from a data set's columns to everything its page and its report show."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.exploration.bins import binned
from ml.exploration.fields import field
from ml.exploration.periods import Periods, bad_rates, stability
from ml.exploration.relations import relations
from ml.exploration.segments import segments

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
    known, badly = np.asarray(ended, bool)[rows], np.asarray(bad, bool)[rows]
    taken = frame.take(rows)
    periods = None if days is None else Periods(days[rows])
    found = []
    for number, (name, column) in enumerate(taken.columns.items()):
        progress("fields", 0.7 * number / len(taken.columns))
        codes = tuple((specials or {}).get(name, ()))
        places = binned(column, codes)
        found.append(
            {
                **field(
                    name,
                    column,
                    places,
                    kind=(kinds or {}).get(name, _kind(column)),
                    digits=(digits or {}).get(name, 0),
                    specials=codes,
                    ended=known,
                    bad=badly,
                ),
                "psi": stability(places, periods) if periods else [],
                "segments": segments(column, known, badly),
            }
        )
    progress("relations", 0.7)
    related = relations(taken.columns)
    progress("relations", 1.0)
    return {
        "schema": SCHEMA,
        "rows": frame.rows,
        "looked_at": int(rows.size),
        "ended": int(known.sum()),
        "bads": int((known & badly).sum()),
        "period": periods.kind if periods else None,
        "bad_rates": bad_rates(periods, known, badly) if periods else [],
        "fields": sorted(found, key=lambda each: -each["iv"]),
        "relations": related,
    }


def _kind(column: Column) -> str:
    if column.categories is not None:
        return "category"
    return {"b": "boolean", "O": "text"}.get(column.values.dtype.kind, "number")
