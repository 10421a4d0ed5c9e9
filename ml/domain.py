"""Whether an applicant is like those a model has learnt from, in whole numbers.

Three things put a row outside: a number beyond the learnt range, a category never seen (or a gap
in a field that never had one), and a combination of values that hardly ever went together. The
last is the surprise of the row under a dependence tree (Chow and Liu 1968): each field's cell,
given the cell of the one field it depends on most, costs so many thousandths of a bit, and a row
outside costs more than all but a share of the learnt rows did when left out of the fit. The tables
are whole numbers, so a row and a column agree to the unit everywhere.

Serving is a look-up a field; fitting is n rows times k fields squared over two.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame, Mask
from ml.model_inputs import ModelInput
from ml.values import Value

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CELLS: Final = 6
"""Number cells of a field, each of about as many learnt rows."""
MOST_CATEGORIES: Final = 12
"""The commonest categories have a cell each; the rarer ones share one."""
MOST_ROWS: Final = 20_000
"""Rows the tree is fitted on, evenly spread over those given; ranges see all of them."""
EXPECTED_UNSEEN: Final = 0.001
"""The share of learnt rows whose category is theirs alone estimates how often a new one comes
(Good 1953); above this share an unseen category says nothing."""
FOLDS: Final = 5
RARE: Final = 0.99
PRIOR_ROWS: Final = 4
THOUSANDTHS: Final = 1_000


@dataclass(frozen=True, slots=True)
class FieldDomain:
    """What was seen of one field. Cells: numbers between `cuts`, or `common` categories in their
    order, then what is left (special codes, rarer categories), then missing."""

    name: str
    kind: str
    low: int | None = None
    high: int | None = None
    cuts: tuple[int, ...] = ()
    specials: tuple[int, ...] = ()
    common: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()
    gaps: bool = False
    open: bool = False
    """Whether unseen categories are to be expected, as of a city: then none is outside."""

    @property
    def cells(self) -> int:
        return (len(self.common) if self.kind == "category" else len(self.cuts) + 1) + 2

    def cell(self, value: Value) -> int:
        """The cell of a typed value."""
        if value is None:
            return self.cells - 1
        if self.kind == "category":
            return self.common.index(str(value)) if value in self.common else self.cells - 2
        number = int(value)
        return self.cells - 2 if number in self.specials else bisect_right(self.cuts, number)

    def outside(self, value: Value) -> bool:
        """Whether nothing like it was learnt from."""
        if value is None:
            return not self.gaps
        if self.kind == "category":
            return not self.open and value not in self.common and value not in self.rare
        number = int(value)
        if number in self.specials:
            return False
        return self.low is None or self.high is None or not self.low <= number <= self.high

    def cells_columns(self, column: Column) -> Ints:
        """Cells of n values, shape (n,)."""
        if self.kind == "category":
            found = self._by_code(column, self.cell)
        else:
            cuts = np.array(self.cuts, dtype=np.int64)
            found = np.searchsorted(cuts, column.values, side="right").astype(np.int64)
            found[np.isin(column.values, list(self.specials))] = self.cells - 2
        found[column.null] = self.cells - 1
        return found

    def outside_columns(self, column: Column) -> Mask:
        """The same as `outside` for n values, shape (n,)."""
        if self.kind == "category":
            found = self._by_code(column, self.outside).astype(bool)
        elif self.low is None or self.high is None:
            found = ~np.isin(column.values, list(self.specials))
        else:
            values = column.values
            beyond = (values < self.low) | (values > self.high)
            found = beyond & ~np.isin(values, list(self.specials))
        found[column.null] = not self.gaps
        return found

    def _by_code(self, column: Column, answer: Any) -> Ints:
        known = [int(answer(name)) for name in column.categories or ()]
        return np.array([*known, 0], dtype=np.int64)[column.values.astype(np.int64)]


@dataclass(frozen=True, slots=True)
class Domain:
    """The fields, the tree over them, and what a row may cost.

    `parents[i]` is the field that field i depends on, -1 for a root; `surprise[i]` its table by
    (parent's cell, own cell), row by row, in thousandths of a bit.
    """

    fields: tuple[FieldDomain, ...]
    parents: tuple[int, ...]
    surprise: tuple[tuple[int, ...], ...]
    limit: int

    def outside_row(self, values: Mapping[str, Value]) -> bool:
        """Whether the row is unlike those learnt from."""
        cells = []
        for field in self.fields:
            value = values.get(field.name)
            if field.outside(value):
                return True
            cells.append(field.cell(value))
        return self._cost(cells) > self.limit

    def reasons_row(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        """The fields that lie outside by themselves; none of them where it is the combination."""
        return tuple(each.name for each in self.fields if each.outside(values.get(each.name)))

    def outside_columns(self, frame: Frame) -> Mask:
        """The same as `outside_row` for n rows, shape (n,)."""
        columns = [_column_of(frame, field.name) for field in self.fields]
        found = np.zeros(frame.rows, dtype=bool)
        for field, column in zip(self.fields, columns, strict=True):
            found |= field.outside_columns(column)
        return np.asarray(found | (self.cost_columns(frame) > self.limit))

    def cost_columns(self, frame: Frame) -> Ints:
        """What n rows cost, in thousandths of a bit."""
        cells = [field.cells_columns(_column_of(frame, field.name)) for field in self.fields]
        total = np.zeros(frame.rows, dtype=np.int64)
        for at, table in enumerate(self.surprise):
            total += np.array(table, dtype=np.int64)[self._places(cells, at)]
        return total

    def document(self) -> dict[str, Any]:
        """Whole numbers and names only: what travels with the model."""
        return {
            "fields": [_listed(asdict(field)) for field in self.fields],
            "parents": list(self.parents),
            "surprise": [list(table) for table in self.surprise],
            "limit": self.limit,
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """The domain of a document; ValueError for another, or for one that does not fit."""
        if set(document) != {"fields", "parents", "surprise", "limit"}:
            raise ValueError("not a document of a training domain")
        try:
            fields = tuple(FieldDomain(**_tupled(each)) for each in document["fields"])
        except TypeError as error:
            raise ValueError(f"not a field of a training domain: {error}") from error
        found = cls(
            fields,
            tuple(document["parents"]),
            tuple(tuple(table) for table in document["surprise"]),
            document["limit"],
        )
        _check(found)
        return found

    def _cost(self, cells: Sequence[int]) -> int:
        total = 0
        for at, table in enumerate(self.surprise):
            parent = self.parents[at]
            above = cells[parent] * self.fields[at].cells if parent >= 0 else 0
            total += table[above + cells[at]]
        return total

    def _places(self, cells: Sequence[Ints], at: int) -> Ints:
        parent = self.parents[at]
        return cells[at] if parent < 0 else cells[parent] * self.fields[at].cells + cells[at]


def domain_of(frame: Frame, inputs: Sequence[ModelInput]) -> Domain:
    """What n learnt rows cover. Raises ValueError for fewer than two rows a fold."""
    if frame.rows < 2 * FOLDS:
        raise ValueError(f"{frame.rows} rows say nothing about a domain")
    fields = tuple(_field(each, _column_of(frame, each.name)) for each in inputs)
    spread = np.unique(np.linspace(0, frame.rows - 1, min(frame.rows, MOST_ROWS)).astype(np.int64))
    cells = [field.cells_columns(_column_of(frame, field.name))[spread] for field in fields]
    sizes = [field.cells for field in fields]
    parents = dependence_tree(cells, sizes)
    every = np.ones(spread.size, dtype=bool)
    tables = _tables(cells, sizes, parents, every)
    limit = _limit(cells, sizes, parents)
    return Domain(fields, parents, tuple(tuple(t.tolist()) for t in tables), limit)


def dependence_tree(cells: Sequence[Ints], sizes: Sequence[int]) -> tuple[int, ...]:
    """Each field's parent in the tree of greatest mutual information (Chow and Liu); -1: root."""
    count = len(cells)
    shared = np.zeros((count, count))
    for one, other in combinations(range(count), 2):
        shared[one, other] = shared[other, one] = _information(
            cells[one], cells[other], sizes[one], sizes[other]
        )
    parents = [-1] * count
    best = np.full(count, -1.0)
    waiting = list(range(count))
    latest = 0
    while waiting:
        waiting.remove(latest)
        for each in waiting:
            if shared[latest, each] > best[each]:
                best[each], parents[each] = shared[latest, each], latest
        if waiting:
            latest = max(waiting, key=lambda each: best[each])
    return tuple(parents)


def _field(source: ModelInput, column: Column) -> FieldDomain:
    gaps = bool(column.null.any())
    known = column.values[~column.null]
    if source.kind == "category":
        names = column.categories or ()
        codes, counts = np.unique(known.astype(np.int64), return_counts=True)
        order = [names[code] for code in codes[np.argsort(-counts, kind="stable")].tolist()]
        unseen = float((counts == 1).sum()) / max(known.size, 1)
        is_open = unseen > EXPECTED_UNSEEN
        common, rare = order[:MOST_CATEGORIES], [] if is_open else order[MOST_CATEGORIES:]
        return FieldDomain(
            source.name,
            "category",
            common=tuple(sorted(common)),
            rare=tuple(sorted(rare)),
            gaps=gaps,
            open=is_open,
        )
    numbers = known.astype(np.int64)
    plain = np.sort(numbers[~np.isin(numbers, list(source.specials))])
    seen = tuple(sorted(set(source.specials) & set(numbers.tolist())))
    if not plain.size:
        return FieldDomain(source.name, "number", specials=seen, gaps=gaps)
    places = [plain.size * at // CELLS for at in range(1, CELLS)]
    cuts = tuple(sorted(set(plain[places].tolist()) - {int(plain[0])}))
    ends = (int(plain[0]), int(plain[-1]))
    return FieldDomain(source.name, "number", *ends, cuts, seen, gaps=gaps)


def _column_of(frame: Frame, name: str) -> Column:
    found = frame.columns.get(name)
    return Column.missing(frame.rows) if found is None else found


def _information(one: Ints, other: Ints, size: int, other_size: int) -> float:
    """Mutual information of two columns of cells, in nats."""
    joint = np.bincount(one * other_size + other, minlength=size * other_size)
    shares = joint.reshape(size, other_size) / one.size
    apart = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    there = shares > 0
    return float((shares[there] * np.log(shares[there] / apart[there])).sum())


def _tables(
    cells: Sequence[Ints], sizes: Sequence[int], parents: Sequence[int], rows: Mask
) -> list[Ints]:
    """Per field -log2 of its cell's share given the parent's cell, flat, in thousandths."""
    found = []
    for at, own in enumerate(cells):
        size, parent = sizes[at], parents[at]
        alone = np.bincount(own[rows], minlength=size) + 0.5
        share = (alone / alone.sum())[None, :]
        if parent >= 0:
            pairs = cells[parent][rows] * size + own[rows]
            joint = np.bincount(pairs, minlength=sizes[parent] * size).reshape(-1, size)
            above = joint.sum(axis=1, keepdims=True)
            share = (joint + PRIOR_ROWS * share) / (above + PRIOR_ROWS)
        found.append(np.rint(-np.log2(share) * THOUSANDTHS).astype(np.int64).ravel())
    return found


def _limit(cells: Sequence[Ints], sizes: Sequence[int], parents: Sequence[int]) -> int:
    """What all but 1 - RARE of the learnt rows cost at most, each left out of its own fit."""
    rows = cells[0].size if cells else 0
    fold = np.arange(rows) % FOLDS
    costs = np.zeros(rows, dtype=np.int64)
    for number in range(FOLDS):
        left = fold == number
        tables = _tables(cells, sizes, parents, ~left)
        for at, table in enumerate(tables):
            parent = parents[at]
            place = cells[at] if parent < 0 else cells[parent] * sizes[at] + cells[at]
            costs[left] += table[place[left]]
    return int(np.sort(costs)[min(int(np.ceil(RARE * rows)), rows - 1)]) if rows else 0


def _check(domain: Domain) -> None:
    sizes = [field.cells for field in domain.fields]
    if not len(sizes) == len(domain.parents) == len(domain.surprise):
        raise ValueError("the tree does not fit its fields")
    for at, (parent, table) in enumerate(zip(domain.parents, domain.surprise, strict=True)):
        if type(parent) is not int or not -1 <= parent < len(sizes) or parent == at:
            raise ValueError("a field depends on none of the fields")
        if len(table) != sizes[at] * (1 if parent < 0 else sizes[parent]):
            raise ValueError(f"{domain.fields[at].name}: the table does not fit its cells")
    numbers = [domain.limit, *(value for table in domain.surprise for value in table)]
    if not all(type(value) is int for value in numbers):
        raise ValueError("costs are whole numbers")


def _listed(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in document.items()}


def _tupled(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in document.items()}
