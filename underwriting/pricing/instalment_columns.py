"""The instalments of many loans at once: the very numbers of `pricing.instalments`.

An instalment is the amount times a factor that depends on rate and term alone; few of those occur
together. float64 multiplies, and wherever the product lies so near to a half that its error could
matter, or is too large, that loan is computed by itself in whole numbers.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ml.values import LIMIT
from underwriting.pricing.instalments import YEAR, instalment

Ints = npt.NDArray[np.int64]

MOST = 1e11
"""Instalments up to here, in minor units, are off by less than `DOUBT` in float64: two roundings
of 2 ** -53 each."""
DOUBT = 1e-4
TERMS = 1_024
"""More than the longest term: rate and term make one number."""


def instalments(amount: Ints, rate_ppm: Ints, term: Ints) -> Ints:
    """Monthly annuities in minor units, shape (n,); all loans are such as `instalment` takes.

    What is above LIMIT, where numbers end, is LIMIT + 1.
    """
    pairs, which = np.unique(rate_ppm * TERMS + term, return_inverse=True)
    factors = np.array([_factor(*divmod(pair, TERMS)) for pair in pairs.tolist()])
    due = amount * factors[which]
    nearest = np.rint(due)
    unsure = (np.abs(due - nearest) > 0.5 - DOUBT) | (due > MOST)
    found: Ints = np.where(unsure, 0, nearest).astype(np.int64)
    for row in np.flatnonzero(unsure).tolist():
        exact = instalment(int(amount[row]), int(rate_ppm[row]), int(term[row]))
        found[row] = min(exact, LIMIT + 1)
    return found


@lru_cache(maxsize=65_536)
def _factor(rate_ppm: int, term: int) -> float:
    """What is paid a month for each minor unit lent, correctly rounded."""
    if rate_ppm == 0:
        return 1 / term
    grown: int = (YEAR + rate_ppm) ** term
    whole: int = YEAR * (grown - YEAR**term)
    return rate_ppm * grown / whole
