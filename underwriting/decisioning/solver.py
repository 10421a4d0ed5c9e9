"""The counter-offer: the best amount, term and down payment that the same plan approves.

Every point of the grid is a whole application of its own: derived fields are computed again, it
is scored and priced again and every rule is asked again, in the column path (of one applicant alone
only what the point moves: `decisioning.moving`, the same numbers). Its price is what bands and
tables ask there, so the price is searched with the point and never chosen apart from it. Approval
need not grow or fall with the amount (a price band may change), so no point is skipped by
inference; points are tried in order of preference and the search ends with the first that
passes. What no amount or term can change is found before by `rules.hard_rows`, and then nothing is
searched.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.dictionary import Dictionary
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.down_payments import FINANCED
from underwriting.decisioning.evaluation import Evaluated, Evaluator
from underwriting.decisioning.grid import NOTHING, Grid, Points
from underwriting.decisioning.inputs import Facts
from underwriting.decisioning.moving import Approved
from underwriting.decisioning.prices import Prices, Terms
from underwriting.policy.document import CounterOffer

Ints = npt.NDArray[np.int64]

FIRST_ROUND = 32
ALONE = 256
"""Points of the first round: a few of many applications, many of a single one; numpy's cost is
per call until then."""
GROWTH = 8
MOST_ROWS = 16_384
"""Grid points evaluated at once, over all applications: what bounds the memory."""


class Candidate(NamedTuple):
    """Terms that the plan approves, and the PD and rate at them."""

    terms: Terms
    pd_ppm: int
    rate_ppm: int


class Search(NamedTuple):
    """One application's grid in order of preference, and how far it has been tried."""

    points: Points
    tried: int = 0


class Solver:
    """Searches the grid of one plan."""

    def __init__(
        self,
        dictionary: Dictionary,
        evaluator: Evaluator,
        prices: Prices,
        settings: CounterOffer,
    ) -> None:
        self._dictionary = dictionary
        self._evaluator = evaluator
        self._prices = prices
        self._product = prices.product
        self._settings = settings
        self._grid = Grid(prices.product, prices.down_payments, settings.change)

    def solve(self, given: Applications, asked: Sequence[Terms]) -> list[Candidate | None]:
        """The best candidate of each application, None where the grid has none."""
        searches = self._searches(given, asked)
        found: list[Candidate | None] = [None] * len(searches)
        pending = [index for index, search in enumerate(searches) if _left(search)]
        size = max(FIRST_ROUND, ALONE // max(len(asked), 1))
        if self._settings.prefer == "profit":
            size = MOST_ROWS
        while pending:
            for group in _groups(pending, searches, size):
                self._round(given, searches, group, size, found)
            pending = [i for i in pending if found[i] is None and _left(searches[i])]
            size = min(size * GROWTH, MOST_ROWS)
        return found

    def solve_row(self, facts: Facts, found: Evaluated, asked: Terms) -> Candidate | None:
        """The best candidate of one application, as `solve` finds it.

        Where only one party asks and nothing else needs the whole application again, only what
        follows from amount and term is computed at each point.
        """
        if len(facts.parties) > 1 or not self._evaluator.moving.possible:
            return self.solve(Applications.of(self._dictionary, [facts]), [asked])[0]
        points = self._points_of(facts, asked)
        tried, size = 0, MOST_ROWS if self._settings.prefer == "profit" else ALONE
        best: Candidate | None = None
        while best is None and tried < len(points.amounts):
            part = points.part(tried, size)
            columns = self._columns(part)
            approved = self._evaluator.moving.approves(found, columns, len(part.amounts))
            best = self._best(part, approved)
            tried, size = tried + size, min(size * GROWTH, MOST_ROWS)
        return best

    def _points_of(self, facts: Facts, asked: Terms) -> Points:
        """As `_searches` has them."""
        rules = self._prices.down_payments
        if rules is None:
            return self._grid.points(asked, asked.amount)
        stated = rules.stated(facts.request)
        if stated is None:
            return NOTHING
        return self._grid.points(asked._replace(down_payment=stated[0]), stated[1])

    def _best(self, points: Points, approved: Approved) -> Candidate | None:
        """The best of the points that pass; they come in order of closeness."""
        best: Candidate | None = None
        passing = np.flatnonzero(approved.passes)
        if self._settings.prefer == "closest":
            passing = passing[:1]
        for row in passing.tolist():
            pd_ppm, rate_ppm = int(approved.pd_ppm[row]), int(approved.rate_ppm[row])
            candidate = Candidate(self._terms(points, row), pd_ppm, rate_ppm)
            if self._better(candidate, best):
                best = candidate
        return best

    def _searches(self, given: Applications, asked: Sequence[Terms]) -> list[Search]:
        """Each application's points; none where down payment or price cannot be said."""
        rules = self._prices.down_payments
        if rules is None:
            return [Search(self._grid.points(terms, terms.amount)) for terms in asked]
        frame = given.batch.applications
        prices, known = frame.columns[rules.price].values, ~rules.columns(frame)[FINANCED].null
        paid = frame.columns[rules.field].values
        return [
            Search(self._grid.points(terms._replace(down_payment=int(down)), int(price)))
            if sayable
            else Search(NOTHING)
            for terms, down, price, sayable in zip(asked, paid, prices, known, strict=True)
        ]

    def _round(
        self,
        given: Applications,
        searches: list[Search],
        group: list[int],
        size: int,
        found: list[Candidate | None],
    ) -> None:
        """Try the next points of each search of the group; remember the best that passes."""
        parts = [searches[index].points.part(searches[index].tried, size) for index in group]
        owners = np.repeat(np.array(group, np.int64), [len(part.amounts) for part in parts])
        points = Points(*(np.concatenate(each) for each in zip(*parts, strict=True)))
        asking = given.take(owners).asking(self._columns(points))
        approved = self._evaluator.approves(asking)
        for row in np.flatnonzero(approved.passes).tolist():
            pd_ppm, rate_ppm = int(approved.pd_ppm[row]), int(approved.rate_ppm[row])
            candidate = Candidate(self._terms(points, row), pd_ppm, rate_ppm)
            owner = int(owners[row])
            if self._better(candidate, found[owner]):
                found[owner] = candidate
        for index in group:
            searches[index] = searches[index]._replace(tried=searches[index].tried + size)

    def _better(self, candidate: Candidate, best: Candidate | None) -> bool:
        """Whether it goes before the best so far; points come in order of closeness."""
        if best is None:
            return True
        if self._settings.prefer == "closest":
            return False
        profit = self._prices.profit
        return profit(*candidate, self._settings) > profit(*best, self._settings)

    def _terms(self, points: Points, row: int) -> Terms:
        term = None if self._product.term is None else int(points.terms[row])
        paid = None if self._prices.down_payments is None else int(points.paid[row])
        return Terms(int(points.amounts[row]), term, paid)

    def _columns(self, points: Points) -> dict[str, Column]:
        """The request's fields that state these points."""
        stated = {self._product.amount.field: points.amounts}
        if self._product.term is not None:
            stated[self._product.term.field] = points.terms
        if self._prices.down_payments is not None:
            stated[self._prices.down_payments.field] = points.paid
            stated[self._prices.down_payments.price] = points.amounts + points.paid
        known = np.zeros(len(points.amounts), bool)
        return {name: Column(values, known) for name, values in stated.items()}


def _left(search: Search) -> bool:
    return search.tried < len(search.points.amounts)


def _groups(pending: Sequence[int], searches: Sequence[Search], size: int) -> list[list[int]]:
    """The pending searches in groups whose next points fit into one evaluation."""
    groups: list[list[int]] = [[]]
    rows = 0
    for index in pending:
        wanted = min(size, len(searches[index].points.amounts) - searches[index].tried)
        if groups[-1] and rows + wanted > MOST_ROWS:
            groups.append([])
            rows = 0
        groups[-1].append(index)
        rows += wanted
    return groups
