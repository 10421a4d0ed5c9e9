"""The record beside a decision: duties, consents, and everything pinned. Call inside `enter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from scoring.models import ModelVersion
from underwriting.desk.answers import PartyCase
from underwriting.desk.words import day, short_hash
from underwriting.enums import ConditionStatus, DutyKind, DutyStatus
from underwriting.models import Application, Condition, Consent, Decision, Duty

PIN_NAMES = ("model", "policy", "dictionary", "product", "pack", "engine")
SOON_DAYS = 2


@dataclass(frozen=True, slots=True)
class DutyLine:
    words: str
    status: str
    due: str
    late: bool
    soon: bool
    open: bool


@dataclass(frozen=True, slots=True)
class ConditionLine:
    id: UUID
    text: str
    status: str
    open: bool


@dataclass(frozen=True, slots=True)
class ConsentLine:
    party: str
    purpose: str
    version: str
    at: str
    text_hash: str


def condition_line(condition: Condition) -> ConditionLine:
    return ConditionLine(
        id=condition.id,
        text=condition.text,
        status=str(ConditionStatus(condition.status).label),
        open=condition.status == ConditionStatus.OPEN,
    )


def duty_line(duty: Duty, at: datetime) -> DutyLine:
    left = duty.due_at - at
    waits = duty.status == DutyStatus.OPEN
    return DutyLine(
        words=str(DutyKind(duty.kind).label),
        status=str(DutyStatus(duty.status).label),
        due=day(duty.due_at),
        late=waits and left.total_seconds() < 0,
        soon=waits and 0 <= left.days < SOON_DAYS,
        open=waits,
    )


def consent_lines(application: Application, parties: Sequence[PartyCase]) -> list[ConsentLine]:
    names = {party.position: party.name for party in parties}
    rows = (
        Consent.objects.filter(
            organization_id=application.organization_id, application_id=application.id
        )
        .select_related("party", "text")
        .order_by("party__position", "text__purpose")
    )
    return [
        ConsentLine(
            party=names.get(row.party.position, ""),
            purpose=_purpose(row.text.purpose),
            version=f"{row.text.language} {row.text.version}",
            at=day(row.agreed_at),
            text_hash=short_hash(row.text.content_hash),
        )
        for row in rows
    ]


def _purpose(purpose: str) -> str:
    words = {
        "automated_decision": gettext("Automated decision"),
        "credit_assessment": gettext("Credit assessment"),
        "bureau_inquiry": gettext("Bureau inquiry"),
    }
    return words.get(purpose, purpose)


def pin_lines(decision: Decision | None) -> list[tuple[str, str, str]]:
    """Name, short hash and whole hash of everything the decision depended on."""
    if decision is None:
        return []
    names = {
        "model": gettext("Model"),
        "policy": gettext("Policy"),
        "dictionary": gettext("Data dictionary"),
        "product": gettext("Product"),
        "pack": gettext("Regulation pack"),
        "engine": gettext("Engine"),
    }
    found = []
    for name in PIN_NAMES:
        whole = getattr(decision, f"{name}_hash")
        found.append((names[name], short_hash(whole), whole or ""))
    return found


def model_words(application: Application, decision: Decision | None) -> str:
    """Family and number of the model that scored."""
    if decision is None or decision.model_hash is None:
        return ""
    version = ModelVersion.objects.filter(
        organization_id=application.organization_id,
        product_id=application.product_id,
        artifact_hash=decision.model_hash,
    ).first()
    if version is None:
        return ""
    families = {
        "woe": gettext("Scorecard"),
        "expert": gettext("Expert scorecard"),
        "boosting": gettext("Boosting"),
    }
    family = families.get(version.family, version.family)
    return gettext("%(family)s, version %(number)s") % {"family": family, "number": version.number}
