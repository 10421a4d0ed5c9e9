"""TreeSHAP by looking up: what each leaf gives each feature, computed once per model.

What a leaf contributes to a row depends only on which of the splits on the way to it the row
satisfies, merged by feature (Lundberg et al. 2020, algorithm 1, spelt out for one leaf): with z_i
the share of the training weight that feature i's splits let through and o_i whether the row
passes them,

    phi_i = value * (o_i - z_i) * sum over S of |S|! (m - |S| - 1)! / m! * prod o_S * prod z_rest

where S runs through the subsets of the leaf's other features. So the values of `pred_contribs`
are read from tables by patterns of splits. Leaves of a tree are taken together while no more than
`MOST_SPLITS` splits decide between them.

Each feature's sum runs through the groups in one order, in float64, for a row as for a column:
both give the same bits. Categories and missing values go where XGBoost sends them.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.leaf_rows import Group, LeafRows, Split

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

MOST_SPLITS = 8
"""So many splits decide a group: 256 patterns, which fit the fastest memory."""
DEEPEST = 12
"""A leaf further down would need too large a table."""
CHUNK = 4_096


class TooDeep(ValueError):
    """Trees whose leaves lie deeper than `DEEPEST`."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A split on the way to a leaf, the side taken, and the share of weight that took it."""

    split: Split
    left: bool
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class _Leaf:
    """Its value, and for each feature on the way to it the steps that ask for that feature."""

    value: float
    steps: Mapping[int, Sequence[_Step]]

    @property
    def shares(self) -> list[float]:
        """By feature, the share of training weight that all its steps let through."""
        return [math.prod(step.share for step in steps) for steps in self.steps.values()]


class LeafTables:
    """The tables of a booster of `width` features; made from XGBoost's own JSON of it.

    `expected` is the mean margin of the rows it learnt from: a row's margin is that plus its
    contributions.
    """

    def __init__(self, document: bytes, width: int) -> None:
        learner = json.loads(document)["learner"]
        trees = learner["gradient_booster"]["model"]["trees"]
        groups = [group for tree in trees for group in _Tree(tree).groups()]
        leaves = [leaf for group in groups for leaf in group]
        means = [math.prod(leaf.shares) * leaf.value for leaf in leaves]
        self.width = width
        base = _base_margin(learner)
        self.expected = math.fsum([base, *means])
        self._splits = tuple({
            step.split: None for leaf in leaves for steps in leaf.steps.values() for step in steps
        })  # fmt: skip
        self._categories = _Categories(self._splits)
        self._groups = _tabled(groups, {split: n for n, split in enumerate(self._splits)})
        self.rows = LeafRows(self._splits, self._groups, width, base)

    def columns(self, matrix: Singles) -> Floats:
        """Contributions (n, k) to the margins of n rows."""
        found = np.empty((self.width, matrix.shape[0]))
        for start in range(0, matrix.shape[0], CHUNK):
            part = np.ascontiguousarray(matrix[start : start + CHUNK].T)
            found[:, start : start + CHUNK] = self._chunk(part)
        return found.T

    def row(self, values: Singles) -> Floats:
        """Contributions (k,) to the margin of one row (k,); the bits of `columns`."""
        leaves = self.rows.leaves(self.rows.answers(values.tolist()))
        return np.array(self.rows.contributions(leaves))

    def _chunk(self, columns: Singles) -> Floats:
        left = _sides(self._splits, self._categories, columns)
        found = np.zeros(columns.shape)
        share = np.empty(columns.shape[1])
        for group in self._groups:
            pattern = np.zeros(columns.shape[1], dtype=np.int16)
            for place, split in enumerate(group.splits):
                pattern |= left[split] << np.int16(place)
            where = pattern.astype(np.intp)
            for feature, table in group.tables:
                np.take(table, where, out=share, mode="clip")
                found[feature] += share
        return found


class _Categories:
    """Where categories go at the splits that ask for one: a table of splits by code.

    The last two codes stand for any further category, which goes left, and for a gap.
    """

    def __init__(self, splits: Sequence[Split]) -> None:
        asked = [(number, split) for number, split in enumerate(splits) if split.right is not None]
        self.numbers = np.array([number for number, _ in asked], dtype=np.intp)
        listed = [code for _, split in asked for code in split.right or ()]
        self._further = max(listed, default=-1) + 1
        self.left = np.ones((len(asked), self._further + 2), dtype=np.int16)
        for place, (_, split) in enumerate(asked):
            self.left[place, list(split.right or ())] = 0
            self.left[place, -1] = split.missing_left

    def codes(self, values: Singles) -> Ints:
        """The place in the table of each value."""
        gap = np.isnan(values)
        code = np.where(gap, 0, values).astype(np.intp)
        return np.where(gap, self._further + 1, np.minimum(code, self._further))


class _Tree:
    """One tree of XGBoost's JSON."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._left, self._right = tree["left_children"], tree["right_children"]
        self._weight, self._value = tree["sum_hessian"], tree["split_conditions"]
        right = dict(zip(tree["categories_nodes"], _categories(tree), strict=True))
        self._splits = [
            Split(feature, _single(value) if kind == 0 else 0.0, right.get(node), bool(missing))
            for node, (feature, value, kind, missing) in enumerate(
                zip(
                    tree["split_indices"], tree["split_conditions"], tree["split_type"],
                    tree["default_left"], strict=True,
                )
            )
        ]  # fmt: skip

    def groups(self, node: int = 0, path: tuple[_Step, ...] = ()) -> Iterator[list[_Leaf]]:
        """The leaves, together while few splits decide between them."""
        if len(path) > DEEPEST:
            raise TooDeep(f"a tree is deeper than {DEEPEST}")
        if self._is_leaf(node) or len(path) + self._inner(node) <= MOST_SPLITS:
            yield list(self._leaves(node, path))
            return
        for child, step in self._ways(node):
            yield from self.groups(child, (*path, step))

    def _leaves(self, node: int, path: tuple[_Step, ...]) -> Iterator[_Leaf]:
        if self._is_leaf(node):
            by_feature: dict[int, list[_Step]] = {}
            for step in path:
                by_feature.setdefault(step.split.feature, []).append(step)
            yield _Leaf(_single(self._value[node]), by_feature)
            return
        for child, step in self._ways(node):
            yield from self._leaves(child, (*path, step))

    def _ways(self, node: int) -> Iterator[tuple[int, _Step]]:
        split, weight = self._splits[node], self._weight
        for child, left in ((self._left[node], True), (self._right[node], False)):
            yield child, _Step(split, left, _single(weight[child]) / _single(weight[node]))

    def _is_leaf(self, node: int) -> bool:
        return bool(self._left[node] == -1)

    def _inner(self, node: int) -> int:
        if self._is_leaf(node):
            return 0
        return 1 + self._inner(self._left[node]) + self._inner(self._right[node])


def _categories(tree: Mapping[str, Any]) -> Iterator[frozenset[int]]:
    """Of each split by category, the categories that go right."""
    for start, size in zip(tree["categories_segments"], tree["categories_sizes"], strict=True):
        yield frozenset(tree["categories"][start : start + size])


def _sides(
    splits: Sequence[Split], categories: _Categories, columns: Singles
) -> npt.NDArray[np.int16]:
    """1 where a row goes left at a split, else 0; shape (splits, n)."""
    left = np.empty((len(splits), columns.shape[1]), dtype=np.int16)
    for number, split in enumerate(splits):
        if split.right is None:
            values, cut = columns[split.feature], split.threshold
            left[number] = ~(values >= cut) if split.missing_left else values < cut
    codes: dict[int, Ints] = {}
    for place, number in enumerate(categories.numbers.tolist()):
        feature = splits[number].feature
        if feature not in codes:
            codes[feature] = categories.codes(columns[feature])
        np.take(categories.left[place], codes[feature], out=left[number], mode="clip")
    return left


def _tabled(groups: Sequence[Sequence[_Leaf]], numbers: Mapping[Split, int]) -> list[Group]:
    leaves = [leaf for group in groups for leaf in group]
    tables = dict(zip(map(id, leaves), _leaf_tables(leaves), strict=True))
    return [_group(group, numbers, tables) for group in groups]


def _group(
    leaves: Sequence[_Leaf], numbers: Mapping[Split, int], tables: Mapping[int, Floats]
) -> Group:
    asked = (step.split for leaf in leaves for steps in leaf.steps.values() for step in steps)
    splits = {split: place for place, split in enumerate(dict.fromkeys(asked))}
    patterns = np.arange(2 ** len(splits))
    goes_left = [(patterns >> place) & 1 == 1 for place in range(len(splits))]
    summed: dict[int, Floats] = {}
    values = np.zeros(patterns.size, np.float32)
    for leaf in leaves:
        passed = np.zeros(patterns.size, dtype=np.intp)
        for place, steps in enumerate(leaf.steps.values()):
            taken = [goes_left[splits[step.split]] == step.left for step in steps]
            passed |= np.logical_and.reduce(taken).astype(np.intp) << place
        values[passed == 2 ** len(leaf.steps) - 1] = leaf.value
        for place, feature in enumerate(leaf.steps):
            known = summed.setdefault(feature, np.zeros(patterns.size))
            known += tables[id(leaf)][passed, place]
    return Group(tuple(numbers[split] for split in splits), values, tuple(summed.items()))


def _leaf_tables(leaves: Sequence[_Leaf]) -> list[Floats]:
    """Of each leaf the contributions (2^m, m) by which of its m features a row passes."""
    found: dict[int, Floats] = {}
    for size in {len(leaf.steps) for leaf in leaves}:
        alike = [number for number, leaf in enumerate(leaves) if len(leaf.steps) == size]
        shares = np.array([leaves[number].shares for number in alike]).reshape(len(alike), size)
        values = np.array([leaves[number].value for number in alike])
        tables = _contributions(shares, values)
        found.update(zip(alike, tables, strict=True))
    return [found[number] for number in range(len(leaves))]


def _contributions(shares: Floats, values: Floats) -> Floats:
    """The formula above for l leaves of m features: (l, 2^m, m) from shares (l, m), values (l,)."""
    size = shares.shape[1]
    passed = ((np.arange(2**size)[:, None] >> np.arange(size)) & 1).astype(np.float64)
    found = np.empty((shares.shape[0], 2**size, size))
    for own in range(size):
        terms = np.zeros((shares.shape[0], 2**size, size))
        terms[..., 0] = 1.0
        for other in range(size):
            if other != own:
                more = terms[..., :-1] * passed[None, :, other, None]
                terms *= shares[:, None, other, None]
                terms[..., 1:] += more
        weighted = np.zeros(terms.shape[:2])
        for others in range(size):
            chance = math.factorial(others) * math.factorial(size - others - 1)
            weighted += terms[..., others] * (chance / math.factorial(size))
        gap = passed[None, :, own] - shares[:, own, None]
        found[..., own] = values[:, None] * gap * weighted
    return found


def _base_margin(learner: Mapping[str, Any]) -> float:
    """The log-odds that all trees are added to."""
    chance = float(str(learner["learner_model_param"]["base_score"]).strip("[]"))
    return math.log(chance / (1 - chance))


def _single(value: float) -> float:
    """The float32 that XGBoost's text of it stands for."""
    return float(np.float32(value))
