"""What a policy's own test cases reach: which rules no case ever hits, and what none expects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from underwriting.policy.document import Outcome, Policy

RowName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowCoverage:
    """One rule, the cases in which it hits and those in which it answers no.

    A rule is proven when some case makes it hit and another does not: then its conditions count.
    """

    rule_set: str
    row: str
    hit_by: tuple[str, ...]
    missed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every rule; the outcomes no case comes to; the bands no case is priced in."""

    rows: tuple[RowCoverage, ...]
    outcomes: tuple[str, ...]
    bands: tuple[str, ...]
    inputs: tuple[str, ...]

    @property
    def unhit(self) -> list[RowCoverage]:
        """Rules that no case hits."""
        return [row for row in self.rows if not row.hit_by]

    @property
    def share(self) -> tuple[int, int]:
        """How many rules some case hits, of how many."""
        return len(self.rows) - len(self.unhit), len(self.rows)


def coverage(policy: Policy, decided: Mapping[str, Mapping[str, Any]]) -> Coverage:
    """What the cases reach; `decided` are the decision documents by the case's name.

    `inputs` are what rules ask that no case's hit ever depended on: every rule that reads such an
    input is never hit.
    """
    answers = {name: list(_answers(document)) for name, document in decided.items()}
    rows = tuple(
        RowCoverage(each.name, row.id, *_cases((each.name, row.id), answers))
        for each in policy.rule_sets
        for row in each.rows
    )
    seen = {document["outcome"] for document in decided.values()}
    priced = {document["band"] for document in decided.values()}
    return Coverage(
        rows=rows,
        outcomes=tuple(each for each in get_args(Outcome) if each not in seen),
        bands=tuple(band.name for band in policy.bands if band.name not in priced),
        inputs=_untested(policy, rows),
    )


def _answers(document: Mapping[str, Any]) -> Iterable[tuple[RowName, str]]:
    for found in document["trace"]:
        for row in found["rows"]:
            yield (found["set"], row["row"]), row["result"]


def _cases(
    name: RowName, answers: Mapping[str, Sequence[tuple[RowName, str]]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cases in which the rule hits, for any party; and those in which it answers no for all."""
    hit, missed = [], []
    for case, given in answers.items():
        results = {result for row, result in given if row == name}
        if "hit" in results:
            hit.append(case)
        elif results == {"miss"}:
            missed.append(case)
    return tuple(hit), tuple(missed)


def _untested(policy: Policy, rows: Sequence[RowCoverage]) -> tuple[str, ...]:
    hit = {(row.rule_set, row.row) for row in rows if row.hit_by}
    read = {
        name: [(each.name, row.id) for each in policy.rule_sets for row in each.rows
               if name in row.when]
        for each in policy.rule_sets for row in each.rows for name in row.when
    }  # fmt: skip
    return tuple(name for name, names in sorted(read.items()) if hit.isdisjoint(names))
