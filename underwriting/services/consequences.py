"""What follows from a decision, whoever made it: reasons, offer, duties, event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from events.actor import Actor
from events.services import event_record
from tenancy.rows import insert
from underwriting.enums import Outcome
from underwriting.models import Decision, DecisionReason, Offer
from underwriting.models.decision import EXPIRING, LONGEST_NOTICE
from underwriting.regulation import Pack
from underwriting.services.duties import duties_open
from underwriting.services.offers import offer_make
from underwriting.verdicts import principal


@dataclass(frozen=True, slots=True)
class Recorded:
    """What follows from a document under a pack: reasons, times, the offer's life."""

    outcome: Outcome
    reasons: Sequence[Mapping[str, Any]]
    offer: Mapping[str, Any] | None
    at: datetime
    completed_at: datetime
    expires_at: datetime | None
    notice_due_at: datetime
    pack: Pack

    @classmethod
    def under(
        cls,
        *,
        document: Mapping[str, Any],
        pack: Pack,
        completed_at: datetime,
        at: datetime,
        valid_days: int | None,
    ) -> "Recorded":
        outcome = Outcome(document["outcome"])
        days = timedelta(days=valid_days or pack.offer_valid_days)
        notice = min(timedelta(days=pack.notice_due_days), LONGEST_NOTICE)
        return cls(
            outcome=outcome,
            reasons=principal(document["reasons"]),
            offer=document["offer"],
            at=at,
            completed_at=completed_at,
            expires_at=at + days if outcome in EXPIRING else None,
            notice_due_at=completed_at + notice,
            pack=pack,
        )


class Written(NamedTuple):
    """A decision as it was stored, with what a door shows beside it."""

    decision: Decision
    reasons: Sequence[DecisionReason]
    offer: Offer | None


def consequences_write(decision: Decision, made: Recorded) -> Written:
    """Reasons, offer and duties of a decision just inserted. Inside the caller's `enter`."""
    reasons = [
        DecisionReason(
            organization_id=decision.organization_id,
            application_id=decision.application_id,
            decision_id=decision.id,
            position=position,
            code=reason["code"],
            source=reason["source"],
            party=reason["party"],
            field=reason["field"],
        )
        for position, reason in enumerate(made.reasons, start=1)
    ]
    insert(reasons)
    offer = None
    if made.offer is not None and made.expires_at is not None:
        offer = offer_make(decision, made.offer, made.expires_at)
    duties_open(decision, made.pack, made.notice_due_at)
    return Written(decision, reasons, offer)


def decision_event(decision: Decision, actor: Actor, reasons: Sequence[Mapping[str, Any]]) -> None:
    """The event of a decision: identifiers, codes and hashes. The transaction's last statement."""
    event_record(
        organization_id=decision.organization_id,
        actor=actor,
        type="decision.recorded",
        subject=("application", decision.application_id),
        data={
            "decision": str(decision.id),
            "number": decision.number,
            "kind": str(decision.kind),
            "outcome": str(decision.outcome),
            "reasons": [reason["code"] for reason in reasons],
            "document": decision.document_hash,
            "inputs": decision.inputs_hash,
            "pins": {
                name: getattr(decision, f"{name}_hash")
                for name in ("dictionary", "product", "model", "policy", "pack", "engine")
            },
        },
    )
