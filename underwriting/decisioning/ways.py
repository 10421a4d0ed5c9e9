"""The ways in which rules answer applications, each read once in a plan's life.

A million applications are answered in some thousand ways. What one means (the verdict, whether
another amount may help, the reasons) follows from the rules' answers and from what could not be
read, so it is kept by exactly those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.reasons import Reason
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.decided import Reasons, Rule
from underwriting.decisioning.inputs import Unknown
from underwriting.decisioning.patterns import patterns_of
from underwriting.decisioning.prices import Terms
from underwriting.decisioning.reasons import Cited, decision_reasons
from underwriting.decisioning.settlement import Case, Settler
from underwriting.policy.columns import Codes
from underwriting.policy.document import Outcome
from underwriting.policy.tree import Program
from underwriting.policy.verdict import Verdict, set_result, stricter, verdict_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Key = tuple[bytes, bytes, tuple[Unknown, ...], bool]
MOST_KEPT = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """`asked` is what the rules say, `by_score` what of the score decided, `rule` the rule set and
    row that weighed most, `without_score` what the rules say that the score does not enter."""

    case: Case
    asked: Outcome
    rescuable: bool
    by_score: tuple[frozenset[str], ...]
    rule: Rule | None
    without_score: Outcome
    told: dict[tuple[Reason, ...], Reasons] = field(default_factory=dict)


class Ways:
    """One plan's; `searches`: whether it looks for counter-offers."""

    def __init__(
        self, program: Program, settler: Settler, most_reasons: int, *, searches: bool
    ) -> None:
        self._program = program
        self._settler = settler
        self._most = most_reasons
        self._searches = searches
        self._kept: dict[Key, Way] = {}

    def of(
        self, given: Applications, codes: Sequence[Codes], known: Mask
    ) -> tuple[list[Way], Ints]:
        """The ways that occur among n applications, and each one's; `known`: what is asked for."""
        starts, counts = given.starts, given.counts
        unknown = np.zeros(given.rows, np.int64)
        kinds: dict[Any, int] = {}
        for row, facts in given.unknown.items():
            unknown[row] = kinds.setdefault(facts, len(kinds) + 1)
        answers = self._answers(codes, starts, counts)
        columns = [unknown, known.astype(np.int64), *answers]
        patterns = patterns_of(columns, given.rows)
        first = patterns.first
        own = self._stacked(codes, "application")[first] if given.rows else ()
        people = self._stacked(codes, "party")
        ends = (starts + counts)[first].tolist()
        places = zip(first.tolist(), starts[first].tolist(), ends, strict=True)
        ways = []
        for at, (row, begin, end) in enumerate(places):
            facts = given.unknown.get(row, ())
            key = (own[at].tobytes(), people[begin:end].tobytes(), facts, bool(known[row]))
            way = self._kept.get(key)
            if way is None:
                way = self._way(codes, row, slice(begin, end), facts, asks=key[3])
                self._keep(key, way)
            ways.append(way)
        return ways, patterns.of

    def told(self, way: Way, by_model: tuple[Reason, ...]) -> Reasons:
        """The list of reasons that a way and the model's reasons make."""
        found = way.told.get(by_model)
        if found is None:
            found = way.told[by_model] = self._listed(way, by_model)
        return found

    def _listed(self, way: Way, by_model: tuple[Reason, ...]) -> Reasons:
        if way.asked == "approve":
            return ()
        fired, unknown = way.case.verdict.fired, way.case.unknown
        listed = decision_reasons(way.asked, fired, unknown, lambda _: by_model, self._most)
        return tuple(Cited(**each) for each in listed)

    def _keep(self, key: Key, way: Way) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = way

    def _stacked(self, codes: Sequence[Codes], scope: str) -> Codes:
        """The answers of all sets of a scope beside one another."""
        pairs = zip(self._program.sets, codes, strict=True)
        own = [each for node, each in pairs if node.scope == scope]
        return np.hstack(own) if own else np.zeros((len(codes[0]), 0), np.int16)

    def _answers(
        self, codes: Sequence[Codes], starts: Ints, counts: Ints
    ) -> Iterator[npt.NDArray[Any]]:
        """Every rule's answer by application; a party's rules as one pattern a position."""
        by_party: list[npt.NDArray[Any]] = []
        for node, each in zip(self._program.sets, codes, strict=True):
            if node.scope == "party":
                by_party += list(each.T)
            else:
                yield from each.T
        if not by_party:
            yield counts
            return
        answers = patterns_of(by_party, len(by_party[0])).of
        for position in range(int(counts.max(initial=0))):
            there = counts > position
            yield np.where(there, answers[np.where(there, starts + position, 0)] + 1, 0)

    def _way(
        self,
        codes: Sequence[Codes],
        row: int,
        members: slice,
        unknown: tuple[Unknown, ...],
        *,
        asks: bool,
    ) -> Way:
        verdict = self._verdict(codes, row, members)
        case = Case(verdict, unknown, (), (), None, Terms(0, None) if asks else None)
        asked = stricter([verdict.outcome, "refer"]) if unknown else verdict.outcome
        decisive = [fired for fired in verdict.fired if fired.outcome == asked]
        heaviest = max(decisive, key=lambda fired: fired.severity, default=None)
        own: list[Outcome] = [f.outcome for f in verdict.fired if not f.reads_model]
        return Way(
            case,
            asked,
            self._searches and self._settler.rescuable(case),
            () if unknown else tuple(f.of_score for f in decisive if f.reads_model),
            None if heaviest is None else (heaviest.rule_set, heaviest.row),
            stricter([*own, "refer"] if unknown else own),
        )

    def _verdict(self, codes: Sequence[Codes], row: int, members: slice) -> Verdict:
        """Of one application, by its rules' answers."""
        results = []
        for node, each in zip(self._program.sets, codes, strict=True):
            if node.scope == "party":
                people = enumerate(each[members].tolist())
                results += [set_result(node, at, tuple(answers)) for at, answers in people]
            else:
                results.append(set_result(node, None, tuple(each[row].tolist())))
        return verdict_of(results)
