"""What a test persona makes of a computed document. Pure: replay makes the same of it."""

from collections.abc import Mapping
from typing import Any

from ml.values import scaled_text
from underwriting.decisioning.plan import Plan
from underwriting.decisioning.product import Product
from underwriting.enums import Outcome
from underwriting.models.decision import EXPIRING
from underwriting.services.overrules import priced
from underwriting.verdicts import Verdict, forced


def as_persona(
    plan: Plan, document: Mapping[str, Any], inputs: Mapping[str, Any], persona: Outcome
) -> dict[str, Any]:
    """The document with the persona's outcome, priced by the plan it came from.

    The product's own limits hold: where nothing can be offered within them (a rate above the
    highest one allowed), the computed outcome stays.
    """
    offer = priced(plan, document, _verdict(plan.product, inputs, persona), inputs)
    if offer is None and persona in EXPIRING:
        return dict(document)
    return forced(document, persona, offer)


def _verdict(product: Product, inputs: Mapping[str, Any], persona: Outcome) -> Verdict:
    """As a person would have said it. Nothing is offered where nothing is taken or refused."""
    if persona == Outcome.APPROVE:
        return Verdict(persona)
    if persona != Outcome.COUNTER_OFFER:
        return Verdict(Outcome.DECLINE)
    request = inputs["request"]
    asked = product.minor(request[product.amount.field])
    return Verdict(
        persona,
        amount=scaled_text(_less(product, asked), product.minor_units),
        term_months=request[product.term.field] if product.term else None,
    )


def _less(product: Product, asked: int) -> int:
    """About half of what was asked for, on the product's grid; the least where half is less."""
    return max(
        (amount for amount in product.amounts if 2 * amount <= asked), default=product.lowest
    )
