"""What every kind of evidence looks at: one model, its scores, and the cut-off in question."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ml import metrics, profit
from ml.columns import Column
from ml.economics import Economics
from ml.fairness import Mask, groups_of
from ml.guard import Guard, Guarded
from ml.metrics import Interval
from ml.model import Model, ScoreColumns
from ml.profit import CutOff, Portfolio
from ml.scaling import PPM
from ml.training.judged import Judged
from ml.training.trained import Trained

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_EXPLAINED = 4_000
"""Contributions of at most so many held-out rows are looked at, evenly spread."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A trained model on the loans it has never seen. Scores have shape (m,)."""

    trained: Trained
    judged: Judged
    economics: Economics | None
    model: Model
    points: Ints
    pd_ppm: Ints
    present: Model | None = None

    @property
    def bad(self) -> Ints:
        return np.asarray(self.judged.held_bad, dtype=np.int64)

    @property
    def pd(self) -> Floats:
        return self.pd_ppm / PPM

    @property
    def guard(self) -> Guard | None:
        return self.model.guard if isinstance(self.model, Guarded) else None

    @cached_property
    def held_groups(self) -> dict[str, dict[str, Mask]]:
        """Of every protected field its groups among the held-out loans."""
        entries = self.judged.dictionary.entries
        found = {}
        for name, column in self.judged.held_protected.items():
            entry = entries.get(name)
            basis = getattr(entry, "prohibited_basis", None) or ""
            groups = groups_of(column, basis=basis, digits=entry.digits if entry else 0)
            if groups:
                found[name] = groups
        return found

    @cached_property
    def portfolio(self) -> Portfolio | None:
        """The held-out loans with the lender's economics; None while it has published none."""
        if self.economics is None:
            return None
        return profit.portfolio(
            self.economics,
            points=self.points,
            pd_ppm=self.pd_ppm,
            bad=self.bad,
            frame=self.judged.held,
            amounts=self.judged.held_amounts,
        )

    @cached_property
    def chosen(self) -> CutOff | None:
        """The cut-off that earned most on training folds within the lender's limits.

        Protected fields are held out with the loans, so the fairness floor is held against the
        held-out ratio at the same points.
        """
        if self.economics is None:
            return None
        cuts = self._learnt_cuts(self.trained.fold_points, self.trained.fold_pd_ppm)
        groups = list(self.held_groups.values())
        at = np.array([cut.points for cut in cuts])
        ratios = profit.lowest_ratios(self.points, groups, at)
        return profit.best(profit.with_ratios(cuts, ratios), self.economics)

    @cached_property
    def approved_today(self) -> Mask | None:
        """Whom the model in charge would approve, at the cut-off that suits it best."""
        if self.present is None or self.economics is None:
            return None
        points = self.present.points_columns(self.judged.learnt)
        cuts = self._learnt_cuts(points, self.present.pd_at_columns(points))
        asked = self.economics.model_copy(update={"fairness_floor_ppm": None})
        best = profit.best(cuts, asked)
        held = self.present.points_columns(self.judged.held)
        return np.zeros(held.size, dtype=bool) if best is None else held >= best.points

    def _learnt_cuts(self, points: Ints, pd_ppm: Ints) -> list[CutOff]:
        """The frontier on the training part, of scores that had not seen it."""
        assert self.economics is not None  # noqa: S101 - callers have looked
        return profit.frontier(
            profit.portfolio(
                self.economics,
                points=points,
                pd_ppm=pd_ppm,
                bad=self.judged.learnt_bad,
                frame=self.judged.learnt,
            )
        )

    @cached_property
    def cut_off(self) -> int:
        """From how many points approval is looked at: most profit, else least 5:1 cost, folds'."""
        if self.chosen is not None:
            return self.chosen.points
        costs = self.economics.cost_matrix if self.economics else metrics.STATLOG
        refused_from = metrics.best_threshold(
            self.judged.learnt_bad, -self.trained.fold_points.astype(np.float64), costs
        )
        return int(np.floor(-refused_from)) + 1

    @property
    def approved(self) -> Mask:
        return np.asarray(self.points >= self.cut_off)

    @cached_property
    def explained_rows(self) -> Ints:
        rows = self.points.size
        return np.unique(np.linspace(0, rows - 1, min(rows, MOST_EXPLAINED)).astype(np.int64))

    @cached_property
    def explained(self) -> ScoreColumns:
        """Scores with contributions of `explained_rows`."""
        return self.model.score_columns(self.judged.held.take(self.explained_rows))


def subject_of(
    trained: Trained,
    judged: Judged,
    economics: Economics | None,
    present: Model | None = None,
) -> Subject:
    """Raises ValueError for a family that cannot decide: there is nothing to give evidence of."""
    if trained.model is None:
        raise ValueError(f"{trained.family} is compared only")
    points, pd_ppm = trained.holdout_points, trained.holdout_pd_ppm
    if points is None or pd_ppm is None or points.size != judged.held.rows:
        points = trained.model.points_columns(judged.held)
        pd_ppm = trained.model.pd_at_columns(points)
    return Subject(trained, judged, economics, trained.model, points, pd_ppm, present)


def interval(found: Interval | None, n: int) -> dict[str, Any]:
    """A figure as every document writes one: value, bounds and what it was counted from."""
    if found is None:
        return {"n": n, "value": None, "low": None, "high": None}
    return {"n": n, "value": found.value, "low": found.low, "high": found.high}


def share(found: int, of: int) -> dict[str, Any]:
    return interval(metrics.share_interval(found, of) if of else None, of)


def auc_of(bad: npt.ArrayLike, points: Ints) -> dict[str, Any]:
    """AUC of rows that may be too few for one."""
    outcomes = np.asarray(bad)
    if outcomes.size == 0 or outcomes.min() == outcomes.max():
        return interval(None, int(outcomes.size))
    return interval(metrics.auc_interval(outcomes, -points), int(outcomes.size))


def category_parts(column: Column, most: int = 20) -> dict[str, Mask]:
    """The rows of each value of a column, the commonest first."""
    parts = groups_of(column)
    return dict(sorted(parts.items(), key=lambda pair: -int(pair[1].sum()))[:most])
