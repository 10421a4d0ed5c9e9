"""Score, price and rules of one application, or of many as columns; the same answers in both."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Batch, Column, Frame
from ml.dictionary import Dictionary
from ml.features import compile_inputs
from ml.model import Model, Score, ScoreColumns
from ml.values import Value
from underwriting.decisioning.affordability import Calculation, Means
from underwriting.decisioning.affordability_columns import MeansColumns
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.combination import combined_columns, combined_row
from underwriting.decisioning.doubts import DoubtInputs, of_any, of_any_columns
from underwriting.decisioning.inputs import Facts
from underwriting.decisioning.moving import Approved, Moving
from underwriting.decisioning.prices import Prices
from underwriting.policy.closure import compile_rows
from underwriting.policy.columns import Codes, compile_columns, fired_rows
from underwriting.policy.tree import Program
from underwriting.policy.verdict import SetResult

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Values = dict[str, Value]
Rules = Callable[[Frame, Frame], list[Codes]]
RowRules = Callable[[Values, Sequence[Values]], list[SetResult]]


class Evaluated(NamedTuple):
    """One application: the parties' scores (none if it could not be scored) and the rules' say."""

    application: Values
    parties: Sequence[Values]
    scores: tuple[Score, ...]
    points: int | None
    pd_ppm: int | None
    price: Values
    results: list[SetResult]
    means: Calculation | None

    @property
    def rate_ppm(self) -> int | None:
        """What the price asks, None where there is none."""
        rate = self.price["price.rate_ppm"]
        return rate if isinstance(rate, int) else None


class EvaluatedColumns(NamedTuple):
    """n applications: points and PDs count where `scored`; codes per rule set.

    `parties` are all parties' values, derived ones included, `each` their points, `rate` what the
    price asks (ppm).
    """

    scored: Mask
    scores: ScoreColumns | None
    points: Ints
    pd_ppm: Ints
    codes: list[Codes]
    parties: Frame
    each: Ints
    rate: Column


class Asked(NamedTuple):
    """Some of a plan's rules, compiled."""

    program: Program
    answers: Rules

    @classmethod
    def of(cls, program: Program) -> "Asked":
        return cls(program, compile_columns(program))


class PricedAt(NamedTuple):
    """What rules say of an application at a given PD, and the rate there."""

    results: list[SetResult]
    rate_ppm: int


class Evaluator:
    """One plan's model, prices and rules, compiled both ways."""

    def __init__(
        self,
        dictionary: Dictionary,
        model: Model,
        prices: Prices,
        how: str,
        program: Program,
        soft: Program,
        means: Means | None = None,
    ) -> None:
        self.program = program
        self._soft = soft
        self._inputs = compile_inputs(dictionary)
        self._model = model
        self._prices = prices
        self._how = how
        self._rows = compile_rows(program)
        self._columns = compile_columns(program)
        self._soft_columns = compile_columns(soft)
        self._party_extras = any("." in item.name for item in program.party_inputs)
        self._doubts = DoubtInputs(model, program)
        self._means = means
        self._means_columns = MeansColumns(means) if means else None
        self.moving = Moving(dictionary, model, prices, soft, self._means_columns)

    def row(self, facts: Facts) -> Evaluated:
        """One application; with an unread fact it is not scored."""
        application, parties = self._derived_row(facts)
        scores: tuple[Score, ...] = ()
        points = pd_ppm = None
        if not facts.unknown:
            scores = tuple([self._model.score_row(party) for party in parties])
            each = [score.points for score in scores]
            points = combined_row(self._how, each, facts.liable)
            pd_ppm = self._model.pd_at(points)
        price, means = self._priced(facts, application, parties, pd_ppm)
        application["model.points"], application["model.pd_ppm"] = points, pd_ppm
        results = self._answers(self._rows, facts, application, parties, scores, price)
        return Evaluated(application, parties, scores, points, pd_ppm, price, results, means)

    def row_at(self, facts: Facts, pd_ppm: int, rules: RowRules) -> PricedAt:
        """What other rules say of an application that is priced at that PD; it has no score."""
        application, parties = self._derived_row(facts)
        price, _ = self._priced(facts, application, parties, pd_ppm)
        application["model.points"] = application["model.pd_ppm"] = None
        results = self._answers(rules, facts, application, parties, (), price)
        return PricedAt(results, self._prices.rate(application, pd_ppm))

    def rate(self, facts: Facts, pd_ppm: int | None) -> int:
        """The rate an application is asked at that PD; where there is none, the last band's."""
        application, _ = self._derived_row(facts)
        return self._prices.rate(application, pd_ppm)

    def _derived_row(self, facts: Facts) -> tuple[Values, list[Values]]:
        """The application's values and each party's, derived ones included."""
        as_of = facts.context["context.as_of"]
        day = as_of if isinstance(as_of, int) else None
        groups = facts.groups or None
        return self._inputs.row(facts.request, facts.parties, as_of=day, groups=groups)

    def _priced(
        self, facts: Facts, application: Values, parties: Sequence[Values], pd_ppm: int | None
    ) -> tuple[Values, Calculation | None]:
        """What the application is asked for at that PD and whether it can be carried; it is added
        to the application's values, with the context."""
        application.update(facts.context)
        price = self._prices.row(application, pd_ppm)
        means = None
        if self._means is not None:
            means = self._means.row(facts, parties, application, price["price.rate_ppm"])
            price.update(means.inputs())
        application.update(price)
        return price, means

    def _answers(
        self,
        rules: RowRules,
        facts: Facts,
        application: Values,
        parties: Sequence[Values],
        scores: Sequence[Score],
        price: Values,
    ) -> list[SetResult]:
        """What the rules say; the application's values gain what the model doubts."""
        doubts: Sequence[Values] = ()
        if self._doubts.asked:
            doubts = self._doubts.row(parties, scores)
            application.update(of_any(doubts))
        if self._party_extras:
            parties = self._members(parties, scores, {**facts.context, **price}, doubts)
        return rules(application, parties)

    def columns(self, given: Applications) -> EvaluatedColumns:
        """n applications."""
        found = self._derived(given)
        scores = self._model.score_columns(found.parties)
        judged = self._judged(given, found, scores.points, self._columns)
        return judged._replace(scores=scores)

    def judged(self, given: Applications) -> EvaluatedColumns:
        """The same without anybody's contributions, which only a declined score has to explain."""
        found = self._derived(given)
        points = self._model.points_columns(found.parties)
        return self._judged(given, found, points, self._columns)

    def scores(self, parties: Frame) -> ScoreColumns:
        """Points, PDs and contributions of parties whose derived values are among them."""
        return self._model.score_columns(parties)

    def approves(self, given: Applications, asked: Asked | None = None) -> Approved:
        """Which applications no soft rule objects to; contributions are left out.

        `asked` are other rules than those that an amount or term may change.
        """
        soft, answers = asked or Asked(self._soft, self._soft_columns)
        found = self._derived(given)
        points = self._model.points_columns(found.parties)
        judged = self._judged(given, found, points, answers)
        fired = np.zeros(given.rows, bool)
        for node, codes in zip(soft.sets, judged.codes, strict=True):
            objected = fired_rows(node, codes)
            if node.scope == "party":
                objected = np.logical_or.reduceat(objected, given.starts)
            fired |= objected
        return Approved(~fired, judged.pd_ppm, judged.rate.values)

    def _derived(self, given: Applications) -> Batch:
        """All derived fields of all applications and parties."""
        batch = given.batch
        frame = batch.applications
        dated = frame.joined({"as_of": frame.columns["context.as_of"]})
        owners, positions = batch.party_application, batch.party_position
        return self._inputs.columns(Batch(dated, batch.parties, owners, positions, batch.groups))

    def _judged(
        self, given: Applications, found: Batch, each: Ints, rules: Rules
    ) -> EvaluatedColumns:
        scored = np.ones(given.rows, bool)
        scored[list(given.unknown)] = False
        points = combined_columns(self._how, each, given.liable, given.starts)
        pd_ppm = self._model.pd_at_columns(points)
        extras = self._prices.columns(found.applications, pd_ppm, scored)
        if self._means_columns is not None:
            rate = extras["price.rate_ppm"]
            asked = found.applications
            extras |= self._means_columns.columns(given, found.parties, asked, rate)
        extras["context.parties"] = Column(given.counts, np.zeros(given.rows, bool))
        own = {"model.points": Column(points, ~scored), "model.pd_ppm": Column(pd_ppm, ~scored)}
        doubts = self._doubts.columns(found.parties, each, scored[given.batch.party_application])
        own |= of_any_columns(doubts, given.starts)
        applications = found.applications.joined({**extras, **own})
        repeated = Frame(extras, given.rows)
        parties = self._party_frame(given, found.parties, each, scored, repeated).joined(doubts)
        codes = rules(applications, parties)
        rate = extras["price.rate_ppm"]
        return EvaluatedColumns(scored, None, points, pd_ppm, codes, found.parties, each, rate)

    def _members(
        self,
        parties: Sequence[Values],
        scores: Sequence[Score],
        extras: Values,
        doubts: Sequence[Values],
    ) -> Sequence[Values]:
        members = []
        for index, party in enumerate(parties):
            member = {**party, **extras, **(doubts[index] if doubts else {})}
            score = scores[index] if scores else None
            member["model.points"] = score.points if score else None
            member["model.pd_ppm"] = score.pd_ppm if score else None
            members.append(member)
        return members

    def _party_frame(
        self, given: Applications, parties: Frame, points: Ints, scored: Mask, extras: Frame
    ) -> Frame:
        if not self._party_extras:
            return parties
        owner = given.batch.party_application
        null = ~scored[owner]
        repeated = extras.take(owner).columns
        own = {
            "model.points": Column(points, null),
            "model.pd_ppm": Column(self._model.pd_at_columns(points), null),
        }
        return parties.joined({**repeated, **own})
