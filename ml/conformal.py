"""Where a score cannot tell good from bad: prediction sets with a known chance of being right.

For each class on its own (Mondrian), and where there is enough of it for each segment too, the
points of loans that the model has not learnt from say which points are too unusual for the class.
"Bad" stays in an applicant's set unless fewer than a share `alpha` of the bads had as many points,
"good" unless fewer than `alpha` of the goods had as few. So of the applicants of either class at
least 1 - alpha have their own class in their set, whatever the distribution, as long as they are
exchangeable with the loans it was made from. A set is {good}, {bad}, both (the score cannot tell)
or none (unusual for either): the last two are uncertain.

Since points order risk, a set follows from two whole numbers: it is served without a float.

Sources: Vovk, Gammerman and Shafer 2005, "Algorithmic learning in a random world", ch. 4.5;
Sadinle, Lei and Wasserman 2019. With scores from cross-validation folds in place of one held-out
part the promise is that of cross-conformal prediction (Vovk 2015; Barber et al. 2021: at least
1 - 2 alpha, in practice 1 - alpha); what it came to on the held-out part is reported.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame, Mask
from ml.metrics import share_interval
from ml.values import Value

Ints = npt.NDArray[np.int64]
Label = Literal["good", "bad"]

ALPHA_PPM: Final = 100_000
PPM = 1_000_000
LEAST = 50
"""A segment with fewer goods or fewer bads has the thresholds of all loans together."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`bad` is in the set up to `bad_upto` points, `good` from `good_from` points."""

    bad_upto: int
    good_from: int

    def uncertain(self, points: int) -> bool:
        """Whether the set is both or none: the points lie between the two, either way round."""
        return (points <= self.bad_upto) == (points >= self.good_from)

    def uncertain_columns(self, points: Ints) -> Mask:
        return np.asarray((points <= self.bad_upto) == (points >= self.good_from))


@dataclass(frozen=True, slots=True)
class Conformal:
    """Thresholds of all loans, and of each value of the segment field that has enough."""

    alpha_ppm: int
    overall: Thresholds
    segment: str | None = None
    by_segment: tuple[tuple[str, Thresholds], ...] = ()

    def uncertain_row(self, values: Mapping[str, Value], points: int) -> bool:
        """Whether one party's score cannot tell."""
        return self._of(values.get(self.segment) if self.segment else None).uncertain(points)

    def uncertain_columns(self, frame: Frame, points: Ints) -> Mask:
        """The same for n rows, shape (n,)."""
        found = self.overall.uncertain_columns(points)
        for name, thresholds in self.by_segment:
            rows = _named(frame, self.segment, name)
            found[rows] = thresholds.uncertain_columns(points[rows])
        return found

    def _of(self, value: Value) -> Thresholds:
        return dict(self.by_segment).get(value, self.overall) if isinstance(value, str) else (
            self.overall
        )  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Whole numbers and names only: what travels with the model."""
        return {
            "alpha_ppm": self.alpha_ppm,
            "overall": [self.overall.bad_upto, self.overall.good_from],
            "segment": self.segment,
            "by_segment": {name: [t.bad_upto, t.good_from] for name, t in self.by_segment},
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """The sets of a document; ValueError for another."""
        match document:
            case {
                "alpha_ppm": int(alpha),
                "overall": [int(), int()] as overall,
                "segment": str() | None as segment,
                "by_segment": dict(by_segment),
            } if len(document) == 4 and 0 < alpha < PPM:
                pairs = {name: _thresholds(each) for name, each in by_segment.items()}
                return cls(alpha, _thresholds(overall), segment, tuple(sorted(pairs.items())))
        raise ValueError("not a document of prediction sets")


def conformal_of(
    points: Ints,
    bad: npt.ArrayLike,
    *,
    alpha_ppm: int = ALPHA_PPM,
    segment: tuple[str, Column] | None = None,
) -> Conformal:
    """Prediction sets from n scores that the model had not learnt from, and their outcomes.

    `segment` names a category field and gives its n values. Raises ValueError without goods or
    bads.
    """
    outcomes = np.asarray(bad).astype(bool)
    overall = thresholds(points, outcomes, alpha_ppm)
    if segment is None:
        return Conformal(alpha_ppm, overall)
    name, column = segment
    found = []
    for code, value in enumerate(column.categories or ()):
        rows = ~column.null & (column.values == code)
        bads = int(outcomes[rows].sum())
        if min(bads, int(rows.sum()) - bads) >= LEAST:
            found.append((value, thresholds(points[rows], outcomes[rows], alpha_ppm)))
    return Conformal(alpha_ppm, overall, name, tuple(sorted(found)))


def thresholds(points: Ints, bad: Mask, alpha_ppm: int) -> Thresholds:
    """The two whole numbers, by the finite-sample rule: of n loans of a class the most unusual
    floor(alpha (n + 1)) - 1 may be passed over, and none where n is too small to tell."""
    if not bad.any() or bad.all():
        raise ValueError("prediction sets need goods and bads")
    bads, goods = np.sort(points[bad]), np.sort(points[~bad])
    most = int(max(bads[-1], goods[-1])) + 10**6
    least = int(min(bads[0], goods[0])) - 10**6
    skipped = _skipped(bads.size, alpha_ppm)
    bad_upto = most if skipped is None else int(bads[bads.size - 1 - skipped])
    skipped = _skipped(goods.size, alpha_ppm)
    good_from = least if skipped is None else int(goods[skipped])
    return Thresholds(bad_upto, good_from)


def _skipped(size: int, alpha_ppm: int) -> int | None:
    """How many of the most unusual are left out: a p-value (1 + as unusual) / (n + 1) must exceed
    alpha. None: with so few nothing is ever unusual enough."""
    allowed = math.floor(alpha_ppm * (size + 1) / PPM) - 1
    return allowed if allowed >= 0 else None


def coverage(
    conformal: Conformal, frame: Frame, points: Ints, bad: npt.ArrayLike
) -> dict[str, Any]:
    """What the sets came to on n judged loans, per class and segment, each with n and interval."""
    outcomes = np.asarray(bad).astype(bool)
    rows: list[tuple[str, Mask]] = [("", np.ones(points.size, bool))]
    for name, _ in conformal.by_segment:
        rows.append((name, _named(frame, conformal.segment, name)))
    limits = dict(conformal.by_segment)
    return {
        "alpha": conformal.alpha_ppm / PPM,
        "segment": conformal.segment,
        "parts": [
            _part(name, limits.get(name, conformal.overall), points[each], outcomes[each])
            for name, each in rows
        ],
        "uncertain": _share(conformal.uncertain_columns(frame, points)),
    }


def _part(name: str, limits: Thresholds, points: Ints, bad: Mask) -> dict[str, Any]:
    in_bad, in_good = points <= limits.bad_upto, points >= limits.good_from
    sets = {
        "good": int((in_good & ~in_bad).sum()),
        "bad": int((in_bad & ~in_good).sum()),
        "both": int((in_good & in_bad).sum()),
        "none": int((~in_good & ~in_bad).sum()),
    }
    covered = {"good": _share(in_good[~bad]), "bad": _share(in_bad[bad])}
    return {
        "segment": name,
        "n": int(points.size),
        "bad_upto": limits.bad_upto,
        "good_from": limits.good_from,
        "sets": sets,
        "covered": covered,
    }


def _share(found: Mask) -> dict[str, Any]:
    if not found.size:
        return {"n": 0, "value": None, "low": None, "high": None}
    share = share_interval(int(found.sum()), int(found.size))
    return {"n": int(found.size), "value": share.value, "low": share.low, "high": share.high}


def _named(frame: Frame, field: str | None, value: str) -> Mask:
    column = frame.columns.get(field) if field else None
    if column is None or column.categories is None or value not in column.categories:
        return np.zeros(frame.rows, dtype=bool)
    code = column.categories.index(value)
    return np.asarray(~column.null & (column.values == code), dtype=bool)


def _thresholds(pair: Sequence[object]) -> Thresholds:
    match pair:
        case [int(bad_upto), int(good_from)]:
            return Thresholds(bad_upto, good_from)
    raise ValueError("thresholds are two whole numbers")
