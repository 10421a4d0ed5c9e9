"""The backtest path: many applications decided as columns, without a document for any of them.

Scores, prices and rules come from the column back-end; what the rules' answers mean is read once
for each way in which they occur (`ways`) by the same functions that settle one application.
Every row's outcome, reasons, band and offer equal those of `Plan.decide`.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.dictionary import Dictionary
from ml.reasons import Reason, principal_reasons
from ml.reference import Reference
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.combination import FAR
from underwriting.decisioning.decided import (
    APPROVE,
    COUNTER_OFFER,
    DECLINE,
    NO_BAND,
    NO_RULE,
    NO_TERM,
    OUTCOMES,
    REFER,
    Decided,
    Offers,
    Reasons,
    Rule,
)
from underwriting.decisioning.evaluation import EvaluatedColumns, Evaluator
from underwriting.decisioning.exploration import LOT, Explorer
from underwriting.decisioning.losses import Losses
from underwriting.decisioning.patterns import patterns_of
from underwriting.decisioning.prices import Prices, Terms
from underwriting.decisioning.reasons import Cited, referred_to_a_person
from underwriting.decisioning.settlement import Settled, Settler
from underwriting.decisioning.solver import Solver
from underwriting.decisioning.ways import Way, Ways

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Parts(NamedTuple):
    """What a plan is made of, as far as a backtest needs it."""

    dictionary: Dictionary
    evaluator: Evaluator
    settler: Settler
    solver: Solver | None
    explorer: Explorer | None
    prices: Prices
    losses: Losses
    reference: Reference | None
    most_reasons: int


class Asked(NamedTuple):
    """What n applications ask for; `known` where it can be said."""

    amount: Ints
    term: Ints
    known: Mask


class Backtester:
    """One plan's backtest path."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._bands = tuple(band.name for band in parts.prices.bands)
        self._ways = Ways(
            parts.evaluator.program,
            parts.settler,
            parts.most_reasons,
            searches=parts.solver is not None,
        )

    def decide(self, given: Applications) -> Decided:
        """The decisions of n applications, as columns."""
        found = self._parts.evaluator.judged(given)
        asked = self._asked(given)
        ways, of = self._ways.of(given, found.codes, asked.known)
        reason, reasons = self._reasons(given, found, ways, of)
        outcome = np.array([_unaided(way) for way in ways], np.int8)[of]
        unexplained = np.array([not listed for listed in reasons], bool)[reason]
        person = unexplained & (outcome != APPROVE)
        outcome[person] = REFER
        table = {listed: at for at, listed in enumerate(reasons)}
        reason[person] = table.setdefault(_person(), len(table))
        offers = self._offers(asked, found, outcome == APPROVE)
        self._rescue(given, asked, ways, of, ~person, outcome, offers)
        rules: dict[Rule, int] = {}
        decided = Decided(
            outcome,
            found.scored,
            found.points,
            found.pd_ppm,
            self._band(found),
            offers,
            reason,
            _numbered(
                [rules.setdefault(way.rule, len(rules)) if way.rule else NO_RULE for way in ways],
                of,
            ),
            np.array([OUTCOMES.index(way.without_score) for way in ways], np.int8)[of],
            np.where(found.rate.null, 0, found.rate.values),
            self._bands,
            tuple(table),
            tuple(rules),
        )
        return self._explored(given, asked, decided)

    def _asked(self, given: Applications) -> Asked:
        product = self._parts.prices.product
        columns = given.batch.applications.columns
        amount = columns.get(product.amount.field) or Column.missing(given.rows)
        if product.term is None:
            return Asked(amount.values, np.full(given.rows, NO_TERM, np.int64), ~amount.null)
        term = columns.get(product.term.field) or Column.missing(given.rows)
        return Asked(amount.values, term.values, ~(amount.null | term.null))

    def _reasons(
        self, given: Applications, found: EvaluatedColumns, ways: list[Way], of: Ints
    ) -> tuple[npt.NDArray[np.int32], list[Reasons]]:
        """Each application's list of reasons, and the lists."""
        table: dict[Reasons, int] = {}
        by_way = [self._number(way, (), table) for way in ways]
        reason = np.array(by_way, np.int32)[of]
        lists = list(table)
        full = self._parts.most_reasons
        more = [
            bool(way.by_score) and len(lists[at]) < full
            for way, at in zip(ways, by_way, strict=True)
        ]
        wanted = np.flatnonzero(np.array(more, bool)[of] & self._by_score(found, ways, of))
        if not len(wanted):
            return reason, lists
        party, several = self._deciding(given, found, wanted)
        alone = wanted[~several]
        if len(alone):
            reason[alone] = self._by_columns(found, ways, of, alone, party[~several], given, table)
        for row in wanted[several].tolist():
            told = self._by_row(given, found, row)
            reason[row] = self._number(ways[of[row]], told, table)
        return reason, list(table)

    def _by_score(self, found: EvaluatedColumns, ways: list[Way], of: Ints) -> Mask:
        """Of which applications a better score would have answered a rule that decided."""
        prices = self._parts.prices
        places = range(len(prices.bands) + 1)
        distinct = {way.by_score for way in ways}
        rows = {read: [prices.score_counts(at, read) for at in places] for read in distinct}
        counts = [rows[way.by_score] for way in ways]
        uptos = [band.max_pd_ppm for band in prices.bands]
        told: Mask = np.array(counts, bool)[of, np.searchsorted(uptos, found.pd_ppm, side="left")]
        return told

    def _number(self, way: Way, by_model: tuple[Reason, ...], table: dict[Reasons, int]) -> int:
        """The place of a way's list of reasons among those that occur."""
        return table.setdefault(self._ways.told(way, by_model), len(table))

    def _deciding(
        self, given: Applications, found: EvaluatedColumns, wanted: Ints
    ) -> tuple[Ints, Mask]:
        """The position of the party whose score counted, and whether several counted."""
        how = self._parts.prices.product.pd_combination
        nobody = np.zeros(len(wanted), np.int64)
        if how == "primary" or len(found.each) == given.rows:
            return nobody, nobody.astype(bool)
        owner, starts = given.batch.party_application, given.starts
        liable = given.liable.copy()
        none = ~np.logical_or.reduceat(liable, starts)
        liable[starts[none]] = True
        if how == "worst":
            points = np.where(liable, found.each, FAR)
            liable = points == np.minimum.reduceat(points, starts)[owner]
        every = np.arange(len(owner))
        first = np.minimum.reduceat(np.where(liable, every, len(owner)), starts) - starts
        several = np.add.reduceat(liable.astype(np.int64), starts) > 1
        return first[wanted], several[wanted] & (how == "joint")

    def _by_columns(
        self,
        found: EvaluatedColumns,
        ways: list[Way],
        of: Ints,
        rows: Ints,
        party: Ints,
        given: Applications,
        table: dict[Reasons, int],
    ) -> npt.NDArray[np.int32]:
        """The lists of applications of which one party's score counted."""
        losses = self._parts.losses
        scores = self._parts.evaluator.scores(found.parties.take(given.starts[rows] + party))
        places = losses.columns(scores)
        patterns = patterns_of([of[rows], party, *places], len(rows))
        numbers = []
        for at in patterns.first.tolist():
            own = int(party[at])
            told = [losses.reason(int(each[at]), own) for each in places if each[at]]
            numbers.append(self._number(ways[of[rows[at]]], tuple(told), table))
        return np.array(numbers, np.int32)[patterns.of]

    def _by_row(self, given: Applications, found: EvaluatedColumns, row: int) -> tuple[Reason, ...]:
        """The model's reasons where several parties' scores counted."""
        parts, start = self._parts, int(given.starts[row])
        members = np.arange(start, start + int(given.counts[row]))
        scores = parts.evaluator.scores(found.parties.take(members))
        liable = given.liable[members]
        contributions = [
            scores.row(at).contributions if liable[at] else () for at in range(len(members))
        ]
        return principal_reasons(
            parts.dictionary, contributions, parts.most_reasons, parts.reference
        )

    def _offers(self, asked: Asked, found: EvaluatedColumns, approved: Mask) -> Offers:
        """What was asked for, at the price of its risk, where that is approved."""
        return Offers(
            approved,
            np.where(approved, asked.amount, 0),
            np.where(approved, asked.term, NO_TERM),
            np.where(approved, found.rate.values, 0),
        )

    def _rescue(
        self,
        given: Applications,
        asked: Asked,
        ways: list[Way],
        of: Ints,
        explained: Mask,
        outcome: npt.NDArray[np.int8],
        offers: Offers,
    ) -> None:
        """Search counter-offers where one may help, and put those found into the columns."""
        rescuable = np.array([way.rescuable for way in ways], bool)[of] & explained
        wanted = np.flatnonzero(rescuable)
        solver = self._parts.solver
        if solver is None or not len(wanted):
            return
        terms = [_terms(asked, row) for row in wanted.tolist()]
        for row, candidate in zip(
            wanted.tolist(), solver.solve(given.take(wanted), terms), strict=True
        ):
            if candidate is not None:
                offer = self._parts.prices.offer(*candidate, "counter_offer")
                outcome[row] = COUNTER_OFFER
                offers.made[row] = True
                offers.amount[row] = offer["amount"]
                offers.term[row] = NO_TERM if offer["term_months"] is None else offer["term_months"]
                offers.rate_ppm[row] = offer["rate_ppm"]

    def _band(self, found: EvaluatedColumns) -> npt.NDArray[np.int16]:
        """Each scored application's band by its PD."""
        pds, of = np.unique(found.pd_ppm, return_inverse=True)
        bands = [self._parts.prices.band(pd) for pd in pds.tolist()]
        numbers = [NO_BAND if band is None else self._bands.index(band.name) for band in bands]
        by_pd = np.array(numbers, np.int16)[of.reshape(-1)]
        return np.where(found.scored, by_pd, np.int16(NO_BAND)).astype(np.int16)

    def _explored(self, given: Applications, asked: Asked, decided: Decided) -> Decided:
        """Those declined whose lot approves them; the lots that count are few."""
        explorer, lots = self._parts.explorer, given.batch.applications.columns.get(LOT)
        if explorer is None or lots is None:
            return decided
        drawn = (decided.outcome == DECLINE) & ~lots.null & asked.known & decided.scored
        none: Reasons = ()
        reasons = decided.reasons if none in decided.reasons else (*decided.reasons, none)
        offers = decided.offers
        for row in np.flatnonzero(drawn & (lots.values < explorer.share_ppm)).tolist():
            declined = Settled("decline", [], None)
            terms, pd_ppm = _terms(asked, row), int(decided.pd_ppm[row])
            settled = explorer.settled(declined, given.facts(row), terms, pd_ppm)
            if settled.offer is not None:
                decided.outcome[row], decided.reason[row] = APPROVE, reasons.index(none)
                offers.made[row], offers.amount[row] = True, settled.offer["amount"]
                offers.term[row] = asked.term[row]
                offers.rate_ppm[row] = settled.offer["rate_ppm"]
        return replace(decided, reasons=reasons)


def _terms(asked: Asked, row: int) -> Terms:
    term = int(asked.term[row])
    return Terms(int(asked.amount[row]), None if term == NO_TERM else term)


def _numbered(by_way: list[int], of: Ints) -> npt.NDArray[np.int32]:
    numbers: npt.NDArray[np.int32] = np.array(by_way, np.int32)[of]
    return numbers


def _unaided(way: Way) -> int:
    """The outcome where no counter-offer helps."""
    return OUTCOMES.index("decline" if way.asked == "counter_offer" else way.asked)


def _person() -> Reasons:
    return tuple(Cited(**each) for each in referred_to_a_person())
