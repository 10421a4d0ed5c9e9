"""What a lender says it earns by a product. Call inside `enter`."""

from uuid import UUID

from ml.dictionary import Dictionary
from scoring.models import DictionaryVersion, ProductEconomics

FIELDS = {"amount_field": ("money",), "term_field": ("integer",)}
"""Members of an economics document that name a field of the dictionary, and of which types."""


def economics_latest(organization_id: UUID, product_id: UUID) -> ProductEconomics | None:
    """The version last published; None while the lender has said nothing."""
    return (
        ProductEconomics.objects.filter(organization_id=organization_id, product_id=product_id)
        .order_by("-number")
        .first()
    )


def fields_that_fit(organization_id: UUID, product_id: UUID) -> dict[str, list[str]]:
    """For each member that names a field, those of the newest dictionary; none without one."""
    newest = (
        DictionaryVersion.objects.filter(organization_id=organization_id, product_id=product_id)
        .order_by("-number")
        .first()
    )
    fields = Dictionary.parse(newest.document).fields if newest else ()
    return {
        member: [field.name for field in fields if field.type in types]
        for member, types in FIELDS.items()
    }
