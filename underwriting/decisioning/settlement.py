"""From the rules' verdict to outcome, reasons and offer: shared by the row and the column path."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ml.dictionary import Dictionary
from ml.model import Score
from ml.reasons import Reason, principal_reasons
from ml.reference import Reference
from underwriting.decisioning.combination import deciding_parties
from underwriting.decisioning.inputs import Unknown
from underwriting.decisioning.prices import Prices, Terms
from underwriting.decisioning.reasons import decision_reasons, referred_to_a_person
from underwriting.decisioning.solver import Candidate
from underwriting.policy.document import CounterOffer, Outcome
from underwriting.policy.verdict import Fired, Verdict, stricter


class Case(NamedTuple):
    """One evaluated application, from whichever path. `asked` None: it cannot be said."""

    verdict: Verdict
    unknown: tuple[Unknown, ...]
    liable: Sequence[bool]
    scores: Sequence[Score]
    pd_ppm: int | None
    asked: Terms | None
    rate_ppm: int | None = None


class Settled(NamedTuple):
    """What the decision says."""

    outcome: Outcome
    reasons: list[dict[str, Any]]
    offer: dict[str, Any] | None
    step: dict[str, Any] | None = None
    """What settling adds to the trace, where a lot was drawn."""


class Settler:
    """Settles the applications of one plan. `hard` are rules no amount or term can change."""

    def __init__(
        self,
        dictionary: Dictionary,
        prices: Prices,
        counter_offer: CounterOffer | None,
        hard: frozenset[tuple[str, str]],
        most_reasons: int,
        reference: Reference | None = None,
    ) -> None:
        self._dictionary = dictionary
        self._prices = prices
        self._how = prices.product.pd_combination
        self._counter_offer = counter_offer
        self._hard = hard
        self._most_reasons = most_reasons
        self._reference = reference

    def rescuable(self, case: Case) -> bool:
        """Whether another amount or term may be approved, so that searching is worth it."""
        settings = self._counter_offer
        if settings is None or case.unknown or case.asked is None:
            return False
        outcome = case.verdict.outcome
        if outcome != "counter_offer" and outcome not in settings.instead_of:
            return False
        return all((fired.rule_set, fired.row) not in self._hard for fired in case.verdict.fired)

    def settle(self, case: Case, candidate: Candidate | None) -> Settled:
        """Outcome, reasons, offer. An adverse outcome that has no reason goes to a person."""
        asked = case.verdict.outcome
        if case.unknown:
            asked = stricter([asked, "refer"])
        if asked == "approve":
            return Settled(asked, [], self._approval(case))
        outcome: Outcome = "decline" if asked == "counter_offer" else asked
        offer = None
        if candidate is not None:
            outcome = "counter_offer"
            offer = self._prices.offer(*candidate, "counter_offer")
        reasons = decision_reasons(
            asked,
            case.verdict.fired,
            case.unknown,
            lambda fired: self._model_reasons(case, fired),
            self._most_reasons,
        )
        if not reasons:
            return Settled("refer", referred_to_a_person(), None)
        return Settled(outcome, reasons, offer)

    def _approval(self, case: Case) -> dict[str, Any]:
        if case.asked is None or case.pd_ppm is None or case.rate_ppm is None:
            raise ValueError("nothing unread or unscored is approved")
        return self._prices.offer(case.asked, case.pd_ppm, case.rate_ppm, "approval")

    def _model_reasons(self, case: Case, fired: Sequence[Fired]) -> Sequence[Reason]:
        """The principal reasons of the parties whose score counted; none where no score helps."""
        if not case.scores or case.pd_ppm is None:
            return ()
        band = self._prices.band_index(case.pd_ppm)
        if not self._prices.score_counts(band, [each.of_score for each in fired]):
            return ()
        points = [score.points for score in case.scores]
        deciding = deciding_parties(self._how, points, case.liable)
        contributions = [
            score.contributions if index in deciding else ()
            for index, score in enumerate(case.scores)
        ]
        return principal_reasons(
            self._dictionary, contributions, self._most_reasons, self._reference
        )
