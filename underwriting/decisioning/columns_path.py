"""The column path: many applications scored, priced and judged as columns, documents row by row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ml.columns import Column
from ml.model import Score, ScoreColumns
from underwriting.decisioning import documents
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.down_payments import FINANCED
from underwriting.decisioning.evaluation import EvaluatedColumns, Evaluator
from underwriting.decisioning.exploration import Explorer
from underwriting.decisioning.prices import Prices, Terms
from underwriting.decisioning.settlement import Case, Settled, Settler
from underwriting.decisioning.solver import Candidate, Solver
from underwriting.policy.verdict import SetResult, set_result, verdict_of


class ColumnPath:
    """One plan's column path."""

    def __init__(
        self,
        evaluator: Evaluator,
        settler: Settler,
        solver: Solver | None,
        prices: Prices,
        pins: Mapping[str, str],
        explorer: Explorer | None,
    ) -> None:
        self._evaluator = evaluator
        self._settler = settler
        self._solver = solver
        self._prices = prices
        self._pins = pins
        self._explorer = explorer

    def decide(self, given: Applications) -> list[bytes]:
        """Canonical bytes of every application's decision document, in order."""
        return [documents.to_bytes(document) for document in self.documents(given)]

    def documents(self, given: Applications) -> list[dict[str, Any]]:
        """Every application's decision document, in order."""
        if not given.rows:
            return []
        found = self._evaluator.columns(given)
        cases = self._cases(given, found)
        candidates = self._candidates(given, cases)
        points = found.points.tolist()
        starts, counts = given.starts.tolist(), given.counts.tolist()
        return [
            self._document(
                case,
                self._settled(given, index, case, candidates.get(index)),
                given.roles[starts[index] : starts[index] + counts[index]],
                points[index] if case.pd_ppm is not None else None,
            )
            for index, case in enumerate(cases)
        ]

    def _settled(
        self, given: Applications, index: int, case: Case, candidate: Candidate | None
    ) -> Settled:
        settled = self._settler.settle(case, candidate)
        if self._explorer is None or settled.outcome != "decline":
            return settled
        return self._explorer.settled(settled, given.facts(index), case.asked, case.pd_ppm)

    def _document(
        self, case: Case, settled: Settled, roles: Sequence[str], points: int | None
    ) -> dict[str, Any]:
        return documents.document(
            settled,
            roles=roles,
            scores=case.scores,
            points=points,
            pd_ppm=case.pd_ppm,
            band=self._prices.band(case.pd_ppm),
            trace=case.verdict.trace,
            pins=self._pins,
        )

    def _candidates(self, given: Applications, cases: Sequence[Case]) -> dict[int, Candidate]:
        """The counter-offers of all applications that may have one, searched together."""
        wanted = [index for index, case in enumerate(cases) if self._settler.rescuable(case)]
        if self._solver is None or not wanted:
            return {}
        asked = [terms for index in wanted if (terms := cases[index].asked) is not None]
        found = self._solver.solve(given.take(np.array(wanted, np.int64)), asked)
        pairs = zip(wanted, found, strict=True)
        return {index: candidate for index, candidate in pairs if candidate is not None}

    def _cases(self, given: Applications, found: EvaluatedColumns) -> list[Case]:
        starts, counts = given.starts.tolist(), given.counts.tolist()
        scores = _scores(found.scores)
        liable, pds = given.liable.tolist(), found.pd_ppm.tolist()
        scored, asked, rates = (
            found.scored.tolist(),
            self._asked(given),
            _whole(found.rate, given.rows),
        )
        cases = []
        for index, results in enumerate(self._results(found, starts, counts)):
            parties = slice(starts[index], starts[index] + counts[index])
            known = scored[index]
            cases.append(
                Case(
                    verdict_of(results),
                    given.unknown.get(index, ()),
                    liable[parties],
                    scores[parties] if known else (),
                    pds[index] if known else None,
                    asked[index],
                    rates[index],
                )
            )
        return cases

    def _results(
        self, found: EvaluatedColumns, starts: Sequence[int], counts: Sequence[int]
    ) -> Iterator[list[SetResult]]:
        """The results of every set per application, in the order the row path gives them."""
        sets = [
            (node, node.scope == "party", [tuple(codes) for codes in matrix.tolist()])
            for node, matrix in zip(self._evaluator.program.sets, found.codes, strict=True)
        ]
        for index, (start, count) in enumerate(zip(starts, counts, strict=True)):
            results: list[SetResult] = []
            for node, by_party, codes in sets:
                if by_party:
                    members = enumerate(codes[start : start + count])
                    results += [set_result(node, party, code) for party, code in members]
                else:
                    results.append(set_result(node, None, codes[index]))
            yield results

    def _asked(self, given: Applications) -> list[Terms | None]:
        product = self._prices.product
        columns = given.batch.applications.columns
        amounts = _whole(columns.get(product.amount.field), given.rows)
        paid = self._paid_down(given)
        if product.term is None:
            return [
                None if amount is None else Terms(amount, None, down)
                for amount, down in zip(amounts, paid, strict=True)
            ]
        terms = _whole(columns.get(product.term.field), given.rows)
        return [
            None if amount is None or term is None else Terms(amount, term, down)
            for amount, term, down in zip(amounts, terms, paid, strict=True)
        ]

    def _paid_down(self, given: Applications) -> list[int | None]:
        rules = self._prices.down_payments
        if rules is None:
            return [None] * given.rows
        frame = given.batch.applications
        found = rules.columns(frame)[FINANCED]
        return _whole(Column(frame.columns[rules.field].values, found.null), given.rows)


def _whole(column: Column | None, rows: int) -> list[int | None]:
    if column is None:
        return [None] * rows
    pairs = zip(column.values.tolist(), column.null.tolist(), strict=True)
    return [None if null else value for value, null in pairs]


def _scores(scores: ScoreColumns | None) -> list[Score]:
    """Every party's score as the row path has it."""
    if scores is None:
        return []
    features = scores.features
    rows = zip(
        scores.points.tolist(), scores.pd_ppm.tolist(), scores.contributions.tolist(), strict=True
    )
    return [
        Score(points, pd_ppm, tuple(zip(features, lost, strict=True)))
        for points, pd_ppm, lost in rows
    ]
