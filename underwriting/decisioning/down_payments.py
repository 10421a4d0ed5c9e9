"""What an applicant pays down: the financed amount is the price less the down payment.

Rules read `price.financed` (minor units) and `price.down_payment_ppm` (share of the price, rounded
down). The counter-offer may ask for a larger down payment on the same price, in the product's
steps; a smaller loan at the same down payment is a cheaper purchase.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.values import Value
from underwriting.decisioning.product import Product
from underwriting.policy.inputs import Input
from underwriting.pricing.instalments import PPM

Ints = npt.NDArray[np.int64]

FINANCED, SHARE = "price.financed", "price.down_payment_ppm"
INPUTS = (FINANCED, SHARE)
MOST = 10**12
"""The largest price that is read, in minor units."""


class DownPayments:
    """One product's down payments, by row and by column."""

    def __init__(self, product: Product) -> None:
        if product.down_payment is None:
            raise ValueError("the product has no down payment")
        self.field = product.down_payment.field
        self.price = product.down_payment.price
        self.least_ppm = product.down_payment.min_share_ppm
        self._step = product.minor(product.down_payment.step)
        self._lowest, self._highest = product.lowest, product.highest

    def row(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """What rules read of one application."""
        stated = self.stated(values)
        if stated is None:
            return dict.fromkeys(INPUTS)
        paid, price = stated
        return {FINANCED: price - paid, SHARE: paid * PPM // price}

    def columns(self, frame: Frame) -> dict[str, Column]:
        """The same of n applications."""
        paid, price = frame.columns[self.field], frame.columns[self.price]
        null = paid.null | price.null | (paid.values < 0) | (price.values <= 0)
        null |= (paid.values > MOST) | (price.values > MOST)
        known, whole = np.where(null, 0, paid.values), np.where(null, 1, price.values)
        return {
            FINANCED: Column(whole - known, null),
            SHARE: Column(known * PPM // whole, null),
        }

    def stated(self, values: Mapping[str, Value]) -> tuple[int, int] | None:
        """Down payment and price in minor units; None where they cannot be said."""
        paid, price = values.get(self.field), values.get(self.price)
        if type(paid) is not int or type(price) is not int:
            return None
        return (paid, price) if 0 <= paid <= MOST and 0 < price <= MOST else None

    def choices(self, paid: int, price: int, *, more: bool) -> Ints:
        """The down payments that may be asked for at that price: what was stated, then `more`."""
        own = np.array([paid], np.int64)
        if not more:
            return own
        first = -(-max(paid + 1, price - self._highest) // self._step) * self._step
        return np.concatenate([own, np.arange(first, price - self._lowest + 1, self._step)])


def down_payment_inputs(currency: str | None, minor_units: int) -> dict[str, Input]:
    """What rules may read of a product with down payments."""
    found = (
        Input(FINANCED, "application", "money", minor_units, currency),
        Input(SHARE, "application", "integer", unit="ppm"),
    )
    return {item.name: item for item in found}
