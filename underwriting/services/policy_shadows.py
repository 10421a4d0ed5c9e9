"""Challenger policies in shadow: same inputs, same model, other rules; nothing is decided."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError
from underwriting.decisioning.eligibility import at_eligibility
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import FAULTS
from underwriting.enums import DecisionKind
from underwriting.models import Decision, PolicyShadow, PolicyTrial
from underwriting.selectors.policy_trials import trial_running
from underwriting.services.overrules import hashes_of_decision
from underwriting.services.plans import plan_for
from underwriting.services.shadows import computed_outcome
from underwriting.verdicts import computed_from

log = structlog.get_logger(__name__)


def policy_shadow(*, organization_id: UUID, decision_id: UUID) -> bool:
    """Let the other policy of a running trial decide the inputs that a decision pinned.

    True where something was kept. In a split both policies decide, so whichever did not stands
    in the shadow. A fault is logged and left out: what was decided stands in any case.
    """
    with enter(organization_id, read_only=True):
        decision = Decision.objects.select_related("application").get(
            organization_id=organization_id, id=decision_id
        )
        trial = trial_running(organization_id, decision.application.product_id)
        hashes = hashes_of_decision(decision)
    if trial is None or hashes is None or not _takes_part(decision, trial):
        return False
    document = _said(decision, hashes, trial)
    if document is None:
        return False
    with enter(organization_id):
        row = _row(decision, trial, document)
        PolicyShadow.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _takes_part(decision: Decision, trial: PolicyTrial) -> bool:
    """Decided by one of the two, automatically, from inputs that are still kept."""
    return (
        decision.kind == DecisionKind.AUTOMATIC
        and decision.inputs is not None
        and decision.policy_hash in (trial.champion_hash, trial.challenger_hash)
    )


def _said(decision: Decision, hashes: Hashes, trial: PolicyTrial) -> Mapping[str, Any] | None:
    """None too where only what is free was known and the other would have asked for more."""
    inputs = computed_from(json.loads(decision.inputs or "{}"))
    other = trial.champion_hash if _challenged(decision, trial) else trial.challenger_hash
    try:
        plan = plan_for(decision.organization_id, hashes._replace(policy=other))
        if at_eligibility(inputs) and not plan.knocked_out(inputs):
            return None
        return plan.decide(inputs)
    except (*FAULTS, DomainError):
        log.warning("policy_shadow.not_computable", trial=str(trial.id), exc_info=True)
        return None


def _challenged(decision: Decision, trial: PolicyTrial) -> bool:
    return decision.policy_hash == trial.challenger_hash


def _row(decision: Decision, trial: PolicyTrial, document: Mapping[str, Any]) -> PolicyShadow:
    offer = document["offer"] or {}
    return PolicyShadow(
        organization_id=decision.organization_id,
        trial=trial,
        application_id=decision.application_id,
        decision=decision,
        challenged=_challenged(decision, trial),
        decided_outcome=computed_outcome(decision),
        decided_reason=_first_reason(decision.document_data),
        outcome=document["outcome"],
        reason=_first_reason(document),
        band=document["band"],
        rate_ppm=offer.get("rate_ppm"),
        amount=offer.get("amount"),
        evaluated_at=now(decision.organization_id),
    )


def _first_reason(document: Mapping[str, Any]) -> str | None:
    return next((reason["code"] for reason in document["reasons"]), None)
