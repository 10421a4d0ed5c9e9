"""Price and limits by risk: the band of a PD, its rate and instalment, and what limits leave.

Row and column give the same numbers; money is in minor units.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.values import LIMIT, Value
from underwriting.decisioning.down_payments import DownPayments
from underwriting.decisioning.price_tables import UNSET, PriceTables, price_tables
from underwriting.decisioning.product import Product
from underwriting.policy.document import Band, CounterOffer, Policy
from underwriting.pricing.cost import CreditTax, cost_ppm
from underwriting.pricing.instalment_columns import instalments
from underwriting.pricing.instalments import MAX_TERM, PPM, instalment, schedule
from underwriting.pricing.profit import Costs, expected_profit, interest_less_loss
from underwriting.regulation import Pack

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Terms(NamedTuple):
    """An amount in minor units over a number of months (None: no term), and what is paid down
    beside it (None: the product finances no purchase)."""

    amount: int
    term: int | None
    down_payment: int | None = None


class _Price(NamedTuple):
    """What a band asks and allows: ppm a year, minor units, months."""

    band: str
    rate_ppm: int
    max_amount: int | None
    max_term_months: int | None


_Asked = tuple[str | None, int | None, int | None, int | None]
_NO_PRICE: _Asked = (None, None, None, None)
"""Beyond the last band."""


class Prices:
    """Bands, tables, product and pack, ready to price; compiled once per plan."""

    def __init__(
        self, policy: Policy, product: Product, pack: Pack, dictionary: Dictionary
    ) -> None:
        self.bands = tuple(sorted(policy.bands, key=lambda band: band.max_pd_ppm))
        self.product = product
        self._tables: PriceTables | None = price_tables(policy, dictionary, product)
        self._uptos = [band.max_pd_ppm for band in self.bands]
        self._limits = [
            None if b.max_amount is None else product.minor(b.max_amount) for b in self.bands
        ]
        self._asked = [
            _Price(band.name, band.rate_ppm, limit, band.max_term_months)
            for band, limit in zip(self.bands, self._limits, strict=True)
        ]
        self._by_band: Mapping[str, Sequence[int | None]] = {
            "limit.band": self._limits,
            "limit.band_term": [band.max_term_months for band in self.bands],
            "price.rate_ppm": [band.rate_ppm for band in self.bands],
        }
        self._amount = product.amount.field
        self._term = None if product.term is None else product.term.field
        self.down_payments = DownPayments(product) if product.down_payment else None
        self._tax = _tax(pack)
        self._method = pack.cost_of_credit
        self._open_ended = pack.open_ended
        caps = [cap for cap in (product.rate_cap_ppm, pack.rate_cap_ppm) if cap is not None]
        self._cap: int | None = min(caps, default=None)

    @property
    def stating(self) -> frozenset[str]:
        """The request's fields that state amount, term and, of a purchase, down payment and price:
        those that `fields` names."""
        paid = self.down_payments
        named = (self._amount, self._term, *((paid.field, paid.price) if paid else ()))
        return frozenset(name for name in named if name is not None)

    @property
    def reads(self) -> frozenset[str]:
        """What price and limits follow from, beside the PD."""
        by = self._tables.reads if self._tables else frozenset()
        return self.stating | by | {"context.exposure", "context.open_offers"}

    def band(self, pd_ppm: int | None) -> Band | None:
        """The band of a PD; None beyond the last."""
        index = None if pd_ppm is None else bisect_left(self._uptos, pd_ppm)
        return None if index is None or index == len(self.bands) else self.bands[index]

    def row(self, values: dict[str, Value], pd_ppm: int | None) -> dict[str, Value]:
        """price.* and limit.* of one application at that PD."""
        index = len(self.bands) if pd_ppm is None else bisect_left(self._uptos, pd_ppm)
        asked: _Asked = self._asked_of(index, values) if index < len(self.bands) else _NO_PRICE
        band, rate, most, longest = asked
        price: dict[str, Value] = {
            "price.band": band,
            "price.rate_ppm": rate,
            "price.instalment": self.payable(values, rate),
            "limit.band": most,
            "limit.band_term": longest,
            "limit.customer": self._headroom(values),
        }
        return price if self.down_payments is None else price | self.down_payments.row(values)

    def band_index(self, pd_ppm: int) -> int:
        """The place of a PD's band; beyond the last, how many there are."""
        return bisect_left(self._uptos, pd_ppm)

    def score_counts(self, index: int, reads: Iterable[frozenset[str]]) -> bool:
        """Whether a better score than one in that band could answer rules that read these.

        A limit that the best band has as well, or a rate no better band lowers, is nothing that a
        better score would change: then the score is no reason (12 CFR 1002.9(b)(2)).
        """
        return any(self._better(index, name) for each in reads for name in each)

    def _better(self, index: int, name: str) -> bool:
        """Whether some better band has another value of what follows from the score."""
        if name.startswith("model.") or index >= len(self.bands):
            return True
        if self._tables is not None or name not in self._by_band:
            return index > 0
        own = self._by_band[name][index]
        return any(each != own for each in self._by_band[name][:index])

    def rate(self, values: Mapping[str, Value], pd_ppm: int | None) -> int:
        """The rate of these values at that PD; beyond the last band (or unscored) the last's."""
        last = len(self.bands) - 1
        index = last if pd_ppm is None else min(bisect_left(self._uptos, pd_ppm), last)
        return self._asked_of(index, values).rate_ppm

    def _asked_of(self, index: int, values: Mapping[str, Value]) -> "_Price":
        """What a band asks at these values, its tables included: the strictest of their limits."""
        price = self._asked[index]
        if self._tables is None:
            return price
        found = self._tables.row(index, values)
        return _Price(
            price.band,
            price.rate_ppm if found.rate_ppm is None else found.rate_ppm,
            _least(price.max_amount, found.max_amount),
            _least(price.max_term_months, found.max_term_months),
        )

    def columns(self, frame: Frame, pd_ppm: Ints, scored: Mask) -> dict[str, Column]:
        """The same for n applications; PDs count where `scored`."""
        index = np.where(scored, np.searchsorted(self._uptos, pd_ppm, side="left"), len(self.bands))
        rate = _by_band([band.rate_ppm for band in self.bands], index)
        amount = _by_band(self._limits, index)
        term = _by_band([band.max_term_months for band in self.bands], index)
        if self._tables is not None:
            known = index < len(self.bands)
            found = self._tables.columns(np.minimum(index, len(self.bands) - 1), frame)
            rate = Column(np.where(found.rate_ppm == UNSET, rate.values, found.rate_ppm), rate.null)
            amount = _least_columns(amount, found.max_amount, known)
            term = _least_columns(term, found.max_term_months, known)
        names = tuple(band.name for band in self.bands)
        return {
            "price.band": Column(
                np.minimum(index, len(names) - 1).astype(np.int32), index == len(names), names
            ),
            "price.rate_ppm": rate,
            "price.instalment": self.payables(frame, rate),
            "limit.band": amount,
            "limit.band_term": term,
            "limit.customer": self._headrooms(frame),
            **({} if self.down_payments is None else self.down_payments.columns(frame)),
        }

    def offer(self, terms: Terms, pd_ppm: int, rate_ppm: int, kind: str) -> dict[str, Any]:
        """The offer of these terms at that rate and PD, which a band must cover."""
        band = self.band(pd_ppm)
        if band is None:
            raise ValueError(f"no band for a PD of {pd_ppm} ppm")
        return self._priced(terms, band, rate_ppm, kind) | {"pd_ppm": pd_ppm}

    def offer_by_person(
        self, terms: Terms, pd_ppm: int | None, rate_ppm: int
    ) -> dict[str, Any] | None:
        """What a person may offer; None where the product or a rate cap forbids it.

        The limits of a band do not bind a person (their authority does). An application that was
        not scored, or lies beyond the last band, has the price of the last.
        """
        band = self.band(pd_ppm) or self.bands[-1]
        if not self._within_product(terms) or (self._cap or rate_ppm) < rate_ppm:
            return None
        return self._priced(terms, band, rate_ppm, "approval") | {"pd_ppm": pd_ppm}

    def _priced(self, terms: Terms, band: Band, rate_ppm: int, kind: str) -> dict[str, Any]:
        offer = {
            "kind": kind,
            "amount": terms.amount,
            "term_months": terms.term,
            "rate_ppm": rate_ppm,
            "band": band.name,
            "instalment": None,
            "total": None,
            "cost_ppm": None,
            "currency": self.product.currency,
        }
        if terms.down_payment is not None:
            offer |= {
                "down_payment": terms.down_payment,
                "price": terms.amount + terms.down_payment,
            }
        if terms.term is not None:
            return offer | self._repaid(terms.amount, rate_ppm, terms.term)
        return offer | self._drawn(terms.amount, rate_ppm)

    def _repaid(self, amount: int, rate_ppm: int, term: int) -> dict[str, Any]:
        """What a loan over a term costs, monthly fees and taxes included."""
        plan, fees = schedule(amount, rate_ppm, term), self.product.charges
        return {
            "instalment": plan.instalment + fees.monthly,
            "total": plan.total + fees.monthly * term,
            "cost_ppm": cost_ppm(amount, rate_ppm, term, fees, self._tax, self._method),
        }

    def _drawn(self, limit: int, rate_ppm: int) -> dict[str, Any]:
        """What a limit is said to cost: by the pack's example, or nothing where it has none."""
        rule = self._open_ended
        if rule is None:
            return {}
        if rule.method == "nominal":
            return {"cost_ppm": rate_ppm}
        example = self._repaid(limit, rate_ppm, rule.months)
        cost = example.pop("cost_ppm")
        return {"cost_ppm": cost, "example": {"months": rule.months, **example}}

    def fields(self, terms: Terms) -> dict[str, Value]:
        """The request's fields that state these terms."""
        found: dict[str, Value] = {self._amount: terms.amount}
        if self._term is not None:
            found[self._term] = terms.term
        if self.down_payments is not None and terms.down_payment is not None:
            found[self.down_payments.field] = terms.down_payment
            found[self.down_payments.price] = terms.amount + terms.down_payment
        return found

    def profit(self, terms: Terms, pd_ppm: int, rate_ppm: int, settings: CounterOffer) -> int:
        """Expected profit in millionths of a minor unit, by `underwriting.pricing.profit`."""
        lgd, costs = settings.loss_given_default_ppm, settings.economics
        if costs is None:
            return interest_less_loss(terms.amount, rate_ppm, terms.term, pd_ppm, lgd)
        stated = Costs(costs.cost_of_funds_ppm, self.product.minor(costs.servicing))
        fees = self.product.charges
        return expected_profit(terms.amount, rate_ppm, terms.term, pd_ppm, lgd, fees, stated)

    def _within_product(self, terms: Terms) -> bool:
        product = self.product
        if not product.lowest <= terms.amount <= product.highest:
            return False
        if not self._paid_down(terms):
            return False
        if product.term is None or terms.term is None:
            return product.term is None and terms.term is None
        return terms.term in product.term.values

    def _paid_down(self, terms: Terms) -> bool:
        """Whether enough of the price is paid down, where the product asks for that."""
        if self.down_payments is None:
            return True
        paid = terms.down_payment
        if paid is None or paid < 0:
            return False
        return paid * PPM >= self.down_payments.least_ppm * (terms.amount + paid)

    def _headroom(self, values: dict[str, Value]) -> int | None:
        owed, offered = values.get("context.exposure"), values.get("context.open_offers")
        if self.product.limit is None or not isinstance(owed, int) or not isinstance(offered, int):
            return None
        return self.product.limit - owed - offered

    def _headrooms(self, frame: Frame) -> Column:
        if self.product.limit is None:
            return Column.missing(frame.rows)
        owed, offered = frame.columns["context.exposure"], frame.columns["context.open_offers"]
        null = owed.null | offered.null
        return Column(self.product.limit - owed.values - offered.values, null)

    def payable(
        self, values: Mapping[str, Value], rate: int | None, assumed: int | None = None
    ) -> int | None:
        """What is due a month at that rate, fees included, for the amount and term asked for.

        A product without a term has none, unless one is `assumed`; None too for what is no loan.
        """
        amount = values.get(self._amount)
        term = assumed if self._term is None else values.get(self._term)
        if not isinstance(amount, int) or not isinstance(term, int) or rate is None:
            return None
        return _payable(amount, rate, term, self.product.charges.monthly)

    def payables(self, frame: Frame, rate: Column, assumed: int | None = None) -> Column:
        """The same for n applications."""
        term = _assumed(frame, assumed) if self._term is None else frame.columns[self._term]
        amount = frame.columns[self._amount]
        known = ~(amount.null | term.null | rate.null)
        known &= (amount.values > 0) & (term.values >= 1) & (term.values <= MAX_TERM)
        values, null = np.zeros(frame.rows, np.int64), ~known
        asked = [column.values[known] for column in (amount, rate, term)]
        found, monthly = instalments(*asked), self.product.charges.monthly
        values[known] = found + min(monthly, LIMIT)
        null[known] = found > LIMIT - monthly
        return Column(values, null)


def _assumed(frame: Frame, term: int | None) -> Column:
    if term is None:
        return Column.missing(frame.rows)
    return Column(np.full(frame.rows, term, np.int64), np.zeros(frame.rows, bool))


def _payable(amount: int, rate: int, term: int, monthly: int) -> int | None:
    """What is paid each month; None for what is no loan."""
    if amount <= 0 or not 1 <= term <= MAX_TERM:
        return None
    due = instalment(amount, rate, term) + monthly
    return due if due <= LIMIT else None


def _by_band(values: list[int] | list[int | None], index: Ints) -> Column:
    """A column that takes each row's value by its band; missing beyond the last."""
    numbers = np.array([0 if value is None else value for value in (*values, None)], np.int64)
    missing = np.array([value is None for value in (*values, None)], bool)
    return Column(numbers[index], missing[index])


def _least(one: int | None, other: int | None) -> int | None:
    """The stricter of two limits, None where there is neither."""
    return min((limit for limit in (one, other) if limit is not None), default=None)


def _least_columns(limit: Column, table: Ints, known: Mask) -> Column:
    values = np.minimum(np.where(limit.null, UNSET, limit.values), table)
    return Column(values, ~known | (values == UNSET))


def _tax(pack: Pack) -> CreditTax:
    flat = sum(tax.flat_ppb for tax in pack.taxes)
    daily = sum(tax.daily_ppb for tax in pack.taxes)
    return CreditTax(flat, daily, max((tax.max_days for tax in pack.taxes), default=365))
