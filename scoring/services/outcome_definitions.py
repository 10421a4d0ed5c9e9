"""When a loan counts as bad: published in versions, because a rate means nothing without one."""

from uuid import UUID

from events.actor import Actor
from events.services import event_record
from scoring.models import OutcomeDefinition, Product
from scoring.selectors.outcomes import definition_latest
from scoring.selectors.products import product_by_slug
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid

LONGEST_WINDOW = 120


def outcome_definition_publish(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    bad_days_past_due: int,
    indeterminate_days_past_due: int,
    window_months: int,
) -> OutcomeDefinition:
    """Publish the next version; published again without a change, the newest stays.

    Invalid where bad is not worse than indeterminate, or the window is none.
    """
    _check(bad_days_past_due, indeterminate_days_past_due, window_months)
    said = {
        "bad_days_past_due": bad_days_past_due,
        "indeterminate_days_past_due": indeterminate_days_past_due,
        "window_months": window_months,
    }
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        Product.objects.select_for_update().get(organization_id=organization_id, id=product.id)
        newest = definition_latest(organization_id, product.id)
        if newest is not None and all(getattr(newest, name) == said[name] for name in said):
            return newest
        made = OutcomeDefinition.objects.create(
            organization_id=organization_id,
            product=product,
            number=newest.number + 1 if newest else 1,
            published_at=now(organization_id),
            **said,
        )
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="outcome_definition.published",
            subject=("outcome_definition", made.id),
            data={"product": str(product.id), "number": made.number, **said},
        )
    return made


def _check(bad: int, indeterminate: int, window: int) -> None:
    problems = []
    if indeterminate < 1:
        message = "a day past due at least"
        problems.append(FieldError("/indeterminate_days_past_due", "minimum", message))
    if bad <= indeterminate:
        message = "bad is worse than neither good nor bad: more days past due"
        problems.append(FieldError("/bad_days_past_due", "bad_is_worst", message))
    if not 1 <= window <= LONGEST_WINDOW:
        message = f"from 1 to {LONGEST_WINDOW} months"
        problems.append(FieldError("/window_months", "range", message))
    if problems:
        raise Invalid(problems)
