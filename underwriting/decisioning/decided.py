"""What a policy makes of many applications, as columns: no documents, a few bytes a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from underwriting.decisioning.reasons import Cited

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

OUTCOMES = ("approve", "counter_offer", "refer", "decline")
APPROVE, COUNTER_OFFER, REFER, DECLINE = range(4)
NO_TERM = -1
NO_BAND = -1
NO_RULE = -1
Reasons = tuple[Cited, ...]
Rule = tuple[str, str]


class Offers(NamedTuple):
    """Of n applications: whether there is an offer, its amount (minor units), months (-1: none),
    rate (ppm)."""

    made: Mask
    amount: Ints
    term: Ints
    rate_ppm: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """n decisions of one plan.

    `outcome` counts into OUTCOMES, `band` into `bands` (-1: none), `reason` into `reasons`, the
    lists of reasons that occur, `rule` into `rules`: rule set and row that weighed most (-1: none).
    Points and PDs count where `scored`. `without_score` is the outcome of the rules that the score
    does not enter, `quoted_ppm` the rate of the risk (0: none), whatever the outcome.
    """

    outcome: npt.NDArray[np.int8]
    scored: Mask
    points: Ints
    pd_ppm: Ints
    band: npt.NDArray[np.int16]
    offers: Offers
    reason: npt.NDArray[np.int32]
    rule: npt.NDArray[np.int32]
    without_score: npt.NDArray[np.int8]
    quoted_ppm: Ints
    bands: tuple[str, ...]
    reasons: tuple[Reasons, ...]
    rules: tuple[Rule, ...]

    @property
    def rows(self) -> int:
        return len(self.outcome)

    def row(self, index: int) -> dict[str, Any]:
        """One decision in the decision document's words, as far as columns hold it."""
        scored, band = bool(self.scored[index]), int(self.band[index])
        return {
            "outcome": OUTCOMES[self.outcome[index]],
            "points": int(self.points[index]) if scored else None,
            "pd_ppm": int(self.pd_ppm[index]) if scored else None,
            "band": None if band == NO_BAND else self.bands[band],
            "reasons": [cited._asdict() for cited in self.reasons[self.reason[index]]],
            "offer": self._offer(index),
        }

    def first_codes(self) -> tuple[str, ...]:
        """For every list of reasons the code of its first; empty for none."""
        return tuple(listed[0].code if listed else "" for listed in self.reasons)

    def _offer(self, index: int) -> dict[str, Any] | None:
        if not self.offers.made[index]:
            return None
        term = int(self.offers.term[index])
        return {
            "amount": int(self.offers.amount[index]),
            "term_months": None if term == NO_TERM else term,
            "rate_ppm": int(self.offers.rate_ppm[index]),
        }


def as_decided(document: Mapping[str, Any]) -> dict[str, Any]:
    """What `Decided.row` says, of a decision document."""
    offer = document["offer"]
    kept = ("amount", "term_months", "rate_ppm")
    return {
        **{name: document[name] for name in ("outcome", "points", "pd_ppm", "band", "reasons")},
        "offer": None if offer is None else {name: offer[name] for name in kept},
    }


def decided_of(documents: Sequence[Mapping[str, Any]], bands: tuple[str, ...]) -> Decided:
    """Columns of decision documents that were made one by one."""
    offers = [document["offer"] for document in documents]
    table: dict[Reasons, int] = {}
    listed = [tuple(Cited(**each) for each in document["reasons"]) for document in documents]
    numbers = [table.setdefault(each, len(table)) for each in listed]
    return Decided(
        np.array([OUTCOMES.index(d["outcome"]) for d in documents], np.int8),
        np.array([d["pd_ppm"] is not None for d in documents], bool),
        np.array([d["points"] or 0 for d in documents], np.int64),
        np.array([d["pd_ppm"] or 0 for d in documents], np.int64),
        np.array([bands.index(d["band"]) if d["band"] else NO_BAND for d in documents], np.int16),
        Offers(
            np.array([offer is not None for offer in offers], bool),
            np.array([offer["amount"] if offer else 0 for offer in offers], np.int64),
            np.array([_term(offer) for offer in offers], np.int64),
            np.array([offer["rate_ppm"] if offer else 0 for offer in offers], np.int64),
        ),
        np.array(numbers, np.int32),
        np.full(len(documents), NO_RULE, np.int32),
        np.full(len(documents), REFER, np.int8),
        np.zeros(len(documents), np.int64),
        bands,
        tuple(table),
        (),
    )


def joined(parts: Iterable[Decided]) -> Decided:
    """Decisions of one plan, one chunk after another; there is at least one."""
    found = list(parts)
    table: dict[Reasons, int] = {}
    rules: dict[Rule, int] = {}
    numbers, rows = [], []
    for part in found:
        own = [table.setdefault(each, len(table)) for each in part.reasons]
        numbers.append(np.array(own, np.int32)[part.reason])
        places = [rules.setdefault(each, len(rules)) for each in part.rules]
        rows.append(np.array([*places, NO_RULE], np.int32)[part.rule])
    offers = zip(*(part.offers for part in found), strict=True)
    return Decided(
        np.concatenate([part.outcome for part in found]),
        np.concatenate([part.scored for part in found]),
        np.concatenate([part.points for part in found]),
        np.concatenate([part.pd_ppm for part in found]),
        np.concatenate([part.band for part in found]),
        Offers(*(np.concatenate(each) for each in offers)),
        np.concatenate(numbers),
        np.concatenate(rows),
        np.concatenate([part.without_score for part in found]),
        np.concatenate([part.quoted_ppm for part in found]),
        found[0].bands,
        tuple(table),
        tuple(rules),
    )


def _term(offer: Mapping[str, Any] | None) -> int:
    term = offer["term_months"] if offer else None
    return NO_TERM if term is None else term
