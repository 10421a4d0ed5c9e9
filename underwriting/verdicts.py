"""What becomes of a decision document when it is held for a person, and when the person decides.

Pure, so that replay does it again: the computed document and the stored verdict give the same
bytes in every process. No ids, no clock, no door.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from tenancy.canonical import canonical
from underwriting.enums import DISCREET, HoldCode, Outcome, ReasonSource
from underwriting.personas import REASON as TEST_PERSONA

SCHEMA = "assay.decision/1"
VERDICT_SCHEMA = "assay.verdict/1"
HOLD = "hold"
PERSON = "person"
PROMISE = "promise"
PERSONA = "persona"
BESIDE = frozenset({HOLD, PROMISE, PERSONA})
"""Members of stored inputs that a plan does not read: what is done with the document it makes."""
EXPLORATION = "exploration"
PPM = 1_000_000
MOST_REASONS = 4


class Excepted(NamedTuple):
    """Why a verdict may be softer than policy: codes, and until when it may be funded."""

    reason: str
    mitigants: tuple[str, ...]
    expires_at: datetime

    def document(self) -> dict[str, Any]:
        return {
            "reason": self.reason,
            "mitigants": list(self.mitigants),
            "expires_at": self.expires_at.isoformat(),
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any] | None) -> "Excepted | None":
        if document is None:
            return None
        until = datetime.fromisoformat(document["expires_at"])
        return cls(document["reason"], tuple(document["mitigants"]), until)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision: codes and terms, no names. `conditions` pair a code and its text."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    override_codes: tuple[str, ...] = ()
    amount: str | None = None
    term_months: int | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    exception: Excepted | None = None

    def document(self) -> dict[str, Any]:
        """What the decision document shows: of conditions the codes alone."""
        shown = self._whole()
        return {**shown, "conditions": [code for code, _ in self.conditions]}

    def _whole(self) -> dict[str, Any]:
        excepted = {} if self.exception is None else {"exception": self.exception.document()}
        return {
            **excepted,
            "schema": VERDICT_SCHEMA,
            "outcome": self.outcome.value,
            "reasons": list(self.reasons),
            "override_codes": list(self.override_codes),
            "amount": self.amount,
            "term_months": self.term_months,
            "conditions": [list(condition) for condition in self.conditions],
        }

    def text(self) -> str:
        """The whole verdict as it is stored; `parse` reads it."""
        return canonical(self._whole()).decode()

    @classmethod
    def parse(cls, text: str) -> "Verdict":
        document = json.loads(text)
        return cls(
            outcome=Outcome(document["outcome"]),
            reasons=tuple(document["reasons"]),
            override_codes=tuple(document["override_codes"]),
            amount=document["amount"],
            term_months=document["term_months"],
            conditions=tuple((code, text) for code, text in document["conditions"]),
            exception=Excepted.parse(document.get("exception")),
        )


def held(document: Mapping[str, Any], code: HoldCode) -> dict[str, Any]:
    """A computed decision that does not take effect: a person decides, and sees what it was.

    A discreet hold gives no other reason: reasons reach the person it is about.
    """
    computed = [] if code in DISCREET else document["reasons"]
    reasons = [_reason(code.value, ReasonSource.HOLD), *computed]
    return {
        **document,
        "outcome": Outcome.REFER.value,
        "reasons": reasons[:MOST_REASONS],
        "offer": None,
        "trace": [*document["trace"], _hold_trace(code, document["outcome"])],
    }


def computed_from(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Stored inputs as the plan reads them."""
    return {name: value for name, value in inputs.items() if name not in BESIDE}


def noted(document: Mapping[str, Any], note: Mapping[str, str] | None) -> dict[str, Any]:
    """A document that says what became of an earlier promise: which path, and kept or why not."""
    if note is None:
        return dict(document)
    kept = note["result"] == "kept"
    step = {
        "set": PROMISE,
        "party": None,
        "outcome": Outcome.APPROVE.value if kept else "continue",
        "path": note["path"],
        "rows": [{"row": note["result"], "result": "hit" if kept else "miss"}],
    }
    return {**document, "trace": [*document["trace"], step]}


def forced(
    document: Mapping[str, Any], persona: Outcome, offer: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What a test persona makes of a document: its outcome, its one reason, and in the trace what
    was computed. `offer` is priced by the same plan."""
    step = {
        "set": PERSONA,
        "party": None,
        "outcome": persona.value,
        "instead_of": document["outcome"],
        "rows": [{"row": persona.value, "result": "hit"}],
    }
    reasons = [] if persona == Outcome.APPROVE else [_reason(TEST_PERSONA, ReasonSource.PERSONA)]
    return {
        **document,
        "outcome": persona.value,
        "reasons": reasons,
        "offer": None if offer is None else dict(offer),
        "trace": [*document["trace"], step],
    }


def discreet(document: Mapping[str, Any]) -> bool:
    """Whether the document was held for something that must not reach whom it is about."""
    return any(_is_discreet(step) for step in document.get("trace", ()))


def shown_trace(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The trace for those who may not see fraud: of a discreet hold no more than that it was."""
    trace = list(document.get("trace", ()))
    if not discreet(document):
        return trace
    kept = [step for step in trace if step["set"] in (HOLD, PERSON)]
    return [{**step, "instead_of": None} if _is_discreet(step) else step for step in kept]


def uncomputed(code: HoldCode, pins: Mapping[str, str | None]) -> dict[str, Any]:
    """The document of an application that could not be computed: it fails closed, to a person."""
    return {
        "schema": SCHEMA,
        "outcome": Outcome.REFER.value,
        "points": None,
        "pd_ppm": None,
        "band": None,
        "parties": [],
        "reasons": [_reason(code.value, ReasonSource.HOLD)],
        "offer": None,
        "trace": [_hold_trace(code, None)],
        "pins": dict(pins),
    }


def overruled(
    document: Mapping[str, Any], verdict: Verdict, offer: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The document after a person's verdict: score and trace stay, outcome and reasons are theirs.

    `offer` is priced by the same plan as the document it follows; None for a decline.
    """
    step = {
        "set": PERSON,
        "party": None,
        "outcome": verdict.outcome.value,
        "rows": [{"row": code, "result": "hit"} for code in verdict.override_codes],
    }
    return {
        **document,
        "outcome": verdict.outcome.value,
        "reasons": [_reason(code, ReasonSource.PERSON) for code in verdict.reasons],
        "offer": None if offer is None else dict(offer),
        "trace": [*document["trace"], step],
        "verdict": verdict.document(),
    }


class Lot(NamedTuple):
    """The chance that the rules would approve, None where a person decides; and whether by lot."""

    propensity_ppm: int | None
    explored: bool


def lot_of(document: Mapping[str, Any]) -> Lot:
    """What a computed document says of chance: most decisions leave none."""
    for step in document["trace"]:
        if step["set"] == EXPLORATION:
            return Lot(step["propensity_ppm"], document["outcome"] == Outcome.APPROVE)
    if document["outcome"] == Outcome.REFER:
        return Lot(None, explored=False)
    certain = document["outcome"] == Outcome.APPROVE
    return Lot(PPM if certain else 0, explored=False)


def principal(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One to four reasons, each code once, in order."""
    kept: dict[str, Mapping[str, Any]] = {}
    for reason in reasons:
        kept.setdefault(reason["code"], reason)
    return list(kept.values())[:MOST_REASONS]


def _reason(code: str, source: ReasonSource) -> dict[str, Any]:
    return {"code": code, "source": source.value, "party": None, "field": None}


def _is_discreet(step: Mapping[str, Any]) -> bool:
    return step["set"] == HOLD and any(row["row"] in DISCREET for row in step["rows"])


def _hold_trace(code: HoldCode, instead_of: str | None) -> dict[str, Any]:
    rows = [{"row": code.value, "result": "hit"}]
    return {
        "set": HOLD,
        "party": None,
        "outcome": Outcome.REFER.value,
        "instead_of": instead_of,
        "rows": rows,
    }
