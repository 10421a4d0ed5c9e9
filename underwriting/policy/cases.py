"""A policy's own test cases, run through the whole plan with the score that each case assumes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.guard import DoubtColumns, Doubts
from ml.model import Ints, Score, ScoreColumns
from ml.values import Value
from underwriting.decisioning.inputs import InputsRefused, inputs_document
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import Plan
from underwriting.decisioning.product import Product
from underwriting.policy.document import FixedScore, Policy, TestCase
from underwriting.regulation import Pack

CONTEXT: Mapping[str, Any] = {
    "as_of": "2026-01-02",
    "exposure": "0.00",
    "open_offers": "0.00",
    "in_flight": 0,
}
UNSTATED = FixedScore(points=600, pd_ppm=0)
NOT_PINNED = Hashes(*["sha256:" + "0" * 64] * 6)


class CaseResult(NamedTuple):
    """What a test case expected and what it found, as comparable documents."""

    name: str
    passed: bool
    expected: dict[str, Any]
    found: dict[str, Any]


def run_test_cases(
    policy: Policy, dictionary: Dictionary, product: Product | bytes, pack: Pack
) -> list[CaseResult]:
    """Every case's result. `reasons` compares the policy's reasons; the model's are its own."""
    given = Product.parse(product) if isinstance(product, bytes) else product
    return [_result(case, policy, dictionary, given, pack) for case in policy.tests]


class AssumedGuard:
    """The doubts a test case assumes, about every party alike."""

    def __init__(self, score: FixedScore) -> None:
        self._doubts = Doubts(score.uncertain, score.outside_domain)

    def row(self, values: Mapping[str, Value], points: int) -> Doubts:
        return self._doubts

    def odd_fields(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        return ()

    def columns(self, frame: Frame, points: Ints) -> DoubtColumns:
        uncertain, outside = self._doubts.uncertain, self._doubts.outside_domain
        return DoubtColumns(np.full(frame.rows, uncertain), np.full(frame.rows, outside))


class AssumedModel:
    """A model that gives every party the same score and blames one feature for it."""

    family = "assumed"
    content_hash = ""

    def __init__(self, dictionary: Dictionary, score: FixedScore) -> None:
        usable = (entry.name for entry in dictionary.usable("model") if entry.reason)
        self.dictionary_hash = dictionary.content_hash
        self.features = tuple(list(usable)[:1])
        contributions = tuple((name, -1) for name in self.features)
        self._score = Score(score.points, score.pd_ppm, contributions)
        self.guard = AssumedGuard(score)

    def score_row(self, values: Mapping[str, Value]) -> Score:
        return self._score

    def score_columns(self, frame: Frame) -> ScoreColumns:
        points = self.points_columns(frame)
        lost = np.full((frame.rows, len(self.features)), -1, np.int64)
        return ScoreColumns(points, self.pd_at_columns(points), lost, self.features)

    def points_columns(self, frame: Frame) -> Ints:
        return np.full(frame.rows, self._score.points, np.int64)

    def pd_at(self, points: int) -> int:
        return self._score.pd_ppm

    def pd_at_columns(self, points: Ints) -> Ints:
        return np.full(len(points), self._score.pd_ppm, np.int64)

    def to_bytes(self) -> bytes:
        return b""

    def describe(self) -> dict[str, object]:
        return {"family": self.family}


def case_document(
    case: TestCase, policy: Policy, dictionary: Dictionary, product: Product, pack: Pack
) -> dict[str, Any]:
    """The whole decision of a case, trace included. Raises InputsRefused as `Plan.decide` does."""
    model = AssumedModel(dictionary, case.score or UNSTATED)
    plan = Plan(NOT_PINNED, dictionary, product, model, policy, pack)
    return plan.decide(_inputs(case))


def _result(
    case: TestCase, policy: Policy, dictionary: Dictionary, product: Product, pack: Pack
) -> CaseResult:
    expected = case.expect.model_dump(mode="json", exclude_none=True)
    try:
        document = case_document(case, policy, dictionary, product, pack)
    except InputsRefused as refused:
        return CaseResult(
            case.name, passed=False, expected=expected, found={"refused": str(refused)}
        )
    own = [r["code"] for r in document["reasons"] if r["source"] == "policy"]
    said = {"outcome": document["outcome"], "reasons": own, "band": document["band"]}
    found = {name: said[name] for name in expected}
    return CaseResult(case.name, found == expected, expected, found)


def _inputs(case: TestCase) -> dict[str, Any]:
    roles = ("borrower", *["co_borrower"] * (len(case.parties) - 1))
    context = {**CONTEXT, **{str(name): value for name, value in case.context.items()}}
    return inputs_document(
        request=case.request,
        parties=[
            {"role": role, "liability": "full", "facts": facts}
            for role, facts in zip(roles, case.parties, strict=True)
        ],
        **context,
    )
