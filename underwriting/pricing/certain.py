"""The yearly cost of equal instalments where float64 leaves no doubt about a part per million.

A monthly rate is estimated, and then shown to be within `GAP` of the true one: at a rate lower by
so much the payments are worth more than what was received, at a higher one less, by more than
float64 can be mistaken in adding up positive numbers. If the whole of that interval rounds to one
part per million, that is the answer whatever the last digits of this machine's floats are. If it
does not, nothing is said, and the exact integers of `pricing.cost` are asked.
"""

from underwriting.pricing.instalments import MAX_TERM, PPM

GAP = 1e-11
SLACK = 1e-12
"""More than the relative error of a present value of 600 payments: 4 u for each, u = 2 ** -53."""
EDGE = 1e-3
"""Parts per million by which both ends must be clear of a half: far above their own error."""
STEPS = 12
HIGHEST = 0.25
MOST = 2**53
"""Amounts up to here are exact in float64; a month's rate up to `HIGHEST` is looked at."""


def certain_ppm(received: int, regular: int, final: int, term: int, *, nominal: bool) -> int | None:
    """The year's cost of `term` months' payments, all `regular` but the last; None if in doubt.

    Minor units above nothing. `nominal` gives twelve times the month's rate, else it is compounded.
    """
    if not 1 <= term <= MAX_TERM or max(received, regular, final) > MOST:
        return None
    rate = _estimate(received, regular, final, term)
    low, high = rate - GAP, rate + GAP
    if not 0 < low < HIGHEST:
        return None
    if _worth(low, regular, final, term) <= received * (1 + SLACK):
        return None
    if _worth(high, regular, final, term) >= received * (1 - SLACK):
        return None
    least = round(_yearly(low, nominal=nominal) - EDGE)
    most = round(_yearly(high, nominal=nominal) + EDGE)
    return least if least == most else None


def _yearly(rate: float, *, nominal: bool) -> float:
    return 12 * rate * PPM if nominal else ((1 + rate) ** 12 - 1) * PPM


def _worth(rate: float, regular: int, final: int, term: int) -> float:
    """The present value, payment by payment from the last: every step adds what is positive."""
    discount = 1 / (1 + rate)
    worth = final * discount
    for _ in range(term - 1):
        worth = (worth + regular) * discount
    return worth


def _estimate(received: int, regular: int, final: int, term: int) -> float:
    """Newton's method on the annuity's closed form; good to some digits or good for nothing."""
    owed = regular * (term - 1) + final - received
    rate = 2 * owed / (received * (term + 1))
    for _ in range(STEPS):
        if not 0 < rate < 1:
            return 0.0
        discount = 1 / (1 + rate)
        left = discount ** (term - 1)
        annuity = (1 - left) / rate
        value = regular * annuity + final * left * discount
        slope = regular * ((term - 1) * left * discount - annuity) / rate
        slope -= term * final * left * discount * discount
        step = (value - received) / slope
        rate -= step
        if abs(step) < GAP / 100:
            return rate
    return rate
