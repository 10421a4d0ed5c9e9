"""Checks of the price table: order, gaps and overlaps of bands, caps, limits, the referral band."""

from collections.abc import Iterator
from itertools import pairwise

from underwriting.decisioning.product import Product
from underwriting.policy.document import Band, Policy
from underwriting.policy.findings import Finding
from underwriting.regulation import Pack


def band_findings(policy: Policy, product: Product | None, pack: Pack | None) -> Iterator[Finding]:
    """What is wrong with bands and referral."""
    yield from _order(policy)
    yield from _referral(policy)
    rules = (product, pack)
    caps = [r.rate_cap_ppm for r in rules if r is not None and r.rate_cap_ppm is not None]
    for index, band in enumerate(policy.bands):
        where = f"/bands/{index}"
        if caps and band.rate_ppm > min(caps):
            message = f"band {band.name}: {band.rate_ppm} ppm is above the cap of {min(caps)}"
            yield Finding("error", "rate_cap", where, message)
        if product is not None:
            yield from _limits(where, band, product)
    if product is not None:
        yield from _softer(policy, product)


def own_limit(band: Band, product: Product) -> int | None:
    """The band's largest amount in minor units; None where it has none, or none that is money."""
    try:
        return None if band.max_amount is None else product.minor(band.max_amount)
    except ValueError:
        return None


def _softer(policy: Policy, product: Product) -> Iterator[Finding]:
    """A riskier band that lends more, or longer, than the one before it."""
    for index, (lower, upper) in enumerate(pairwise(policy.bands), start=1):
        for name, less, more in (
            ("max_amount", own_limit(lower, product), own_limit(upper, product)),
            ("max_term_months", lower.max_term_months, upper.max_term_months),
        ):
            if less is not None and (more is None or more > less):
                message = f"band {upper.name} is riskier than {lower.name}; its {name} is higher"
                yield Finding("warning", "band_softer", f"/bands/{index}/{name}", message)


def _order(policy: Policy) -> Iterator[Finding]:
    """A band begins where the one before ends, so only order can leave an overlap."""
    for index, (lower, upper) in enumerate(pairwise(policy.bands), start=1):
        where = f"/bands/{index}"
        if upper.max_pd_ppm <= lower.max_pd_ppm:
            message = f"band {upper.name} ends at or before band {lower.name}: nothing reaches it"
            yield Finding("error", "band_overlap", where, message)
        elif upper.rate_ppm < lower.rate_ppm:
            message = f"band {upper.name} is riskier than {lower.name} and costs less"
            yield Finding("warning", "band_rate", where, message)


def _referral(policy: Policy) -> Iterator[Finding]:
    referral = policy.referral
    if referral is None:
        return
    last = max(band.max_pd_ppm for band in policy.bands)
    if referral.from_pd_ppm > referral.to_pd_ppm:
        yield Finding("error", "referral", "/referral", "the referral band ends before it begins")
    elif referral.from_pd_ppm > last:
        message = "the referral band begins beyond the last band, where all is declined"
        yield Finding("error", "referral", "/referral", message)
    elif referral.to_pd_ppm > last:
        message = "part of the referral band lies beyond the last band, where all is declined"
        yield Finding("warning", "referral", "/referral", message)


def _limits(where: str, band: Band, product: Product) -> Iterator[Finding]:
    if band.max_amount is not None:
        try:
            limit = product.minor(band.max_amount)
        except ValueError:
            message = f"band {band.name}: {band.max_amount!r} is no amount of money"
            yield Finding("error", "band_limit", where, message)
            return
        if limit < product.lowest:
            message = f"band {band.name} lends less than the product's lowest amount"
            yield Finding("error", "band_limit", where, message)
    terms = () if product.term is None else product.term.values
    if band.max_term_months is not None and terms and band.max_term_months < min(terms):
        message = f"band {band.name} allows no term of the product"
        yield Finding("error", "band_limit", where, message)
