"""What the rules said, set by set and row by row, with each rule in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from underwriting.desk.rules import PolicyWords
from underwriting.enums import HoldCode, Outcome, OverrideCode

BUILT_IN_SETS = {
    "capacity": lambda: gettext("Legal capacity"),
    "product": lambda: gettext("Product"),
    "risk": lambda: gettext("Risk and price"),
    "person": lambda: gettext("Person's verdict"),
    "hold": lambda: gettext("Held for a person"),
    "promise": lambda: gettext("What the applicant was told earlier"),
    "persona": lambda: gettext("Test persona"),
}
BUILT_IN_ROWS = {
    "under_age": lambda: gettext("The party is under age"),
    "amount_below": lambda: gettext("The amount is below the product's least"),
    "amount_above": lambda: gettext("The amount is above the product's most"),
    "parties": lambda: gettext("More parties than the product allows"),
    "term": lambda: gettext("A term the product does not offer"),
    "down_payment": lambda: gettext("Less paid down than the product asks for"),
    "financed": lambda: gettext("The amount is not the price less the down payment"),
    "customer_limit": lambda: gettext("More than the customer limit leaves"),
    "beyond_last_band": lambda: gettext("The risk lies beyond the last band"),
    "band_amount": lambda: gettext("More than the band allows"),
    "band_term": lambda: gettext("Longer than the band allows"),
    "rate_cap": lambda: gettext("The rate would be above the legal cap"),
    "referral": lambda: gettext("The risk lies in the band that a person decides"),
    "kept": lambda: gettext("Done as told: the versions of that decision decide"),
    "facts_not_reached": lambda: gettext("The facts are not as told: the versions in force decide"),
    "asked_otherwise": lambda: gettext("Another amount or term is asked for than was promised"),
    "other_facts": lambda: gettext("Something else speaks against it by now"),
    "better_now": lambda: gettext("The versions in force give the applicant no less"),
}


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A rule and what it answered; `counted` when it made the outcome what it is."""

    name: str
    words: str
    result: str
    result_words: str
    consequence: str
    missing: str
    counted: bool


@dataclass(frozen=True, slots=True)
class TraceSet:
    name: str
    outcome: str
    outcome_words: str
    party: int | None
    rows: Sequence[TraceRow]
    counted: bool


def trace_sets(document: Mapping[str, Any], policy: PolicyWords) -> list[TraceSet]:
    """The trace of a decision document, in the order in which the rules ran."""
    return [_set(each, policy) for each in document["trace"]]


def result_words(result: str) -> str:
    words = {
        "hit": gettext("hit"),
        "miss": gettext("no"),
        "missing": gettext("cannot be said"),
    }
    return words.get(result, result)


def consequence_words(outcome: str) -> str:
    if outcome in Outcome.values:
        return str(Outcome(outcome).label)
    return gettext("Continue") if outcome == "continue" else outcome


def _set(found: Mapping[str, Any], policy: PolicyWords) -> TraceSet:
    name = found["set"]
    rows = [_row(name, row, found, policy) for row in found["rows"]]
    return TraceSet(
        name=BUILT_IN_SETS[name]() if name in BUILT_IN_SETS else policy.set_name(name),
        outcome=found["outcome"],
        outcome_words=consequence_words(found["outcome"]),
        party=found["party"],
        rows=rows,
        counted=any(row.counted for row in rows) or found["outcome"] not in ("continue", "approve"),
    )


def _row(
    set_name: str, row: Mapping[str, Any], found: Mapping[str, Any], policy: PolicyWords
) -> TraceRow:
    name, result = row["row"], row["result"]
    outcome = policy.outcome_of(set_name, name) or found["outcome"]
    fired = result == "hit" and found["outcome"] != "continue"
    return TraceRow(
        name=name,
        words=_row_words(set_name, name, policy),
        result=result,
        result_words=result_words(result),
        consequence=consequence_words(outcome) if fired else "",
        missing=policy.label(row["field"]) if row.get("field") else "",
        counted=fired or (result == "missing" and found["outcome"] != "continue"),
    )


def _row_words(set_name: str, name: str, policy: PolicyWords) -> str:
    if set_name == "person" and name in OverrideCode.values:
        return str(OverrideCode(name).label)
    if set_name == "hold" and name in HoldCode.values:
        return str(HoldCode(name).label)
    if set_name == "persona" and name in Outcome.values:
        return str(Outcome(name).label)
    if name in BUILT_IN_ROWS and set_name in BUILT_IN_SETS:
        return BUILT_IN_ROWS[name]()
    return policy.words_of(set_name, name)
