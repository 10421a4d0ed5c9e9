"""The model's principal reasons for many applications at once, as `ml.reasons` gives them for one.

Where one party's contributions made the points, the reasons of n applications are the few lowest
of n rows of totals, one total a reason code. Where several parties' did (a joint mean), an
application is read by itself: there are few of those.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.dictionary import Dictionary
from ml.model import ScoreColumns
from ml.reasons import OF_REQUEST, Reason
from ml.reference import Reference

Ints = npt.NDArray[np.int64]


class Group(NamedTuple):
    """A reason code of one scope, and the features (their columns, by name) that share it."""

    code: str
    own: bool
    features: tuple[int, ...]


class Losses:
    """One plan's reason codes over its model's features."""

    def __init__(
        self,
        dictionary: Dictionary,
        features: Sequence[str],
        most: int,
        reference: Reference | None = None,
    ) -> None:
        self._names = tuple(features)
        self.groups = _groups(dictionary, self._names)
        self._most = most
        taken = {} if reference is None else reference.points
        self._taken = np.array([taken.get(name, 0) for name in self._names], np.int64)

    def columns(self, scores: ScoreColumns) -> list[Ints]:
        """For n parties: `most` columns, each the place of a reason (0: none), worst loss first.

        A place names group and feature: `reason(place, party)`.
        """
        lost = scores.contributions - self._taken
        rows = len(lost)
        totals = np.zeros((rows, len(self.groups)), np.int64)
        fields = np.zeros((rows, len(self.groups)), np.int64)
        for at, group in enumerate(self.groups):
            parts = lost[:, group.features]
            totals[:, at] = parts.sum(axis=1) if len(group.features) > 1 else parts[:, 0]
            fields[:, at] = np.array(group.features)[parts.argmin(axis=1)]
        found = []
        every = np.arange(rows)
        width = len(self._names)
        for _ in range(min(self._most, len(self.groups))):
            worst = totals.argmin(axis=1)
            place = worst * width + fields[every, worst] + 1
            found.append(np.where(totals[every, worst] < 0, place, 0))
            totals[every, worst] = 0
        return found

    def reason(self, place: int, party: int) -> Reason:
        """The reason of a place; points are not told, only their order was asked for."""
        group, feature = divmod(place - 1, len(self._names))
        found = self.groups[group]
        return Reason(found.code, self._names[feature], party if found.own else None, -1)


def _groups(dictionary: Dictionary, names: Sequence[str]) -> tuple[Group, ...]:
    """In the order in which equal losses rank: by code, the request's before a party's."""
    told = dictionary.told
    found: dict[tuple[str, int], list[int]] = {}
    for at in sorted(range(len(names)), key=lambda index: names[index]):
        if (key := told.get(names[at])) is not None:
            found.setdefault((key[0], 0 if key[1] else OF_REQUEST), []).append(at)
    return tuple(
        Group(code, scope != OF_REQUEST, tuple(features))
        for (code, scope), features in sorted(found.items())
    )
