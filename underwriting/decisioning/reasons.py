"""The principal reasons of a decision: from the part that the applicant failed (R3).

Policy's reasons come first, so that a knock-out is always among them; the model's follow where a
rule on the score is what failed. Reasons come only from rules as strict as the outcome.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ml.reasons import Reason
from underwriting.decisioning.catalogue import PERSON_DECIDES
from underwriting.decisioning.inputs import Unknown
from underwriting.policy.document import Outcome
from underwriting.policy.verdict import INCOMPLETE_FACTS, Fired

ModelReasons = Callable[[Sequence[Fired]], Sequence[Reason]]
"""The model's reasons, given the decisive rules that read what follows from the score."""


class Cited(NamedTuple):
    """A reason as the decision document lists it."""

    code: str
    source: str
    party: int | None
    field: str | None


def decision_reasons(
    asked: Outcome,
    fired: Sequence[Fired],
    unknown: Sequence[Unknown],
    model_reasons: ModelReasons,
    limit: int,
) -> list[dict[str, Any]]:
    """At most `limit` reasons for an outcome other than approval; empty where none can be given.

    `asked` is what the rules said to the request itself, before any counter-offer.
    """
    found: dict[tuple[str, int | None, str | None], Cited] = {}
    for cited in _candidates(asked, fired, unknown, model_reasons):
        same_field = cited.field if cited.code == INCOMPLETE_FACTS else None
        found.setdefault((cited.code, cited.party, same_field), cited)
    return [cited._asdict() for cited in list(found.values())[:limit]]


def referred_to_a_person(code: str = PERSON_DECIDES) -> list[dict[str, Any]]:
    """The one reason of an application that a person decides for no cause of its own."""
    return [Cited(code, "policy", None, None)._asdict()]


def _candidates(
    asked: Outcome,
    fired: Sequence[Fired],
    unknown: Sequence[Unknown],
    model_reasons: ModelReasons,
) -> Iterator[Cited]:
    if asked == "refer":
        for fact in unknown:
            yield Cited(INCOMPLETE_FACTS, "policy", fact.party, fact.field)
    decisive = [each for each in fired if each.outcome == asked]
    for each in sorted(decisive, key=_rank):
        if each.reason is not None and not (unknown and _consequence(each)):
            yield Cited(each.reason, "policy", each.party, each.field)
    scored = [each for each in decisive if each.reads_model]
    if scored:
        for reason in model_reasons(scored):
            yield Cited(reason.code, "model", reason.party, reason.field)


def _rank(fired: Fired) -> int:
    return -fired.severity


def _consequence(fired: Fired) -> bool:
    """A computed input that is missing only because a fact is."""
    return fired.reason == INCOMPLETE_FACTS and "." in (fired.field or "")
