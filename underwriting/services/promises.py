"""A path that was told an applicant and still binds the lender: read, and what decides by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from scoring.models import ModelVersion
from underwriting.decisioning.plan import Plan
from underwriting.decisioning.promises import (
    BETTER_NOW,
    KEPT,
    OTHER_FACTS,
    known_to,
    not_as_promised,
    safeguarded,
)
from underwriting.enums import Outcome
from underwriting.models import ApprovalPath, Decision, Party
from underwriting.selectors.lookups import Answers
from underwriting.selectors.terms import InForce


@dataclass(frozen=True, slots=True)
class Promise:
    """What was found, and the versions it was found under."""

    path_id: UUID
    fingerprint: str
    path: Mapping[str, Any]
    policy_hash: str
    product_hash: str
    dictionary_hash: str
    model_hash: str
    model_version_id: UUID | None
    model_valid_until: datetime | None
    lookups: Answers | None = None
    """What the promised policy asks of lists and counters, answered as they are today."""

    def rules(self, today: InForce) -> InForce:
        """What decides if the promise is kept: the law and the kill switch stay today's."""
        return replace(
            today,
            policy_hash=self.policy_hash,
            product_hash=self.product_hash,
            dictionary_hash=self.dictionary_hash,
            model_hash=self.model_hash,
            model_version_id=self.model_version_id,
            model_dictionary_hash=self.dictionary_hash,
            model_valid_until=self.model_valid_until,
        )

    def note(self, why: str) -> dict[str, str]:
        """What a decision's inputs say of it."""
        return {"path": self.fingerprint, "result": why}


def promise_read(
    organization_id: UUID, path_id: UUID | None, customer_ids: Sequence[UUID]
) -> Promise | None:
    """The promise of a path to these very customers, in this order. Inside the caller's `enter`."""
    if path_id is None:
        return None
    of = {"organization_id": organization_id}
    path = ApprovalPath.objects.select_related("decision").get(**of, id=path_id)
    told = Party.objects.filter(**of, application_id=path.application_id).order_by("position")
    if list(told.values_list("customer_id", flat=True)) != list(customer_ids):
        return None
    decision: Decision = path.decision
    model = ModelVersion.objects.filter(**of, artifact_hash=decision.model_hash).first()
    if not path.document or decision.policy_hash is None or decision.model_hash is None:
        return None
    return Promise(
        path_id=path.id,
        fingerprint=path.content_hash,
        path=path.document_data,
        policy_hash=decision.policy_hash,
        product_hash=decision.product_hash,
        dictionary_hash=decision.dictionary_hash,
        model_hash=decision.model_hash,
        model_version_id=model.id if model else None,
        model_valid_until=model.valid_until if model else None,
    )


def promise_kept(
    promise: Promise,
    plan: Plan,
    inputs: Mapping[str, Any],
    today: Plan,
    document: Mapping[str, Any],
) -> str:
    """KEPT, or why the versions of today decide: the facts, today's safeguards, or that today's
    `document` gives the applicant as much. `plan` is that of the promise; pure."""
    if safeguarded(today, document):
        return OTHER_FACTS
    seen = known_to(plan.dictionary, inputs)
    missed = not_as_promised(plan, promise.path, seen)
    if missed is not None:
        return missed
    promised = plan.decide(seen)
    if promised["outcome"] != Outcome.APPROVE:
        return OTHER_FACTS
    offer = document["offer"] if document["outcome"] == Outcome.APPROVE else None
    if offer is not None and offer["rate_ppm"] <= promised["offer"]["rate_ppm"]:
        return BETTER_NOW
    return KEPT


def promise_spent(organization_id: UUID, path_id: UUID) -> bool:
    """Whether some decision keeps it already. The customers are locked by the caller."""
    return Decision.objects.filter(organization_id=organization_id, honours_id=path_id).exists()
