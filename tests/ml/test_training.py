"""The tournament: every family judged on what none has seen, step by step, and again alike."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from ml.economics import Economics
from ml.expert import compile_expert
from ml.metrics import CostMatrix, accuracy_threshold, most_worth_threshold
from ml.training import (
    LoanData,
    MemoryStore,
    Plan,
    TrainingRefused,
    Unwatched,
    tournament,
    train,
)
from ml.training.compare import compare, recommended
from ml.training.evaluation import Evaluation, Judge
from ml.training.objective import Loans as Known
from ml.training.steps import Result
from tests.ml.loans import Loans, german_loans, invented_dictionary, invented_loans, pakdd_loans
from tests.ml.small_families import Quick, Stubborn
from tests.ml.test_expert import DOCUMENT

PLAN = Plan(families=("quick", "woe"), seed=1, trials=3, accuracy=0.75, folds=3, inner_folds=2)


def data_of(loans: Loans, **more) -> LoanData:
    return LoanData(loans.frame, loans.target, loans.dictionary, loans.features, **more)


@pytest.fixture(scope="module")
def loans() -> Loans:
    return invented_loans(600)


@pytest.fixture(scope="module", autouse=True)
def small_families():
    """Quick and Stubborn play beside the real ones."""
    real = sys.modules["ml.training.tournament"].family_named
    small = {"quick": Quick, "stubborn": Stubborn}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sys.modules["ml.training.tournament"],
            "family_named",
            lambda name: small.get(name) or real(name),
        )
        yield


class Seen(Unwatched):
    """Remembers what became of each step."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []
        self.trials: list = []

    def ended(self, step, result, *, cached):
        self.steps.append((step.code, "cached" if cached else "done"))

    def failed(self, step, error):
        self.steps.append((step.code, "failed"))

    def skipped(self, step):
        self.steps.append((step.code, "skipped"))

    def tried(self, family, trial):
        self.trials.append(trial)


@pytest.fixture(scope="module")
def played(loans):
    """One tournament with everything in it, its store, and what was seen of it."""
    expert = compile_expert(DOCUMENT, invented_dictionary())
    told: list[tuple[str, float]] = []
    store, seen = MemoryStore(), Seen()
    result = tournament(
        data_of(loans), replace(PLAN, extra=(expert,)), store=store, watch=seen,
        progress=lambda step, fraction: told.append((step, fraction)),
    )  # fmt: skip
    return result, store, seen, told


def test_all_are_judged_on_the_same_held_out_loans(played):
    result, *_ = played
    evaluations = result.comparison.evaluations
    assert [each.family for each in evaluations] == ["quick", "woe", "expert"]
    assert result.comparison.loans == result.split.holdout.size
    assert all(each.auc_low < each.auc < each.auc_high for each in evaluations)
    assert [each.servable for each in evaluations] == [False, True, True]
    assert result.champion.content_hash in {each.content_hash for each in evaluations}


def test_every_step_is_told_of_once_and_progress_rises_to_one(played):
    _, _, seen, told = played
    names = [code for code, _ in seen.steps]
    assert len(set(names)) == len(names) == 14
    assert {"split", "tune:quick", "folds:woe", "calibrate:woe", "fit:woe", "compare"} < set(names)
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)


def test_every_trial_is_kept(played):
    _, _, seen, _ = played
    quick = seen.trials[:3]
    assert [trial.number for trial in quick] == [0, 1, 2]
    assert quick[0].params == {"c": 1.0, "sign": "right", "bad_weight": 1.0}
    assert all(len(trial.folds) == 2 for trial in quick if trial.status == "complete")
    assert all(trial.seconds >= 0 for trial in quick)


def test_documents_are_json(played):
    result, *_ = played
    json.dumps(result.comparison.document(), allow_nan=False)
    json.dumps([c.metrics for c in result.candidates[:2]], allow_nan=False)
    json.dumps(result.split.document(), allow_nan=False)
    evaluation = result.comparison.evaluations[1]
    stored = json.loads(json.dumps(evaluation.document()))
    assert Evaluation.parse(stored) == evaluation


def test_the_same_again_is_taken_from_the_store(played, loans):
    result, store, _, _ = played
    seen, fits = Seen(), Quick.fits
    again = tournament(
        data_of(loans), replace(PLAN, extra=result.candidates[2:]), store=store, watch=seen
    )
    assert Quick.fits == fits
    assert {state for _, state in seen.steps} == {"cached", "skipped"}
    assert again.comparison.words == result.comparison.words
    assert again.comparison.evaluations[:2] == result.comparison.evaluations[:2]
    assert len(seen.trials) == 6


@pytest.mark.parametrize(
    "change", [{"seed": 2}, {"trials": 2}, {"objective": "cost"}, {"holdout": 0.2}]
)
def test_other_settings_are_another_key(played, loans, change):
    _, store, _, _ = played
    seen = Seen()
    tournament(
        data_of(loans), replace(PLAN, families=("quick",), **change), store=store, watch=seen
    )
    assert ("tune:quick", "done") in seen.steps


def test_other_outcomes_are_another_key(loans):
    turned = replace(data_of(loans), bad=1 - loans.target)
    assert turned.fingerprint != data_of(loans).fingerprint
    assert replace(turned, bad=loans.target).fingerprint == data_of(loans).fingerprint


class EnoughError(Exception):
    """Somebody asked for an end."""


@pytest.mark.parametrize("step", ["tune:quick", "folds:quick", "fit:quick", "judge:tree"])
def test_a_cancelled_one_goes_on_where_it_stopped(loans, step):
    def cancel(code: str, fraction: float) -> None:
        if code == step:
            raise EnoughError

    store, seen = MemoryStore(), Seen()
    plan = replace(PLAN, families=("quick", "tree"), trials=2)
    with pytest.raises(EnoughError):
        tournament(data_of(loans), plan, store=store, watch=seen, progress=cancel)
    done = [code for code, state in seen.steps if state == "done"]
    again = Seen()
    tournament(data_of(loans), plan, store=store, watch=again)
    assert [code for code, state in again.steps if state == "cached"] == done
    assert (step, "done") in again.steps


def test_a_trial_is_left_between_two_folds(loans):
    """Progress is told before every fold, so nobody waits longer than for one fit."""
    told: list[float] = []
    tournament(
        data_of(loans), replace(PLAN, families=("quick",)),
        progress=lambda step, fraction: told.append(fraction) if step == "tune:quick" else None,
    )  # fmt: skip
    assert len(set(told)) >= 3 * 2


def test_a_family_that_cannot_learn_is_left_out_and_named(loans):
    seen = Seen()
    plan = replace(PLAN, families=("stubborn", "quick"), trials=2)
    result = tournament(data_of(loans), plan, watch=seen)
    assert [each.family for each in result.comparison.evaluations] == ["quick"]
    assert "not with these loans" in result.comparison.failed["stubborn"]
    states = dict(seen.steps)
    assert states["tune:stubborn"] == "failed"
    assert {states[f"{name}:stubborn"] for name in ("folds", "fit", "judge")} == {"skipped"}


def test_where_none_may_decide_none_is_recommended(loans):
    result = tournament(data_of(loans), replace(PLAN, families=("quick",), trials=1))
    assert result.champion is None
    assert "may decide" in result.comparison.words["en"]


def test_a_tournament_that_nobody_finishes_is_refused(loans):
    with pytest.raises(TrainingRefused, match="not with these loans"):
        tournament(data_of(loans), replace(PLAN, families=("stubborn",), trials=1))


def test_the_holdout_never_reaches_training(loans):
    """Turning every held-out outcome round changes no trained model, only the verdict."""
    days = np.arange(loans.frame.rows)
    turned = np.where(days < 420, loans.target, 1 - loans.target)
    plan = replace(PLAN, trials=2, objective="recall_of_bads", method="out_of_time")
    first, second = (
        tournament(replace(data_of(loans), bad=target, days=days), plan)
        for target in (loans.target, turned)
    )
    for one, other in zip(first.candidates, second.candidates, strict=True):
        assert one.params == other.params
        assert (one.holdout_pd_ppm == other.holdout_pd_ppm).all()
    assert first.champion.content_hash == second.champion.content_hash
    assert first.comparison.evaluations[0].auc > 0.5 > second.comparison.evaluations[0].auc


def test_a_time_budget_ends_tuning_and_its_trials_give_the_same_model(loans):
    """What a second can hold differs from machine to machine; the count is kept."""
    hurried = tournament(data_of(loans), replace(PLAN, families=("woe",), trials=500, seconds=0.5))
    done = hurried.candidates[0].metrics["trials"]
    assert done < 500
    calm = tournament(data_of(loans), replace(PLAN, families=("woe",), trials=max(done, 1)))
    assert calm.champion.content_hash == hurried.champion.content_hash


def test_without_any_time_a_family_is_taken_as_it_is(loans):
    seen = Seen()
    plan = replace(PLAN, families=("quick",), trials=5)
    hurried = tournament(data_of(loans), replace(plan, seconds=1e-9), watch=seen).candidates[0]
    assert (hurried.metrics["trials"], hurried.params["c"]) == (0, 1.0)
    assert [trial.error for trial in seen.trials] == ["the time for tuning was up"]
    calm = tournament(data_of(loans), replace(plan, trials=1)).candidates[0]
    assert (calm.holdout_pd_ppm == hurried.holdout_pd_ppm).all()


AGAIN = """
from tests.ml.loans import invented_loans
from ml.training import LoanData, Plan, tournament
loans = invented_loans(600)
data = LoanData(loans.frame, loans.target, loans.dictionary, loans.features)
plan = Plan(families=("woe",), seed=1, trials=2, folds=3, inner_folds=2)
print(tournament(data, plan).champion.content_hash)
"""


def test_another_process_makes_the_same_bytes(loans):
    plan = replace(PLAN, families=("woe",), trials=2, accuracy=None)
    here = tournament(data_of(loans), plan).champion.content_hash
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    there = subprocess.run(
        [sys.executable, "-c", AGAIN], capture_output=True, text=True, check=True, env=environment
    )
    assert there.stdout.strip() == here


def test_tuning_finds_the_setting_that_ranks_the_right_way_round(loans):
    result = tournament(data_of(loans), replace(PLAN, families=("quick",), trials=10))
    assert result.candidates[0].params["sign"] == "right"


def test_bads_weigh_more_only_where_classes_are_uneven(loans):
    def tuned(target) -> dict:
        plan = replace(PLAN, families=("quick",), trials=2)
        return tournament(replace(data_of(loans), bad=target), plan).candidates[0].params

    chance = np.random.default_rng(1)
    even = np.argsort(np.argsort(loans.target + chance.random(loans.target.size) / 2)) >= 300
    assert "bad_weight" in tuned(loans.target)
    assert tuned(even.astype(np.int64))["bad_weight"] == 1.0


def test_groups_reach_the_folds(loans):
    groups = np.arange(loans.frame.rows) // 3
    plan = replace(PLAN, families=("quick",), trials=1, method="grouped")
    result = tournament(replace(data_of(loans), groups=groups), plan)
    assert not set(groups[result.split.train]) & set(groups[result.split.holdout])


@pytest.mark.parametrize("method", ["fuzzy", "parcelling"])
def test_the_declined_are_learnt_from_when_that_is_asked_for(loans, method):
    declined = loans.frame.take(np.argsort(loans.frame.columns["income"].values)[:150])
    data = replace(data_of(loans), declined=declined)
    plan = replace(PLAN, families=("quick",), trials=1)
    without = tournament(data, plan).candidates[0].holdout_log_odds
    seen = tournament(data, replace(plan, reject_inference=method)).candidates[0].holdout_log_odds
    assert not np.allclose(without, seen)
    assert np.corrcoef(without, seen)[0, 1] > 0.9


def test_a_matrix_of_ones_own_moves_the_threshold(played, loans):
    _, store, _, _ = played
    lenient = replace(PLAN, objective="cost", costs=CostMatrix(bad_accepted=1.0), trials=1)
    strict = replace(lenient, costs=CostMatrix(bad_accepted=20.0))
    thresholds = [
        tournament(data_of(loans), plan, store=store).comparison.evaluations[1].threshold_pd_ppm
        for plan in (strict, lenient)
    ]
    assert thresholds[0] < thresholds[1]


def test_what_was_asked_is_answered_on_the_lenders_terms(played):
    """The threshold comes from the folds, recall and accuracy from the held-out loans."""
    result, *_ = played
    for candidate, evaluation in zip(
        result.candidates[:2], result.comparison.evaluations, strict=False
    ):
        asked, part = evaluation.asked, result.judge.learnt_loans.bad
        cut = accuracy_threshold(part, candidate.fold_pd_ppm, 0.75)
        assert asked.threshold_pd_ppm == pytest.approx(cut, abs=1)
        refused = candidate.holdout_pd_ppm >= cut
        assert asked.recall == refused[result.judge.held_loans.bad == 1].mean()
        assert asked.accuracy_held == (refused == result.judge.held_loans.bad).mean()
        assert asked.reached == (asked.fold_accuracy >= 0.75)


def test_recall_without_an_accuracy_is_refused(loans):
    with pytest.raises(TrainingRefused, match="accuracy"):
        tournament(
            data_of(loans),
            replace(PLAN, families=("quick",), objective="recall_of_bads", accuracy=None),
        )


EVALUATION = Evaluation(
    family="boosting", label={"en": "XGBoost"}, simplicity=40, explained="exact", servable=True,
    content_hash="", auc=0.8, auc_low=0.77, auc_high=0.83, gini=0.6, ks=0.5, pr_auc=0.5, f1=0.5,
    brier=0.1, log_loss=0.3, ece=0.01, accuracy=0.7, recall_bads=0.5, confusion={},
    threshold_pd_ppm=1, costs={}, cost_per_loan=0.5, cost_low=0.4, cost_high=0.6, objective=0.8,
    objective_low=0.77, objective_high=0.83, fold_auc=0.8, fold_cost=0.5, trials=1,
    fit_seconds=1.0, microseconds_per_row=1.0, reliability={},
)  # fmt: skip
WOE = replace(EVALUATION, family="woe", label={"en": "WoE"}, simplicity=10)
FOREST = replace(EVALUATION, family="forest", label={"en": "forest"}, simplicity=70, servable=False)


@pytest.mark.parametrize(
    ("woe", "forest", "chosen", "words"),
    [
        (0.78, 0.79, 1, "is the simplest model"),
        (0.76, 0.79, 0, "the best AUC"),
        (0.78, 0.9, 0, "forest is compared only"),
        (0.785, 0.81, 1, "forest is compared only"),
    ],
)
def test_the_simplest_that_may_decide_within_the_best_ones_interval(woe, forest, chosen, words):
    best = replace(FOREST, objective=forest, objective_low=forest - 0.03)
    found = compare([EVALUATION, replace(WOE, objective=woe), best], PLAN, 300, {})
    assert found.recommended == chosen
    assert words in found.words["en"]
    assert set(found.words) == {"en", "de", "es", "pt"}
    assert all("300" in text for text in found.words.values())


def test_a_better_one_that_is_compared_only_is_best_and_never_recommended():
    assert recommended([FOREST]) is None
    out_of_reach = replace(FOREST, objective=0.95, objective_low=0.93)
    assert recommended([out_of_reach, WOE]) == 1
    words = compare([out_of_reach, WOE], PLAN, 300, {}).words["en"]
    assert "outside" in words
    assert "never decides" in words


def test_costs_are_told_as_costs():
    cheap = replace(WOE, objective=-0.5, objective_low=-0.6, objective_high=-0.4)
    words = compare([cheap], replace(PLAN, objective="cost"), 300, {}).words["en"]
    assert "0.500 (95 % interval 0.400 to 0.600)" in words


def test_profit_needs_somebody_to_say_what_a_loan_earns(loans):
    with pytest.raises(TrainingRefused, match="economics"):
        tournament(data_of(loans), replace(PLAN, families=("quick",), objective="profit", trials=1))


def test_profit_is_what_the_accepted_earned_after_every_cases_cost(loans):
    economics = Economics(
        amount=100_000, amount_field="amount", interest_ppm=150_000, cost_per_case=700
    )
    plan = replace(PLAN, families=("quick",), objective="profit", trials=2, economics=economics)
    result = tournament(data_of(loans), plan)
    candidate, evaluation = result.candidates[0], result.comparison.evaluations[0]
    worth = economics.worth(loans.target, loans.frame)
    learnt, held = worth[result.split.train], worth[result.split.holdout]
    cut = most_worth_threshold(candidate.fold_pd_ppm, learnt)
    accepted = candidate.holdout_pd_ppm < cut
    assert evaluation.profit.per_application == pytest.approx(
        held[accepted].sum() / held.size - 700
    )
    assert evaluation.profit.all_approved == pytest.approx(held.mean() - 700)
    assert evaluation.objective == pytest.approx(evaluation.profit.per_application + 700)
    assert evaluation.profit.low < evaluation.profit.per_application < evaluation.profit.high


def test_a_model_that_scores_rows_otherwise_than_columns_is_refused(loans):
    model = compile_expert(DOCUMENT, invented_dictionary())

    class Careless(type(model)):
        def score_row(self, values):
            return super().score_row(values)._replace(points=0)

    known = Known(loans.target)
    judge = Judge(PLAN, loans.frame, known, loans.frame, known)
    with pytest.raises(TrainingRefused, match="score differently"):
        judge.of_model(Careless(model.document))


def test_a_result_comes_back_as_it_was_put():
    result = Result({"a": [1, None]}, {"x": np.array([1.5, 2.5])}, b"bytes")
    back = Result.from_bytes(result.to_bytes())
    assert (back.document, back.blob) == (result.document, result.blob)
    assert (back.arrays["x"] == result.arrays["x"]).all()


def test_a_pickle_in_the_store_is_refused():
    body = Result({}, {"x": np.array([{"any": "thing"}], dtype=object)}).to_bytes()
    with pytest.raises(ValueError, match="allow_pickle"):
        Result.from_bytes(body)


def test_what_progress_raises_ends_a_training(loans):
    def cancel(step: str, fraction: float) -> None:
        raise KeyboardInterrupt(step)

    with pytest.raises(KeyboardInterrupt):
        train("woe", *loans, loans.features, seed=1, progress=cancel)


def test_german_credit_trains_and_compares_in_seconds():
    start = time.monotonic()
    result = tournament(data_of(german_loans()), Plan(families=("woe", "boosting"), seed=1))
    assert time.monotonic() - start < 20
    best = max(evaluation.auc for evaluation in result.comparison.evaluations)
    assert best > 0.74


@pytest.mark.data
def test_pakdd_trains_and_compares_in_its_time():
    """`ASSAY_PAKDD_ROWS=50000` asks for all of them."""
    loans = pakdd_loans(int(os.environ.get("ASSAY_PAKDD_ROWS", "4000")))
    start = time.monotonic()
    result = tournament(data_of(loans), Plan(families=("woe", "boosting"), seed=1))
    assert time.monotonic() - start < loans.frame.rows / 50_000 * 140 + 40
    for evaluation in result.comparison.evaluations:
        assert evaluation.auc > 0.55
        assert evaluation.ece < 0.06
