"""Approving by lot a few who are declined for their score alone, with the chance on record.

Whoever would be approved if the model had said the best it may (the price of the last band, no
cut-off) takes part; nobody else does, so no rule but the score's is softened. The lot is part of
the pinned inputs. Without such approvals a later model could never be judged where this one says
no (Swaminathan, Joachims, *Counterfactual Risk Minimization*, 2015).
"""

from dataclasses import replace
from typing import Any

from underwriting.decisioning.evaluation import Evaluator
from underwriting.decisioning.inputs import Facts
from underwriting.decisioning.prices import Prices, Terms
from underwriting.decisioning.settlement import Settled
from underwriting.policy.closure import compile_rows
from underwriting.policy.document import Exploration
from underwriting.policy.tree import Program, program_of
from underwriting.policy.verdict import verdict_of

EXPLORATION = "exploration"
LOT = "context.draw_ppm"


class Explorer:
    """One plan's exploration; row by row in both paths, for few draw a lot that counts."""

    def __init__(self, exploration: Exploration, evaluator: Evaluator, prices: Prices) -> None:
        self.share_ppm = exploration.share_ppm
        self._most = prices.product.minor(exploration.max_amount)
        self._evaluator = evaluator
        self._prices = prices
        self._worst = max(band.max_pd_ppm for band in prices.bands)
        self._rules = compile_rows(_without_the_score(evaluator.program))

    def settled(
        self, settled: Settled, facts: Facts, asked: Terms | None, pd_ppm: int | None
    ) -> Settled:
        """The lot's say on a decline; everything else stays as it was settled."""
        lot = facts.context.get(LOT)
        if settled.outcome != "decline" or not isinstance(lot, int):
            return settled
        if asked is None or pd_ppm is None or asked.amount > self._most:
            return settled
        priced = min(pd_ppm, self._worst)
        found = self._evaluator.row_at(facts, priced, self._rules)
        if verdict_of(found.results).outcome != "approve":
            return settled
        if lot >= self.share_ppm:
            return settled._replace(step=self._step("continue"))
        offer = self._prices.offer(asked, priced, found.rate_ppm, "approval")
        return Settled("approve", [], offer, self._step("approve"))

    def _step(self, outcome: str) -> dict[str, Any]:
        result = "hit" if outcome == "approve" else "miss"
        return {
            "set": EXPLORATION,
            "party": None,
            "outcome": outcome,
            "instead_of": "decline",
            "propensity_ppm": self.share_ppm,
            "rows": [{"row": EXPLORATION, "result": result}],
        }


def _without_the_score(program: Program) -> Program:
    """The rules that do not read what the model said."""
    kept = []
    for node in program.sets:
        rows = tuple(
            row for row in node.rows if not any(name.startswith("model.") for name in row.reads)
        )
        if rows:
            kept.append(replace(node, rows=rows))
    return program_of(kept)
