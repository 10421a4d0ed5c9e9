"""How the parties' points become the application's: primary, worst, or joint (their mean).

Parties without liability are scored and shown, but do not count; if none is liable the primary
applicant does. The PD is the model's at the combined points.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ml.values import divide_half_even

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
FAR = np.int64(2**40)


def combined_row(how: str, points: Sequence[int], liable: Sequence[bool]) -> int:
    """The application's points from its parties', primary first."""
    if how == "primary":
        return points[0]
    counted = [points[index] for index in counting(points, liable)]
    if how == "worst":
        return min(counted)
    return divide_half_even(sum(counted), len(counted))


def combined_columns(how: str, points: Ints, liable: Mask, starts: Ints) -> Ints:
    """The same for n applications; `starts` is each one's first party row."""
    primary: Ints = points[starts]
    if how == "primary" or not len(starts):
        return primary
    counted = np.add.reduceat(liable.astype(np.int64), starts)
    if how == "worst":
        lowest = np.minimum.reduceat(np.where(liable, points, FAR), starts)
        return np.where(counted == 0, primary, lowest)
    total = np.add.reduceat(np.where(liable, points, 0), starts)
    return np.where(counted == 0, primary, _half_even(total, np.maximum(counted, 1)))


def deciding_parties(how: str, points: Sequence[int], liable: Sequence[bool]) -> tuple[int, ...]:
    """Positions of the parties whose contributions made the application's points."""
    if how == "primary":
        return (0,)
    counted = counting(points, liable)
    if how == "worst":
        return (min(counted, key=lambda index: (points[index], index)),)
    return counted


def counting(points: Sequence[int], liable: Sequence[bool]) -> tuple[int, ...]:
    """Positions of the parties that count."""
    return tuple(index for index in range(len(points)) if liable[index]) or (0,)


def _half_even(total: Ints, count: Ints) -> Ints:
    quotient, remainder = np.divmod(total, count)
    twice = 2 * remainder
    up = (twice > count) | ((twice == count) & (quotient & 1 == 1))
    found: Ints = quotient + up
    return found
