"""Challengers in shadow: same inputs, same rules, another model; nothing is decided by it."""

import json
from uuid import UUID

import structlog

from scoring.models import ModelVersion
from scoring.selectors.challengers import shadow_models
from scoring.selectors.models import model_version_by_hash
from scoring.services.shadows import Shadow, shadows_record
from tenancy.enter import enter
from tenancy.errors import DomainError
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import FAULTS
from underwriting.models import Decision
from underwriting.services.overrules import hashes_of_decision
from underwriting.services.plans import plan_for
from underwriting.verdicts import HOLD, computed_from

log = structlog.get_logger(__name__)


def shadow_score(*, organization_id: UUID, decision_id: UUID) -> int:
    """Score a decided application by every model in shadow; how many could.

    The inputs are those the decision pinned. A model that cannot be used is logged and left out:
    what was decided stands in any case.
    """
    with enter(organization_id, read_only=True):
        decision = Decision.objects.select_related("application").get(
            organization_id=organization_id, id=decision_id
        )
        hashes = hashes_of_decision(decision)
        if decision.inputs is None or hashes is None:
            return 0
        beside = model_version_by_hash(organization_id, hashes.model)
        models = shadow_models(
            organization_id, decision.application.product_id, hashes.dictionary, hashes.model
        )
    shadows = [
        shadow for model in models if (shadow := _shadow(decision, hashes, model)) is not None
    ]
    with enter(organization_id):
        shadows_record(
            organization_id=organization_id,
            application_id=decision.application_id,
            beside_id=beside.id,
            decided_outcome=computed_outcome(decision),
            shadows=shadows,
        )
    return len(shadows)


def _shadow(decision: Decision, hashes: Hashes, model: ModelVersion) -> Shadow | None:
    inputs = computed_from(json.loads(decision.inputs or "{}"))
    try:
        plan = plan_for(decision.organization_id, hashes._replace(model=model.artifact_hash))
        document = plan.decide(inputs)
    except (*FAULTS, DomainError):
        log.warning("shadow.not_computable", model=str(model.id), exc_info=True)
        return None
    return Shadow(model.id, document["points"], document["pd_ppm"], document["outcome"])


def computed_outcome(decision: Decision) -> str:
    """What the model that decided came to, before anything held the decision for a person."""
    document = json.loads(decision.document)
    for step in reversed(document["trace"]):
        if step["set"] == HOLD and step.get("instead_of"):
            return str(step["instead_of"])
    return str(document["outcome"])
