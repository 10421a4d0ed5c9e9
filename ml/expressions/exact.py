"""Integer arithmetic on columns: int64 where it cannot wrap, the row path's functions elsewhere.

A float estimate finds the few rows near the limit; those are computed exactly, one by one.
"""

from collections.abc import Callable

import numpy as np

from ml.columns import Array, Column, Mask
from ml.expressions.rows import scaled_to
from ml.values import within_limit

SAFE = float(2**61)
"""Estimates below this are exact in int64; float64's own error is far smaller than the gap."""


def exactly(
    near: Mask, null: Mask, values: Array, function: Callable[..., int | None], *inputs: Array
) -> Column:
    """Put the row path's answer where int64 might have wrapped."""
    for row in np.flatnonzero(near & ~null).tolist():
        found = function(*(int(column[row]) for column in inputs))
        null[row] = found is None
        values[row] = 0 if found is None else found
    return Column(values, null)


def large(*estimates: Array) -> Mask:
    """Rows in which any of the float estimates comes near the limit."""
    found: Mask = np.zeros(estimates[0].shape, bool)
    for estimate in estimates:
        found |= np.abs(estimate) > SAFE
    return found


def as_float(values: Array) -> Array:
    """For estimates only: nothing computed from it is a value."""
    return values.astype(np.float64)


def product(a: Array, b: Array, null: Mask) -> Column:
    """a * b, missing beyond the limit."""
    near = large(as_float(a) * as_float(b))
    return exactly(near, null, a * b, lambda x, y: within_limit(x * y), a, b)


def lifted(column: Column, scale: int, wanted: int) -> Column:
    """A number column at another scale, half-even where digits go."""
    if scale == wanted:
        return column
    null = column.null.copy()
    if wanted > scale:
        factor = 10 ** (wanted - scale)
        near = large(as_float(column.values) * float(factor))
        values = column.values * np.int64(factor)
        return exactly(near, null, values, lambda v: scaled_to(v, scale, wanted), column.values)
    divisor = np.full(column.values.shape, 10 ** (scale - wanted), np.int64)
    near = large(as_float(column.values))
    values = half_even(column.values, divisor)
    return exactly(near, null, values, lambda v: scaled_to(v, scale, wanted), column.values)


def half_even(numerator: Array, denominator: Array) -> Array:
    """Nearest integers, ties to even, for denominators other than 0."""
    sign = np.where(denominator < 0, -1, 1)
    above, below = numerator * sign, denominator * sign
    found = above // below
    twice = 2 * (above - found * below)
    up = (twice > below) | ((twice == below) & (found & 1 == 1))
    result: Array = found + up
    return result
