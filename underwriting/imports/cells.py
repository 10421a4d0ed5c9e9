"""A chunk's cells by column: each distinct text once, and which of them every row has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Coded(NamedTuple):
    """One column: `texts` are its distinct cells, the last of them None (not given)."""

    codes: Ints
    texts: Sequence[str | None]

    @property
    def given(self) -> Mask:
        """Which rows have it."""
        found: Mask = self.codes != len(self.texts) - 1
        return found

    def each(self, make: Callable[[str | None], Any]) -> list[Any]:
        """What `make` makes of every row's cell, asked once for each distinct one."""
        return spread([make(text) for text in self.texts], self.codes)

    def holds(self, check: Callable[[str], bool]) -> Mask:
        """Rows whose cell passes the check; a cell that was not given does."""
        passes = [text is None or check(text) for text in self.texts]
        return np.array(passes, bool)[self.codes]

    def rows(self) -> list[str | None]:
        return spread(self.texts, self.codes)

    def take(self, rows: Ints) -> "Coded":
        return Coded(self.codes[rows], self.texts)


class Cells(NamedTuple):
    """n rows of columns by their path in an API body, such as `applicant.facts.income`."""

    columns: Mapping[str, Coded]
    rows: int

    def under(self, prefix: str) -> dict[str, Coded]:
        """The columns below a path, by what follows it; those without any cell are left out."""
        at = f"{prefix}."
        return {
            name.removeprefix(at): column
            for name, column in self.columns.items()
            if name.startswith(at) and column.given.any()
        }

    def given(self, prefix: str) -> Mask:
        """Rows that have anything at or below a path."""
        found = np.zeros(self.rows, bool)
        for name, column in self.columns.items():
            if name == prefix or name.startswith(f"{prefix}."):
                found |= column.given
        return found

    def get(self, name: str) -> Coded:
        """A column, empty where the file has none."""
        return self.columns.get(name) or nothing(self.rows)

    def take(self, rows: Ints) -> "Cells":
        taken = {name: column.take(rows) for name, column in self.columns.items()}
        return Cells(taken, len(rows))


def nothing(rows: int) -> Coded:
    """A column in which nothing was given."""
    return Coded(np.zeros(rows, np.int64), (None,))


def cells_of(columns: Mapping[str, Any], rows: int) -> Cells:
    """Cells of columns of text (`pyarrow`'s, or lists); blank ones were not given."""
    return Cells({name: _coded(column) for name, column in columns.items()}, rows)


def spread(values: Sequence[Any], codes: Ints) -> list[Any]:
    """Each row's value, from the distinct ones."""
    kept = np.empty(len(values), object)
    kept[:] = values
    found: list[Any] = kept[codes].tolist()
    return found


def _coded(column: Any) -> Coded:
    """Distinct cells, stripped; two spellings that differ in blanks around them may both stand."""
    import pyarrow as pa

    texts = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(column)
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    encoded = whole.cast(pa.string()).dictionary_encode()
    spelled = [_stripped(text) for text in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(len(spelled)).to_numpy(zero_copy_only=False)
    blank = np.array([text is None for text in spelled] + [True], bool)
    settled = np.where(blank[codes], len(spelled), codes).astype(np.int64)
    return Coded(settled, [*spelled, None])


def _stripped(text: str | None) -> str | None:
    return (text or "").strip() or None


def objects(members: Iterable[Sequence[str | None]], rows: int) -> list[str]:
    """JSON objects row by row, of columns of spelled members in their order; None: no member."""
    columns = list(members)
    if not columns:
        return ["{}"] * rows
    return [
        "{" + ",".join([part for part in parts if part is not None]) + "}"
        for parts in zip(*columns, strict=True)
    ]
