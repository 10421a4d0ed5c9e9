"""Gates, what they said of a backtest, and exceptions from them. Call inside `enter`."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from scoring.enums import AnswerStatus
from tenancy.selectors import organization_current
from underwriting.decisioning.gates import GateResult, GateSettings, default_gates, judged
from underwriting.enums import BacktestStatus
from underwriting.models import (
    Application,
    Backtest,
    BacktestProtected,
    Decision,
    GateException,
    GateOutcome,
    PolicyGates,
    PolicyVersion,
)


@dataclass(frozen=True, slots=True)
class GatesInForce:
    """A product's gates; number 0 are those of the regulation pack."""

    number: int
    settings: GateSettings


def gates_in_force(organization_id: UUID, product_id: UUID) -> GatesInForce:
    newest = (
        PolicyGates.objects.filter(
            organization_id=organization_id, product_id=product_id, status=AnswerStatus.APPROVED
        )
        .order_by("-number")
        .first()
    )
    if newest is None:
        return GatesInForce(0, default_gates(organization_current().regulation_pack))
    return GatesInForce(newest.number, GateSettings.parse(newest.settings))


def gates_asked_for(organization_id: UUID, product_id: UUID) -> PolicyGates | None:
    """The change of a product's gates that waits for an answer."""
    return PolicyGates.objects.filter(
        organization_id=organization_id, product_id=product_id, status=AnswerStatus.OPEN
    ).first()


def gates_history(organization_id: UUID, product_id: UUID) -> list[PolicyGates]:
    return list(
        PolicyGates.objects.filter(organization_id=organization_id, product_id=product_id).order_by(
            "-number"
        )
    )


def backtest_newest(version: PolicyVersion) -> Backtest | None:
    """The newest run of exactly this document, in whatever state."""
    return (
        Backtest.objects.filter(
            organization_id=version.organization_id,
            policy_version_id=version.id,
            policy_hash=version.content_hash,
        )
        .order_by("-requested_at")
        .first()
    )


def backtest_done(version: PolicyVersion) -> Backtest | None:
    """The newest finished run of exactly this document: the one that gates look at."""
    return (
        Backtest.objects.filter(
            organization_id=version.organization_id,
            policy_version_id=version.id,
            policy_hash=version.content_hash,
            status=BacktestStatus.DONE,
        )
        .order_by("-made_at")
        .first()
    )


def gates_said(backtest: Backtest, gates: GatesInForce) -> list[GateResult]:
    """What the gates make of a finished backtest; kept as rows when the policy is published."""
    apart = BacktestProtected.objects.filter(
        organization_id=backtest.organization_id, backtest_id=backtest.id
    ).first()
    impact = json.loads(apart.report).get("adverse_impact", {}) if apart else {}
    return judged(gates.settings, backtest.report_data.get("basis", {}), impact)


def outcomes_of(backtest: Backtest, gates_number: int) -> list[GateOutcome]:
    """In the order in which gates are judged."""
    return list(
        GateOutcome.objects.filter(
            organization_id=backtest.organization_id,
            backtest_id=backtest.id,
            gates_number=gates_number,
        ).order_by("id")
    )


def exceptions_of(version: PolicyVersion) -> list[GateException]:
    """Asked for, granted and refused, newest first; of this document and earlier ones."""
    return list(
        GateException.objects.filter(
            organization_id=version.organization_id, policy_version_id=version.id
        ).order_by("-asked_at")
    )


def excepted_gates(version: PolicyVersion, until: datetime) -> dict[str, GateException]:
    """Gates that a granted exception covers beyond a moment, for this very document."""
    rows = GateException.objects.filter(
        organization_id=version.organization_id,
        policy_version_id=version.id,
        content_hash=version.content_hash,
        status=AnswerStatus.APPROVED,
        expires_at__gt=until,
    ).order_by("expires_at")
    return {row.gate: row for row in rows}


def exceptions_ended(organization_id: UUID, at: datetime) -> list[GateException]:
    """Exceptions that have ended while what they let begin is still in force."""
    return list(
        GateException.objects.filter(
            Q(policy_version__effective_to__isnull=True) | Q(policy_version__effective_to__gt=at),
            organization_id=organization_id,
            status=AnswerStatus.APPROVED,
            expires_at__lte=at,
            policy_version__status="published",
            policy_version__effective_from__lte=at,
        )
        .select_related("policy_version__product")
        .order_by("expires_at")
    )


def needs_backtest(version: PolicyVersion) -> bool:
    """Whether a live lender has decided about applications for this product."""
    if organization_current().mode != "live":
        return False
    decided = Decision.objects.filter(
        organization_id=version.organization_id,
        application__product_id=version.product_id,
    )
    applied = Application.objects.filter(
        organization_id=version.organization_id, product_id=version.product_id
    )
    return applied.exists() and decided.exists()
