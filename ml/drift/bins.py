"""Fixed bins of one input, made once from the reference and kept as JSON.

A number's bins are ranges at the reference's deciles, one bin for each special code, one for
missing. A category's are its most frequent names, the rest together, missing, and `new` for a
name the reference never saw: in a monitored month that bin is the news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.model_inputs import Kind

Counts = npt.NDArray[np.int64]

RANGES = 10
MOST_NAMES = 24
MISSING = "missing"
NEW = "new"
REST = "rest"


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of one input. `cuts` are typed values: a range holds what is below its cut.

    For a category `names` are the bins of their own; `rest` the other names of the reference.
    """

    kind: Kind
    cuts: tuple[int, ...] = ()
    specials: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()

    @classmethod
    def of(cls, column: Column, kind: Kind, specials: Sequence[int] = ()) -> Self:
        """Bins from n reference values."""
        if kind == "number":
            return cls(kind, cuts=_cuts(column, specials), specials=tuple(specials))
        if kind == "boolean":
            return cls(kind, names=("false", "true"))
        names = _by_frequency(column)
        return cls(kind, names=names[:MOST_NAMES], rest=tuple(sorted(names[MOST_NAMES:])))

    @property
    def labels(self) -> tuple[str, ...]:
        """A stable name for each bin, in the order of the counts."""
        if self.kind == "number":
            ranges = [f"<{cut}" for cut in self.cuts] + [f">={self.cuts[-1]}" if self.cuts else "*"]
            return (*ranges, *(f"={code}" for code in self.specials), MISSING)
        if self.kind == "boolean":
            return (*self.names, MISSING)
        return (*self.names, REST, MISSING, NEW)

    def indices(self, column: Column) -> Counts:
        """The bin of each of n values, shape (n,)."""
        if self.kind == "number":
            found = self._numbers(column)
        elif self.kind == "boolean":
            found = column.values.astype(np.int64)
        else:
            found = self._categories(column)
        found[column.null] = self.labels.index(MISSING)
        return found

    def counts(self, column: Column) -> Counts:
        """How many of n values lie in each bin."""
        return np.bincount(self.indices(column), minlength=len(self.labels))

    def _numbers(self, column: Column) -> Counts:
        values = column.values.astype(np.int64, copy=False)
        found = np.searchsorted(np.array(self.cuts, np.int64), values, side="right").astype(
            np.int64
        )
        for position, code in enumerate(self.specials):
            found[values == code] = len(self.cuts) + 1 + position
        return found

    def _categories(self, column: Column) -> Counts:
        place = {name: index for index, name in enumerate(self.names)}
        place |= dict.fromkeys(self.rest, len(self.names))
        new = len(self.names) + 2
        by_code = [place.get(name, new) for name in column.categories or ()]
        return np.array([*by_code, new], np.int64)[column.values]

    def document(self) -> dict[str, Any]:
        if self.kind == "number":
            return {"kind": self.kind, "cuts": [*self.cuts], "specials": [*self.specials]}
        return {"kind": self.kind, "names": [*self.names], "rest": [*self.rest]}

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        return cls(
            document["kind"],
            tuple(document.get("cuts", ())),
            tuple(document.get("specials", ())),
            tuple(document.get("names", ())),
            tuple(document.get("rest", ())),
        )


def _cuts(column: Column, specials: Sequence[int]) -> tuple[int, ...]:
    """Deciles, each once; never the lowest value, below which there is nothing."""
    values = column.values[~column.null].astype(np.int64, copy=False)
    values = values[~np.isin(values, specials)]
    if not values.size:
        return ()
    asked = np.arange(1, RANGES) / RANGES
    deciles = np.unique(np.quantile(values, asked, method="higher"))
    return tuple(deciles[deciles > values.min()].tolist())


def _by_frequency(column: Column) -> tuple[str, ...]:
    """The names that occur, most frequent first, ties by name."""
    names = column.categories or ()
    counts = np.bincount(column.values[~column.null], minlength=len(names))
    order = sorted(range(len(names)), key=lambda code: (-counts[code], names[code]))
    return tuple(names[code] for code in order if counts[code])
