"""The points of a product's grid that a counter-offer may try, closest to what was asked first.

A point is an amount, a term and, where a purchase is financed, a down payment. Closest: the price
of the purchase is kept if it can be (without a purchase: the amount), then as little more as
possible is paid down, then the term is the nearest, the shorter of two.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from underwriting.decisioning.down_payments import DownPayments
from underwriting.decisioning.prices import Terms
from underwriting.decisioning.product import Product

Ints = npt.NDArray[np.int64]

NO_TERM = 0
"""In arrays, the term of a product that has none."""


class Points(NamedTuple):
    """n points in order of closeness: minor units, months, minor units (0 without a purchase)."""

    amounts: Ints
    terms: Ints
    paid: Ints

    def part(self, first: int, size: int) -> "Points":
        """The next `size` points from `first` on."""
        return Points(*(each[first : first + size] for each in self))


NOTHING = Points(*(np.array([], np.int64) for _ in Points._fields))


class Grid:
    """One product's grid; `change` is what a counter-offer may change."""

    def __init__(
        self, product: Product, down_payments: DownPayments | None, change: tuple[str, ...]
    ) -> None:
        self._product = product
        self._down_payments = down_payments
        self._change = frozenset(change)
        self._amounts = np.array(product.amounts, np.int64)

    def points(self, asked: Terms, price: int) -> Points:
        """Every point but what was asked; `price` is that of the purchase, else the amount."""
        terms = self._terms(asked.term)
        paid = asked.down_payment or 0
        found = [(down, amounts) for down, amounts in self._bases(paid, price) if len(amounts)]
        if not found or not len(terms):
            return NOTHING
        downs = np.concatenate([np.full(len(amounts), down) for down, amounts in found])
        amounts = np.concatenate([amounts for _, amounts in found])
        order = np.lexsort((downs, price - amounts - downs))
        each = len(terms)
        points = Points(
            np.repeat(amounts[order], each),
            np.tile(terms, len(order)),
            np.repeat(downs[order], each),
        )
        own = (points.amounts == asked.amount) & (points.terms == (asked.term or NO_TERM))
        kept = ~(own & (points.paid == paid))
        return Points(*(values[kept] for values in points))

    def _bases(self, paid: int, price: int) -> Iterator[tuple[int, Ints]]:
        """Down payments, each with the amounts that may go with it."""
        if self._down_payments is None:
            yield 0, self._lent(price)
            return
        more = "down_payment" in self._change
        for down in self._down_payments.choices(paid, price, more=more).tolist():
            yield down, self._lent(price - down)

    def _lent(self, most: int) -> Ints:
        """What is left to lend, and where the amount may change every smaller one of the grid."""
        product = self._product
        within = product.lowest <= most <= product.highest
        own = np.array([most] if within else [], np.int64)
        if "amount" not in self._change:
            return own
        return np.concatenate([own, self._amounts[: np.searchsorted(self._amounts, most)]])

    def _terms(self, asked: int | None) -> Ints:
        """Nearest first."""
        product = self._product
        if product.term is None or asked is None:
            return np.array([NO_TERM], np.int64)
        terms = product.term.values
        if "term" not in self._change:
            terms = (asked,) if asked in terms else ()
        return np.array(sorted(terms, key=lambda term: (abs(term - asked), term)), np.int64)
