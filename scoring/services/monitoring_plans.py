"""How a product is watched: over how many days, by which field apart, and what follows."""

from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from scoring.models import MonitoringPlan, Product
from scoring.selectors.products import dictionary_latest, product_by_slug
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid

FEWEST_DAYS, MOST_DAYS = 7, 366
MOST_SEGMENTS = 12


def monitoring_plan_set(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    window_days: int,
    segment_field: str = "",
    pauses: bool = False,
) -> MonitoringPlan:
    """Say how a product is watched, and whether a serious alert about its score pauses it.

    Invalid for a window outside a week to a year, and for a field that is no category with
    few values.
    """
    said = {"window_days": window_days, "segment_field": segment_field, "pauses": pauses}
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        _refuse_odd(product, window_days, segment_field)
        plan, _ = MonitoringPlan.objects.update_or_create(
            organization_id=organization_id,
            product=product,
            defaults={**said, "changed_at": now(organization_id)},
        )
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="monitoring.planned",
            subject=("product", product.id),
            data=said,
        )
    return plan


def segment_fields(organization_id: UUID, product_id: UUID) -> list[str]:
    """Fields by whose values a product can be watched apart. Inside the caller's `enter`."""
    dictionary = Dictionary.parse(dictionary_latest(organization_id, product_id).document)
    return [
        each.name
        for each in dictionary.fields
        if each.type == "category"
        and 1 < len(each.values) <= MOST_SEGMENTS
        and "model" in each.uses
    ]


def _refuse_odd(product: Product, window_days: int, segment_field: str) -> None:
    wrong = []
    if not FEWEST_DAYS <= window_days <= MOST_DAYS:
        words = f"between {FEWEST_DAYS} and {MOST_DAYS} days"
        wrong.append(FieldError("/window_days", "range", words))
    if segment_field and segment_field not in segment_fields(product.organization_id, product.id):
        words = "not a category with few values that a model may see"
        wrong.append(FieldError("/segment_field", "field", words))
    if wrong:
        raise Invalid(wrong)
