"""Knock-outs that cost nothing: declined on what the applicant said, before anybody else is asked.

The free rules are those that read neither a bureau's facts, nor a check, nor what follows from the
score. Where one of them declines, and no other amount or term could change that, the decision rests
on them alone: its document has no score, and reasons and trace from the free rules. Inputs that say
`"stage": "eligibility"` are decided in this way, so that replay does it again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ml.dictionary import Dictionary
from ml.dictionary.derivations import derivations
from underwriting.decisioning.evaluation import Evaluator
from underwriting.decisioning.inputs import ELIGIBILITY, Facts
from underwriting.decisioning.prices import Prices, Terms
from underwriting.decisioning.rules import hard_rows
from underwriting.decisioning.settlement import Case, Settled, Settler
from underwriting.policy.closure import compile_rows
from underwriting.policy.tree import Program, program_of
from underwriting.policy.verdict import verdict_of

STAGE = "stage"
BUREAU = "bureau"
FREE_KINDS = frozenset({"context", "list", "velocity"})
FREE_NAMES = frozenset({"limit.customer"})


class KnockedOut(NamedTuple):
    """A decline that needs nothing more: outcome and reasons, and the free rules' trace."""

    settled: Settled
    trace: list[dict[str, Any]]


class Eligibility:
    """One plan's free rules."""

    def __init__(
        self, dictionary: Dictionary, evaluator: Evaluator, settler: Settler, prices: Prices
    ) -> None:
        self._bureau = frozenset(bureau_names(dictionary))
        self._evaluator = evaluator
        self._settler = settler
        self._any_pd = max(band.max_pd_ppm for band in prices.bands)
        self._rules = compile_rows(free_program(evaluator.program, self._bureau))

    def knocked_out(self, facts: Facts, asked: Terms | None) -> KnockedOut | None:
        """None where nothing free declines, or another amount or term might be approved."""
        found = self._evaluator.row_at(facts, self._any_pd, self._rules)
        verdict = verdict_of(found.results)
        unknown = tuple(each for each in facts.unknown if each.field not in self._bureau)
        case = Case(verdict, unknown, facts.liable, (), None, asked)
        if verdict.outcome != "decline" or self._settler.rescuable(case):
            return None
        settled = self._settler.settle(case, None)
        return KnockedOut(settled, verdict.trace) if settled.outcome == "decline" else None


def free_program(program: Program, bureau: frozenset[str]) -> Program:
    """The rules that cost nothing to ask; under FIRST as far as those before them cost nothing."""
    kept = []
    free = hard_rows(program, bureau | frozenset(_dear(program)))
    for node in program.sets:
        rows = tuple(row for row in node.rows if (node.name, row.id) in free)
        if rows:
            kept.append(replace(node, rows=rows))
    return program_of(kept)


def bureau_names(dictionary: Dictionary) -> Iterator[str]:
    """Fields known from a bureau, and what is computed from them."""
    found = {field.name for field in dictionary.fields if field.known == BUREAU}
    yield from found
    for derivation in derivations(dictionary.fields, dictionary.derived, dictionary.groups):
        if not found.isdisjoint(name for _, name in derivation.tree.reads()):
            found.add(derivation.derived.name)
            yield derivation.derived.name


def at_eligibility(inputs: Mapping[str, Any]) -> bool:
    """Whether these inputs were decided before anybody was asked."""
    return inputs.get(STAGE) == ELIGIBILITY


def _dear(program: Program) -> Iterator[str]:
    """Inputs with a dot that stand for a check, the score or what follows from it."""
    for node in program.sets:
        for row in node.rows:
            for name in row.reads - FREE_NAMES:
                if "." in name and name.partition(".")[0] not in FREE_KINDS:
                    yield name
