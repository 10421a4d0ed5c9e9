"""What follows a chunk's decisions outside their transaction, as online after each of them."""

from uuid import UUID

from tenancy.enter import enter
from underwriting.models.decision import ADVERSE
from underwriting.selectors.batch_proofs import chunk_leaves
from underwriting.services.paths import path_find
from underwriting.services.policy_shadows import policy_shadow
from underwriting.services.shadows import shadow_score


def chunk_follow(*, organization_id: UUID, chunk_id: UUID, first: int, last: int) -> int:
    """Find the paths and let shadows look at the decisions of some rows; how many rows.

    Repeating it writes nothing twice. Paths that are lost with the message are swept up.
    """
    with enter(organization_id, read_only=True):
        leaves = chunk_leaves(organization_id, chunk_id, first, last)
    for leaf in leaves:
        about = {"organization_id": organization_id, "decision_id": leaf.decision_id}
        if leaf.outcome in ADVERSE:
            path_find(**about)
        shadow_score(**about)
        policy_shadow(**about)
    return len(leaves)
