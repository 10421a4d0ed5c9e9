"""Static checks of a policy's counter-offer against the product it is searched for."""

from collections.abc import Iterator

from underwriting.decisioning.product import Product
from underwriting.policy.document import CounterOffer
from underwriting.policy.findings import Finding

WHERE = "/counter_offer"


def counter_offer_findings(settings: CounterOffer, product: Product) -> Iterator[Finding]:
    """What may not be changed, and costs that are no money or that nothing reads."""
    if product.term is None and settings.change == ("term",):
        message = "the product has no terms to change"
        yield Finding("warning", "counter_offer", f"{WHERE}/change", message)
    if product.down_payment is None and "down_payment" in settings.change:
        message = "the product has no down payment to change"
        yield Finding("warning", "counter_offer", f"{WHERE}/change", message)
    if settings.economics is None:
        return
    try:
        product.minor(settings.economics.servicing)
    except ValueError:
        message = f"{settings.economics.servicing!r} is no amount of the product's currency"
        yield Finding("error", "counter_offer", f"{WHERE}/economics/servicing", message)
    if settings.prefer == "closest":
        message = "the closest offer is preferred: what lending costs is not read"
        yield Finding("warning", "counter_offer", f"{WHERE}/economics", message)
