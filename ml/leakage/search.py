"""The search itself: what is known too late, alone, far above the rest, in pairs, by derivation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.leakage.clock import moving
from ml.leakage.dependence import dependence
from ml.leakage.finding import Finding, Leakage
from ml.leakage.pairs import Pair, standing_out
from ml.metrics import Interval
from ml.separation import Bools, Separation, alone, together

SURE = 0.95
"""No single fact known at application comes near: over the public credit data sets the best single
field reaches 0.75, a bureau's score 0.80 to 0.85, and a whole good application scorecard 0.80."""
STRONG, GAP = 0.80, 0.05
"""From here on a field is compared with everything else together. An honest field is one of many
that carry the same risk; one whose interval begins 0.05 above the end of all the others' knows
something that they cannot."""
SUSPECT = 0.90
"""Two fields as strong as this may be one secret twice: each is compared without the other."""
FOLLOWS = 0.90
"""Share of a field's ranks that a leaking one explains."""
CARRIES = 0.5
"""It must also separate at least half as well: a loan's amount explains what is left of it, yet
gives nothing away."""
MOST_ROWS = 20_000
STRONGEST = 10


@dataclass(slots=True)
class _Search:
    """One search under way: the fields that are left, and what was found."""

    columns: Mapping[str, Column]
    bad: Bools
    seed: int
    singles: dict[str, Separation]
    findings: list[Finding] = field(default_factory=list)

    @property
    def leaking(self) -> set[str]:
        return {finding.fields[0] for finding in self.findings}

    @property
    def left(self) -> dict[str, Column]:
        return {name: each for name, each in self.columns.items() if name not in self.leaking}

    def rest(self, without: Collection[str] = ()) -> Interval | None:
        kept = {name: each for name, each in self.left.items() if name not in without}
        return together(kept, self.bad, seed=self.seed)


def search(
    frame: Frame,
    target: npt.ArrayLike,
    *,
    known_late: Collection[str] = (),
    derived: Mapping[str, Collection[str]] | None = None,
    days: npt.NDArray[np.int64] | None = None,
    digits: Mapping[str, int] | None = None,
    seed: int = 0,
) -> Leakage:
    """Search n loans (target 1 = bad) for fields that know the outcome.

    `known_late` names the columns known only after the decision, `derived` for each derived column
    those its expression reads; `days` are the loans' dates since 1970, shape (n,); `digits` the
    decimals of scaled numbers, without which a difference of two scales means nothing. Beyond
    20,000 rows a sample of at most half bads speaks for all. ValueError unless the target has
    both.
    """
    bad = np.asarray(target).astype(bool)
    if not bad.any() or bad.all():
        raise ValueError("the target needs goods and bads")
    rows = _sample(bad, seed)
    columns = {
        name: column
        for name, each in frame.columns.items()
        if not _constant(column := each.take(rows))
    }
    singles = {name: alone(each, bad[rows], seed=seed) for name, each in columns.items()}
    work = _Search(columns, bad[rows], seed, singles)
    _known_late(work, known_late)
    _alone(work)
    _far_above(work)
    _clocks(work, None if days is None else days[rows])
    tried = _pairs(work, digits or {})
    _followers(work, derived or {})
    return Leakage(
        findings=tuple(work.findings),
        rest=work.rest(),
        strongest=_strongest(singles),
        rows=bad.size,
        bads=int(bad.sum()),
        pairs=tried,
    )


def _sample(bad: Bools, seed: int) -> npt.NDArray[np.int64]:
    if bad.size <= MOST_ROWS:
        return np.arange(bad.size)
    generator = np.random.default_rng(seed)
    bads = generator.permutation(np.flatnonzero(bad))[: MOST_ROWS // 2]
    goods = generator.permutation(np.flatnonzero(~bad))[: MOST_ROWS - bads.size]
    return np.sort(np.concatenate([bads, goods]))


def _constant(column: Column) -> bool:
    """Nothing to tell apart: one value, or never one."""
    if column.null.all():
        return True
    known = column.values[~column.null]
    return not column.null.any() and bool((known == known[0]).all())


def _known_late(work: _Search, names: Collection[str]) -> None:
    for name in sorted(set(names) & set(work.columns)):
        evidence = {"auc": work.singles[name].auc, "by": work.singles[name].by}
        work.findings.append(Finding("known_after_decision", (name,), evidence))


def _alone(work: _Search) -> None:
    for name in work.left:
        found = work.singles[name]
        if found.auc.value >= SURE:
            evidence = {"auc": found.auc, "by": found.by, "threshold": SURE}
            work.findings.append(Finding("separates_alone", (name,), evidence))


def _far_above(work: _Search) -> None:
    """One at a time, the strongest first: the next is compared without those found before."""
    strength = {name: work.singles[name].auc.value for name in work.left}
    suspect = {name for name, value in strength.items() if value >= SUSPECT}
    for name in sorted(strength, key=lambda name: -strength[name]):
        found = work.singles[name].auc
        if found.value < STRONG:
            return
        rest = work.rest(without=suspect if name in suspect else [name])
        if rest is None or found.low - rest.high > GAP:
            evidence = {"auc": found, "by": work.singles[name].by, "rest": rest, "gap": GAP}
            work.findings.append(Finding("far_above_the_rest", (name,), evidence))


def _clocks(work: _Search, days: npt.NDArray[np.int64] | None) -> None:
    work.findings.extend(moving(work.left, work.bad, days, work.seed))


def _pairs(work: _Search, digits: Mapping[str, int]) -> int:
    found, tried = standing_out(work.left, work.bad, STRONG, digits=digits, seed=work.seed)
    if not found:
        return tried
    rest = work.rest()
    for pair in found:
        if {pair.first, pair.second} & work.leaking:
            continue
        if pair.auc.value >= SURE or _beyond(work, pair, rest):
            work.findings.append(_pair_finding(work, pair, rest))
    return tried


def _beyond(work: _Search, pair: Pair, rest: Interval | None) -> bool:
    known = [work.singles[pair.first].auc.high, work.singles[pair.second].auc.high]
    known += [rest.high] if rest else []
    return pair.auc.low - max(known) > GAP


def _pair_finding(work: _Search, pair: Pair, rest: Interval | None) -> Finding:
    """The field that separates better alone comes first: that one is left out."""
    fields = sorted((pair.first, pair.second), key=lambda name: -work.singles[name].auc.value)
    evidence = {
        "auc": pair.auc,
        "operation": pair.operation,
        "of": [pair.first, pair.second],
        "alone": [work.singles[pair.first].auc.value, work.singles[pair.second].auc.value],
        "rest": rest,
    }
    return Finding("pair_separates", tuple(fields), evidence)


def _followers(work: _Search, derived: Mapping[str, Collection[str]]) -> None:
    """What is computed from a leaking field, by its expression or by the look of it."""
    sources = sorted(work.leaking)
    for name, column in list(work.left.items()):
        by_expression = sorted(set(derived.get(name, ())) & set(sources))
        if by_expression:
            evidence: dict[str, object] = {"from": by_expression, "by": "expression"}
        elif found := _followed(work, name, column, sources):
            evidence = {"from": [found[0]], "by": "values", "dependence": found[1]}
        else:
            continue
        evidence["auc"] = work.singles[name].auc
        work.findings.append(Finding("derived_from_leaking", (name,), evidence))


def _followed(
    work: _Search, name: str, column: Column, sources: Sequence[str]
) -> tuple[str, float] | None:
    own = work.singles[name].auc.value - 0.5
    for source in sources:
        known = work.singles[source].auc.value
        if known < STRONG or own < CARRIES * (known - 0.5):
            continue
        share = dependence(column, work.columns[source])
        if share >= FOLLOWS:
            return source, share
    return None


def _strongest(singles: Mapping[str, Separation]) -> dict[str, Interval]:
    ranked = sorted(singles, key=lambda name: -singles[name].auc.value)[:STRONGEST]
    return {name: singles[name].auc for name in ranked}
