"""One model's evidence: whole, plain JSON, and figures that the loans themselves confirm."""

import json
from typing import Any

import numpy as np
import pytest

from ml import metrics
from ml.columns import Column
from ml.drift.baseline import Baseline
from ml.economics import Economics
from ml.evidence import evidence_of
from ml.evidence.subject import subject_of
from ml.expert import compile_expert
from ml.guard import Guarded, guard_of
from ml.model_inputs import model_inputs
from ml.training import Trained, train
from ml.training.judged import Judged
from tests.ml.loans import invented_loans
from tests.ml.test_guard import EXPERT

ECONOMICS = Economics.parse(
    {
        "amount": 5_000_00,
        "amount_field": "amount",
        "term_field": "term_months",
        "interest_ppm": 150_000,
        "funding_ppm": 30_000,
        "cost_per_case": 10_00,
        "fairness_floor_ppm": 700_000,
        "approval_floor_ppm": 200_000,
    }
)
KINDS = {
    "calibration", "conformal", "domain", "profit", "fairness", "reject_inference", "reasons",
    "stability", "baseline",
}  # fmt: skip


def made(rows: int = 1_400) -> tuple[Trained, Judged]:
    loans = invented_loans(rows, 21)
    half = rows // 2
    learnt, held = loans.frame.take(np.arange(half)), loans.frame.take(np.arange(half, rows))
    bad, names = loans.target[:half], loans.features
    found = train("woe", learnt, bad, loans.dictionary, names, seed=1)
    assert found.model is not None
    guard = guard_of(learnt, model_inputs(loans.dictionary, names), found.fold_points, bad)
    model = found.model if isinstance(found.model, Guarded) else Guarded(found.model, guard)
    chance = np.random.default_rng(5)
    sex = Column(chance.integers(0, 2, rows - half).astype(np.int32),
                 np.zeros(rows - half, bool), ("f", "m"))  # fmt: skip
    judged = Judged(
        learnt, bad, held, loans.target[half:], loans.dictionary,
        held_days=np.sort(chance.integers(18_000, 18_700, rows - half)),
        held_protected={"sex": sex},
        held_segments={"housing": held.columns["housing"]},
        declined=invented_loans(200, 77).frame,
    )  # fmt: skip
    points = model.points_columns(held)
    trained = Trained(
        model, found.fold_points, found.fold_pd_ppm, found.metrics, found.log,
        holdout_points=points, holdout_pd_ppm=model.pd_at_columns(points),
    )  # fmt: skip
    return trained, judged


@pytest.fixture(scope="module")
def pair() -> tuple[Trained, Judged]:
    return made()


@pytest.fixture(scope="module")
def documents(pair: tuple[Trained, Judged]) -> dict[str, Any]:
    return evidence_of(*pair, ECONOMICS)


def test_it_is_whole_and_plain_json(documents: dict[str, Any]) -> None:
    assert set(documents) == KINDS
    assert json.loads(json.dumps(documents, allow_nan=False)) == documents
    assert all(document["schema"].startswith("assay.") for document in documents.values())


def test_it_names_no_fact_of_anybody(documents: dict[str, Any]) -> None:
    profile = documents["profit"]["profiles"][0]
    assert set(profile) == {
        "number", "points", "pd_ppm", "approved", "bad", "amount", "expected", "earned", "missed",
        "reasons",
    }  # fmt: skip


def test_calibration_and_ranking_agree_with_the_loans(
    pair: tuple[Trained, Judged], documents: dict[str, Any]
) -> None:
    trained, judged = pair
    found = documents["calibration"]
    assert trained.holdout_points is not None
    assert found["auc"]["value"] == pytest.approx(
        metrics.auc(judged.held_bad, -trained.holdout_points)
    )
    assert sum(each["n"] for each in found["reliability"]) == judged.held.rows
    shares = np.array(found["roc"])
    area = float(np.trapezoid(shares[:, 1], shares[:, 0]))
    assert area == pytest.approx(found["auc"]["value"], abs=0.01)
    distribution = found["distribution"]
    assert sum(distribution["goods"]) + sum(distribution["bads"]) == judged.held.rows
    assert found["gain"][-1]["found"] == 1.0
    assert found["slope"] == pytest.approx(1, abs=0.5)


def test_the_profit_is_that_of_the_loans_approved(
    pair: tuple[Trained, Judged], documents: dict[str, Any]
) -> None:
    trained, judged = pair
    found = documents["profit"]
    worth = ECONOMICS.worth(judged.held_bad, judged.held)
    assert trained.holdout_points is not None
    approved = trained.holdout_points >= found["cut_off"]
    by_name = {each["name"]: each for each in found["simulation"]}
    costs = ECONOMICS.cost_per_case * judged.held.rows
    assert by_name["model"]["profit"] == pytest.approx(worth[approved].sum() - costs)
    assert by_name["approve_all"]["profit"] == pytest.approx(worth.sum() - costs)
    assert by_name["refuse_all"]["profit"] == -costs
    assert by_name["model"]["profit"] > by_name["approve_all"]["profit"]
    assert sum(month["n"] for month in found["months"]) == judged.held.rows
    assert len(found["profiles"]) == 500


def test_todays_model_is_simulated_beside_the_new_one(pair: tuple[Trained, Judged]) -> None:
    trained, judged = pair
    model = compile_expert(EXPERT, judged.dictionary)
    found = evidence_of(trained, judged, ECONOMICS, present=model)["profit"]["simulation"]
    by_name = {each["name"]: each for each in found}
    assert 0 < by_name["in_charge"]["approved"] < judged.held.rows
    assert by_name["in_charge"]["profit"] < by_name["model"]["profit"]


def test_without_economics_there_is_no_profit_and_the_cheapest_cut_off(
    pair: tuple[Trained, Judged],
) -> None:
    trained, judged = pair
    documents = evidence_of(trained, judged, None)
    assert set(documents) == KINDS - {"profit"}
    cut = documents["fairness"]["cut_off"]
    folds = -trained.fold_points
    least = metrics.cost(judged.learnt_bad, folds, -cut + 0.5)
    others = [metrics.cost(judged.learnt_bad, folds, -each + 0.5) for each in range(480, 620)]
    assert least == pytest.approx(min(others))


def test_the_cut_off_does_not_depend_on_held_out_outcomes(pair: tuple[Trained, Judged]) -> None:
    trained, judged = pair
    turned = Judged(
        judged.learnt, judged.learnt_bad, judged.held, 1 - judged.held_bad, judged.dictionary
    )
    own = subject_of(trained, judged, ECONOMICS)
    other = subject_of(trained, turned, ECONOMICS)
    assert own.cut_off == other.cut_off


def test_sets_and_domain_say_what_came_of_them(documents: dict[str, Any]) -> None:
    covered = documents["conformal"]["parts"][0]["covered"]
    assert covered["good"]["high"] >= 0.9
    assert covered["bad"]["high"] >= 0.9
    assert documents["domain"]["outside"]["value"] < 0.06
    assert {each["value"] for each in documents["conformal"]["by_segment"]["housing"]} == {
        "own", "rent", "free",
    }  # fmt: skip


def test_reasons_of_the_declined(documents: dict[str, Any]) -> None:
    found = documents["reasons"]
    assert found["declined"] > 0
    assert found["with_reasons"]["value"] > 0.95
    assert found["largest_rounding"] == 0
    assert sum(each["first"] for each in found["reasons"]) <= found["declined"]


def test_the_declined_with_and_without(documents: dict[str, Any]) -> None:
    found = documents["reject_inference"]
    assert [each["name"] for each in found["methods"]] == ["without", "fuzzy", "parcelling"]
    rates = {each["name"]: each["declined_bad_rate"] for each in found["methods"]}
    assert rates["fuzzy"] > rates["without"]
    low, high = found["bounds"]["pd_falls"]
    assert 0 <= low < high == 1


def test_fairness_by_group_with_alternatives(documents: dict[str, Any]) -> None:
    found = documents["fairness"]["attributes"]["sex"]
    assert {each["name"] for each in found["groups"]} == {"f", "m"}
    assert found["lowest_ratio"]["value"] > 0.8
    assert any(each["efficient"] for each in found["alternatives"])


def test_stability_and_baseline(documents: dict[str, Any]) -> None:
    found = documents["stability"]
    assert found["psi"]["value"] < found["psi"]["alarm"]
    assert sum(each["n"] for each in found["periods"]) == found["n"]
    assert Baseline.parse(documents["baseline"]).rows == found["n"]


def test_a_few_declined_are_too_few(pair: tuple[Trained, Judged]) -> None:
    trained, judged = pair
    alone = Judged(
        judged.learnt, judged.learnt_bad, judged.held, judged.held_bad, judged.dictionary
    )
    assert "at least 30" in evidence_of(trained, alone, None)["reject_inference"]["note"]
