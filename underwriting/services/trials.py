"""What would be decided now, of answers nobody gave: computed, never recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from scoring.models import Product
from scoring.selectors.models import champion_or_none
from scoring.selectors.products import product_version_in_force
from tenancy.clock import now
from tenancy.selectors import organization_current
from underwriting.decisioning.inputs import inputs_document
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import Plan, plan_of
from underwriting.policy.lookups import lookup_inputs
from underwriting.regulation import Pack, pack
from underwriting.selectors.policies import policy_in_force
from underwriting.services.plans import engine_bytes, engine_hash, stored_body


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything in force for a product at a moment, and its plan."""

    plan: Plan
    policy_hash: str
    as_of: str

    def decide(self, request: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
        """The decision document of one applicant without other obligations here."""
        return self.plan.decide(self.inputs(request, facts))

    def inputs(self, request: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
        nothing = f"{0:.{self.plan.product.minor_units}f}"
        return inputs_document(
            request=request,
            parties=[{"role": "borrower", "liability": "full", "facts": dict(facts)}],
            as_of=self.as_of,
            exposure=nothing,
            open_offers=nothing,
            in_flight=0,
            lookups=self._unknown_here(),
        )

    def _unknown_here(self) -> Mapping[str, bool | int] | None:
        """Somebody who stands on no list and applies for the first time."""
        asked = self.plan.policy.lookups
        if not asked:
            return None
        return {
            item.name: False if item.type == "boolean" else 1
            for item in lookup_inputs(asked).values()
        }


def trial_of(product: Product) -> Trial | None:
    """The plan an application of this product would be decided by now. Inside `enter`.

    None where no model or policy is in charge, or the model speaks another dictionary. Nothing
    is pinned: whatever it says is not a decision.
    """
    organization_id, at = product.organization_id, now(product.organization_id)
    version = product_version_in_force(organization_id, product.id, at)
    champion = champion_or_none(organization_id, product.id, at)
    policy = policy_in_force(organization_id, product.id, at)
    if champion is None or policy is None:
        return None
    if champion.dictionary_version_id != version.dictionary_version_id:
        return None
    rules = pack(organization_current().regulation_pack)
    hashes = Hashes(
        dictionary=version.dictionary_version.content_hash,
        product=version.content_hash,
        model=champion.artifact_hash,
        policy=policy.content_hash,
        pack=rules.content_hash,
        engine=engine_hash(),
    )
    plan = plan_of(hashes, lambda kind, wanted: _body(organization_id, kind, wanted, rules))
    return Trial(plan, policy.content_hash, at.date().isoformat())


def _body(organization_id: UUID, kind: str, wanted: str, rules: Pack) -> bytes:
    if kind == "pack":
        return rules.to_bytes()
    if kind == "engine":
        return engine_bytes()
    return stored_body(organization_id, kind, wanted) or b""
