"""The counter-offer: the best amount and term of the product's grid that the same plan approves.

Every point of the grid is a whole application of its own: derived fields are computed again, it
is scored again and every rule is asked again, in the column path. Approval need not grow or fall
with the amount (a price band may change), so no point is skipped by inference; points are tried
in order of preference and the search ends with the first that passes. What no amount or term can
change is found before by `rules.hard_rows`, and then nothing is searched.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.evaluation import Evaluator
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


NO_TERM = 0
"""In arrays, the term of a product that has none."""


class Candidate(NamedTuple):
    """Terms that the plan approves, and the PD and rate at them."""

    terms: Terms
    pd_ppm: int
    rate_ppm: int


class Search(NamedTuple):
    """One application's grid in order of preference, and how far it has been tried."""

    amounts: Ints
    terms: Ints
    tried: int = 0


class Solver:
    """Searches the grid of one plan."""

    def __init__(self, evaluator: Evaluator, prices: Prices, settings: CounterOffer) -> None:
        self._evaluator = evaluator
        self._prices = prices
        self._product = prices.product
        self._settings = settings
        self._grid = np.array(self._product.amounts, np.int64)

    def solve(self, given: Applications, asked: Sequence[Terms]) -> list[Candidate | None]:
        """The best candidate of each application, None where the grid has none."""
        searches = [self._search(terms) for terms in asked]
        found: list[Candidate | None] = [None] * len(searches)
        pending = [index for index, search in enumerate(searches) if len(search.amounts)]
        size = max(FIRST_ROUND, ALONE // max(len(asked), 1))
        if self._settings.prefer == "profit":
            size = MOST_ROWS
        while pending:
            for group in _groups(pending, searches, size):
                self._round(given, searches, group, size, found)
            pending = [i for i in pending if found[i] is None and _left(searches[i])]
            size = min(size * GROWTH, MOST_ROWS)
        return found

    def _search(self, asked: Terms) -> Search:
        """Closest first: the largest amount, then the nearest term, the shorter of two."""
        amounts, terms = self._amounts(asked.amount), self._terms(asked.term)
        every = np.repeat(amounts, len(terms)), np.tile(terms, len(amounts))
        other = (every[0] != asked.amount) | (every[1] != (asked.term or NO_TERM))
        return Search(every[0][other], every[1][other])

    def _amounts(self, asked: int) -> Ints:
        product = self._product
        within = product.lowest <= asked <= product.highest
        own = np.array([asked] if within else [], np.int64)
        if "amount" not in self._settings.change:
            return own
        lower = self._grid[: np.searchsorted(self._grid, asked)]
        return np.concatenate([own, lower[::-1]])

    def _terms(self, asked: int | None) -> Ints:
        product = self._product
        if product.term is None or asked is None:
            return np.array([NO_TERM], np.int64)
        terms = product.term.values
        if "term" not in self._settings.change:
            terms = (asked,) if asked in terms else ()
        return np.array(sorted(terms, key=lambda term: (abs(term - asked), term)), np.int64)

    def _round(
        self,
        given: Applications,
        searches: list[Search],
        group: list[int],
        size: int,
        found: list[Candidate | None],
    ) -> None:
        """Try the next points of each search of the group; remember the best that passes."""
        parts = [_next(searches[index], size) for index in group]
        owners = np.repeat(np.array(group, np.int64), [len(amounts) for amounts, _ in parts])
        amounts = np.concatenate([amounts for amounts, _ in parts])
        terms = np.concatenate([terms for _, terms in parts])
        asking = given.take(owners).asking(self._columns(amounts, terms))
        approved = self._evaluator.approves(asking)
        for row in np.flatnonzero(approved.passes).tolist():
            term = None if self._product.term is None else int(terms[row])
            pd_ppm, rate_ppm = int(approved.pd_ppm[row]), int(approved.rate_ppm[row])
            candidate = Candidate(Terms(int(amounts[row]), term), pd_ppm, rate_ppm)
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

    def _columns(self, amounts: Ints, terms: Ints) -> dict[str, Column]:
        known = np.zeros(len(amounts), bool)
        columns = {self._product.amount.field: Column(amounts, known)}
        if self._product.term is not None:
            columns[self._product.term.field] = Column(terms, known)
        return columns


def _next(search: Search, size: int) -> tuple[Ints, Ints]:
    part = slice(search.tried, search.tried + size)
    return search.amounts[part], search.terms[part]


def _left(search: Search) -> bool:
    return search.tried < len(search.amounts)


def _groups(pending: Sequence[int], searches: Sequence[Search], size: int) -> list[list[int]]:
    """The pending searches in groups whose next points fit into one evaluation."""
    groups: list[list[int]] = [[]]
    rows = 0
    for index in pending:
        wanted = min(size, len(searches[index].amounts) - searches[index].tried)
        if groups[-1] and rows + wanted > MOST_ROWS:
            groups.append([])
            rows = 0
        groups[-1].append(index)
        rows += wanted
    return groups
