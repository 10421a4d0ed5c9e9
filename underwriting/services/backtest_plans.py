"""Which two plans a backtest compares: the candidate's and today's, on everything else in force."""

from dataclasses import dataclass
from uuid import UUID

from scoring.selectors.models import champion_or_none
from scoring.selectors.products import product_version_in_force
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.selectors import organization_current
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import Plan
from underwriting.models import Backtest
from underwriting.regulation import pack
from underwriting.selectors.policies import policy_in_force
from underwriting.services.plans import engine_hash, pins_keep, plan_for


@dataclass(frozen=True, slots=True)
class Plans:
    """`today` is None where no policy is in force."""

    candidate: Plan
    today: Plan | None


def plans_of(organization_id: UUID, backtest: Backtest) -> Plans:
    """Compiled outside any transaction. Conflict where no model could decide, or it speaks
    another dictionary than the product."""
    with enter(organization_id, read_only=True):
        product_id, at = backtest.policy_version.product_id, now(organization_id)
        version = product_version_in_force(organization_id, product_id, at)
        model = champion_or_none(organization_id, product_id, at)
        if model is None:
            raise Conflict("no model is in charge of this product", code="model_missing")
        if model.dictionary_version_id != version.dictionary_version_id:
            raise Conflict("the model in charge knows another dictionary", code="dictionary")
        pack_id = organization_current().regulation_pack
        candidate = Hashes(
            dictionary=version.dictionary_version.content_hash,
            product=version.content_hash,
            model=model.artifact_hash,
            policy=backtest.policy_hash,
            pack=pack(pack_id).content_hash,
            engine=engine_hash(),
        )
    pins_keep(organization_id, pack_id)
    against = backtest.against_hash
    today = None if against is None else candidate._replace(policy=against)
    return Plans(
        plan_for(organization_id, candidate),
        None if today is None else plan_for(organization_id, today),
    )


def against_hash(backtest: Backtest) -> str | None:
    """The policy in force for the product. Inside the caller's `enter`."""
    organization_id = backtest.organization_id
    product_id = backtest.policy_version.product_id
    found = policy_in_force(organization_id, product_id, now(organization_id))
    return None if found is None else found.content_hash
