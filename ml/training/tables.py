"""Writing an additive function down as tables: one a feature, one a pair.

A function that adds up over features and pairs is known from its values where all features but
one, or two, stand at a base: `f(x) = f(base) + sum of differences`. The tables are then purified
(Lengerich, Tan, Chang, Hooker, Caruana 2020): what a pair has as the mean of a row or a column
belongs to that feature alone. Means are by the two features' own weights, so that a feature whose
every row follows its direction of risk still follows it alone.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ml.scorecard import Additive, PairTerm, Term
from ml.training.additive_design import Design

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LogOdds = Callable[[Floats], Floats]

NEGLIGIBLE = 0.008
"""A pair whose log-odds stray by less says nothing: a point is 0.035 at 20 to double the odds."""


def tables_of(design: Design, pairs: Sequence[tuple[int, int]], log_odds: LogOdds) -> Additive:
    """The tables of a function of the design's matrix that adds up over features and pairs.

    Every table has mean 0 over the loans the design was made from; a bin without any says nothing.
    """
    base = [int(weights.argmax()) for weights in design.weights]
    anchor = float(log_odds(_matrix(design, base, {}))[0])
    mains = [_one(design, base, log_odds, feature) - anchor for feature in range(len(base))]
    cells = [_two(design, base, log_odds, pair) - anchor for pair in pairs]
    together = [
        table - mains[first][:, None] - mains[second][None, :]
        for (first, second), table in zip(pairs, cells, strict=True)
    ]
    return _purified(design, pairs, anchor, mains, together)


def summed(design: Design, parts: Sequence[tuple[float, Additive]], intercept: float) -> Additive:
    """A weighted sum of additive functions, on the design's bins.

    Their bins must be unions of the design's, rare categories aside, which count as one never
    seen; pairs must be on the design's own bins.
    """
    terms = [np.zeros(bins.size) for bins in design.bins]
    pairs: dict[tuple[int, int], Floats] = {}
    places = {bins.source.name: place for place, bins in enumerate(design.bins)}
    for weight, part in parts:
        intercept += weight * part.intercept
        for term in part.terms:
            place = places[term.bins.source.name]
            at = term.bins.index(design.bins[place].examples())
            terms[place] += weight * term.log_odds[at]
        for pair in part.pairs:
            key = pair.first, pair.second
            pairs[key] = pairs.get(key, 0.0) + weight * pair.log_odds
    together = tuple(
        PairTerm(*key, table) for key, table in pairs.items() if _moves(design, key, table)
    )
    tables = zip(design.bins, terms, strict=True)
    return Additive(intercept, tuple(Term(bins, term) for bins, term in tables), together)


def _moves(design: Design, pair: tuple[int, int], table: Floats) -> bool:
    """Whether a pair tells loans apart by more than its own rounding would."""
    first, second = (design.weights[feature] for feature in pair)
    loans = np.outer(first, second)
    return bool((loans * table**2).sum() > NEGLIGIBLE**2 * loans.sum())


def _matrix(design: Design, base: Sequence[int], varied: dict[int, Ints]) -> Floats:
    """Rows at the base but for the features that vary."""
    rows = max((each.size for each in varied.values()), default=1)
    index = [varied.get(f, np.full(rows, bin_)) for f, bin_ in enumerate(base)]
    return design.matrix(index)


def _one(design: Design, base: Sequence[int], log_odds: LogOdds, feature: int) -> Floats:
    every = np.arange(design.bins[feature].size)
    return log_odds(_matrix(design, base, {feature: every}))


def _two(design: Design, base: Sequence[int], log_odds: LogOdds, pair: tuple[int, int]) -> Floats:
    sizes = [design.bins[feature].size for feature in pair]
    first, second = np.indices(sizes).reshape(2, -1)
    return log_odds(_matrix(design, base, {pair[0]: first, pair[1]: second})).reshape(sizes)


def _purified(
    design: Design,
    pairs: Sequence[tuple[int, int]],
    intercept: float,
    mains: list[Floats],
    together: list[Floats],
) -> Additive:
    shares = [weights / weights.sum() for weights in design.weights]
    terms, pure = list(mains), []
    for (first, second), table in zip(pairs, together, strict=True):
        by_first, by_second = table @ shares[second], shares[first] @ table
        mean = float(shares[first] @ by_first)
        terms[first] = terms[first] + by_first - mean
        terms[second] = terms[second] + by_second - mean
        intercept += mean
        left = table - by_first[:, None] - by_second[None, :] + mean
        seen = np.outer(_known(design, first), _known(design, second))
        pure.append(PairTerm(first, second, np.where(seen, left, 0.0)))
    for feature, (term, share) in enumerate(zip(terms, shares, strict=True)):
        mean = float(share @ term)
        terms[feature] = np.where(_known(design, feature), term - mean, 0.0)
        intercept += mean
    tables = zip(design.bins, terms, strict=True)
    return Additive(intercept, tuple(Term(bins, term) for bins, term in tables), tuple(pure))


def _known(design: Design, feature: int) -> npt.NDArray[np.bool_]:
    """Bins of which something is known: by loans in them, or as a range between others."""
    known = design.weights[feature] > 0
    if design.bins[feature].source.kind == "number":
        known[: design.bins[feature].main] = True
    return known
