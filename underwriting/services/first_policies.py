"""The first policy of a product that has none: drafted, checked and handed to who publishes it."""

from typing import Any
from uuid import UUID

from events.actor import Actor
from ml.dictionary import Dictionary
from scoring.selectors.products import product_version_in_force
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid
from tenancy.selectors import organization_current
from underwriting.decisioning.product import Product
from underwriting.enums import PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.policy.first import first_policy
from underwriting.services.policies import policy_check, policy_draft, policy_submit


def first_policy_submit(
    *,
    organization_id: UUID,
    actor: Actor,
    product_id: UUID,
    cut_off_ppm: int,
    rate_ppm: int,
) -> PolicyVersion:
    """Approve up to the cut-off, refer above it; somebody else publishes it.

    Conflict where the product has a policy already; Invalid names what the checks find.
    """
    document = _document(organization_id, product_id, cut_off_ppm, rate_ppm)
    of: dict[str, Any] = {"organization_id": organization_id, "actor": actor}
    version = policy_draft(**of, product_id=product_id, document=document)
    checked = policy_check(**of, policy_version_id=version.id)
    if checked.status != PolicyStatus.CHECKED:
        raise Invalid(
            [
                FieldError(found["pointer"], found["code"], found["message"])
                for found in checked.findings
                if found["severity"] == "error"
            ]
        )
    return policy_submit(**of, policy_version_id=version.id)


def _document(
    organization_id: UUID, product_id: UUID, cut_off_ppm: int, rate_ppm: int
) -> dict[str, Any]:
    with enter(organization_id, read_only=True):
        there = PolicyVersion.objects.filter(
            organization_id=organization_id, product_id=product_id
        ).exclude(status=PolicyStatus.DRAFT)
        if there.exists():
            raise Conflict("the product has a policy already", code="policy_exists")
        version = product_version_in_force(organization_id, product_id, now(organization_id))
        product = Product.parse(version.document.encode())
        fields = Dictionary.parse(version.dictionary_version.document)
        slug = version.product.slug
        lender = organization_current().name
    try:
        return first_policy(
            product, fields, name=f"{lender}: {slug}", cut_off_ppm=cut_off_ppm, rate_ppm=rate_ppm
        )
    except ValueError as error:
        raise Invalid([FieldError("/cut_off", "share", str(error))]) from error
