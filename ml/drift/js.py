"""Jensen-Shannon divergence: symmetric, finite, between 0 and 1."""

import numpy as np
import numpy.typing as npt


def jensen_shannon(reference: npt.ArrayLike, current: npt.ArrayLike) -> float:
    """Of two sets of B counts, in bits: 0 for equal shares, 1 for bins that never meet.

    Lin, *Divergence Measures Based on the Shannon Entropy*, 1991. Raises ValueError where one
    side has no rows.
    """
    p, q = (np.asarray(counts, dtype=np.float64) for counts in (reference, current))
    if not p.sum() > 0 or not q.sum() > 0:
        raise ValueError("Jensen-Shannon needs rows on both sides")
    p, q = p / p.sum(), q / q.sum()
    between = (p + q) / 2
    found = _relative_entropy(p, between) / 2 + _relative_entropy(q, between) / 2
    return float(min(max(found, 0.0), 1.0))


def _relative_entropy(p: npt.NDArray[np.float64], q: npt.NDArray[np.float64]) -> float:
    there = p > 0
    return float((p[there] * np.log2(p[there] / q[there])).sum())
