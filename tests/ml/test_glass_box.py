"""The glass box: tables say what trees learnt, and keep the dictionary's word."""

import numpy as np
import pytest

from ml import metrics
from ml.calibration import fit_calibration
from ml.columns import Column, Frame
from ml.model import load_model
from ml.model_inputs import ModelInput, model_inputs
from ml.scaling import STANDARD
from ml.scorecard import (
    Additive,
    FeatureBins,
    PairTerm,
    Term,
    compiled_scorecard,
    whole_points,
)
from ml.training.additive_design import design_of
from ml.training.additive_trees import AdditiveTrees, Growth, strongest_pairs
from ml.training.families.glass_box import GlassBox, judged_trial
from ml.training.places import held_out_evidence, is_place, place_bins, place_evidence
from ml.training.tables import tables_of
from tests.ml.loans import Loans, categories, dictionary_of, entry, invented_loans

WHOLE = np.zeros(3_000, dtype=bool)


@pytest.fixture(scope="module")
def crossed() -> Loans:
    """Risk of `debt` and `term` together, beside what each says alone.

    `kind` is one of forty, `note` a number with gaps and a special code.
    """
    chance = np.random.default_rng(3)
    a, b = chance.integers(0, 40, 3_000), chance.integers(0, 40, 3_000)
    kind = chance.integers(0, 40, 3_000).astype(np.int32)
    note = chance.integers(0, 20, 3_000)
    note[chance.random(3_000) < 0.1] = -9
    gap = chance.random(3_000) < 0.1
    log_odds = a / 20 - b / 40 + np.where((a > 20) == (b > 20), 1.3, -1.3) - 1.8
    log_odds += np.linspace(-0.8, 0.8, 40)[kind] + np.where(note == -9, 1.0, 0)
    bad = (chance.random(3_000) < 1 / (1 + np.exp(-log_odds))).astype(np.int64)
    names = tuple(f"k{code}" for code in range(40))
    columns = {
        "debt": Column(a, WHOLE), "term": Column(b, WHOLE), "kind": Column(kind, WHOLE, names),
        "note": Column(note, gap),
    }  # fmt: skip
    fields = [
        entry("debt", "integer", risk="higher"), entry("term", "integer"),
        entry("kind", "category", values=categories(*names)),
        entry("note", "integer", special={"-9": "none"}, min=0, max=99),
    ]  # fmt: skip
    return Loans(Frame(columns, 3_000), bad, dictionary_of(fields))


@pytest.fixture(scope="module")
def fitted(crossed) -> GlassBox:
    inputs = model_inputs(crossed.dictionary, crossed.features)
    return GlassBox(inputs, seed=1, bags=2, eta=0.15).fit(crossed.frame, crossed.target)


@pytest.fixture(scope="module")
def model(crossed, fitted):
    log_odds = fitted.decision_function(crossed.frame)
    calibration = fit_calibration("beta", log_odds, crossed.target)
    return fitted.compiled(
        crossed.frame, crossed.target, calibration, crossed.dictionary.content_hash, STANDARD
    )


def test_the_pair_that_matters_is_found_and_helps(crossed, fitted):
    assert ["debt", "term"] in fitted.account()["pairs"]
    losses = fitted.account()["log_loss"]
    assert losses["with_pairs"] < losses["alone"] - 0.02
    assert losses["with_pairs"] < losses["scorecard"] - 0.02


@pytest.mark.parametrize(("better", "taken"), [(0.3, True), (0.0, False), (-0.3, False)])
def test_pairs_are_taken_where_held_out_folds_gain_from_them(better, taken):
    chance = np.random.default_rng(2)
    bad, fold = np.arange(300) % 2, np.arange(300) % 3
    alone = (bad - 0.5) + chance.normal(size=300)
    paired = alone + better * (bad - 0.5)
    log_odds = np.column_stack([alone, paired, alone, alone])
    trial = judged_trial(log_odds, np.full((3, 2), [100.0, 60.0]), fold, bad, np.ones(300))
    assert trial.with_pairs is taken
    assert trial.rounds == (115, 69)


@pytest.mark.parametrize(("better", "boosted"), [(0.3, "cyclic"), (-0.3, "trees")])
def test_held_out_folds_choose_the_way_to_boost(better, boosted):
    chance = np.random.default_rng(2)
    bad, fold = np.arange(300) % 2, np.arange(300) % 3
    alone = (bad - 0.5) + chance.normal(size=300)
    log_odds = np.column_stack([alone, alone, alone + better * (bad - 0.5), alone])
    trial = judged_trial(log_odds, np.full((3, 2), 100.0), fold, bad, np.ones(300))
    assert trial.boosted == boosted


def test_rounding_loses_least_where_the_loans_are():
    """A pair makes good what rounding its features lost: only its own half a point is left."""
    chance = np.random.default_rng(3)
    sides = [FeatureBins(ModelInput(name, "number", None), cuts=(1, 2, 3)) for name in "xy"]
    terms = tuple(Term(bins, chance.normal(scale=0.1, size=6)) for bins in sides)
    model = Additive(-1.0, terms, (PairTerm(0, 1, chance.normal(scale=0.1, size=(6, 6))),))
    known, values = np.zeros(500, bool), chance.integers(0, 4, (2, 500))
    frame = Frame({"x": Column(values[0], known), "y": Column(values[1], known)}, 500)
    index = model.indices(frame)
    whole = whole_points(model, fit_calibration("none", [0.0], [0]), STANDARD, index)
    points = whole.terms[0][index[0]] + whole.terms[1][index[1]] + whole.pairs[0][*index]
    strays = points + STANDARD.factor * model.log_odds(frame)
    assert np.ptp(strays) <= 1.0 + 1e-9


def test_tables_say_what_the_trees_say(crossed):
    """Every row's log-odds from the tables are the trees' own, gaps and codes included."""
    inputs, even = model_inputs(crossed.dictionary, crossed.features), np.ones(3_000)
    design = design_of(inputs, crossed.frame, crossed.target, even, 24)
    index = design.index(crossed.frame)
    matrix = design.matrix(index)
    pairs = [(0, 1), (1, 3)]
    trees = AdditiveTrees(design, Growth(0.3, 3, 5.0, 1.0, 1, 1), pairs)
    grown = [trees.grown((matrix, crossed.target, even), 40, bag) for bag in (1, 2)]
    tables = tables_of(design, pairs, lambda rows: trees.log_odds(grown, rows))
    ours, theirs = tables.log_odds(crossed.frame), trees.log_odds(grown, matrix)
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_tables_are_pure(crossed, fitted):
    """Neither a row nor a column of a pair has anything to say on its own."""
    terms = fitted.additive_.terms
    for pair in fitted.additive_.pairs:
        shares = [
            np.bincount(terms[place].bins.index(crossed.frame.columns[terms[place].bins.source.name]),
                        minlength=terms[place].bins.size) / 3_000
            for place in (pair.first, pair.second)
        ]  # fmt: skip
        main = [slice(0, terms[place].bins.main) for place in (pair.first, pair.second)]
        assert np.abs((pair.log_odds @ shares[1])[main[0]]).max() < 0.02
        assert np.abs((shares[0] @ pair.log_odds)[main[1]]).max() < 0.02


def test_points_fall_where_risk_rises_whatever_the_other_field_says(model):
    """`debt` moves risk up: its points and its pair's together never rise, in every column."""
    document = model.describe()
    features = {each["name"]: each for each in document["features"]}
    alone = np.array([part["points"] for part in features["debt"]["bins"]])
    together = alone[:, None]
    for pair in document["pairs"]:
        cells = np.array(pair["points"])
        if pair["first"] == "debt":
            together = alone[:, None] + cells[: alone.size]
        if pair["second"] == "debt":
            together = alone[:, None] + cells.T[: alone.size]
    assert together.shape[1] > 1
    assert (np.diff(together, axis=0) <= 0).all()


def test_a_special_code_and_a_gap_have_points_of_their_own(model):
    at = {each["name"]: each for each in model.describe()["features"]}["note"]
    assert at["bins"][0]["values"] == [-9]
    assert at["bins"][0]["points"] < min(at["bins"][1]["points"], at["missing"]) - 10


def test_whole_points_cost_next_to_nothing_and_rows_are_columns(crossed, fitted, model):
    scored = model.score_columns(crossed.frame)
    exact = metrics.auc(crossed.target, fitted.decision_function(crossed.frame))
    assert metrics.auc(crossed.target, -scored.points) == pytest.approx(exact, abs=0.001)
    for number in range(0, 3_000, 61):
        assert model.score_row(crossed.frame.row(number)) == scored.row(number)
    assert metrics.ece(crossed.target, scored.pd_ppm / 1e6) < 0.05


def test_the_table_is_all_there_is(crossed, model):
    again = load_model(model.to_bytes(), dictionary_hash=crossed.dictionary.content_hash)
    assert again.family == "glass_box"
    assert again.score_row(crossed.frame.row(7)) == model.score_row(crossed.frame.row(7))


def test_weights_are_loans_that_count_so_often():
    """Bads with a telephone counted six times make a telephone look risky."""
    loans = invented_loans(300)
    inputs = model_inputs(loans.dictionary, loans.features)[-1:]
    heavy = np.where(loans.frame.columns["telephone"].values & (loans.target == 1), 6.0, 1.0)
    plain, weighed = (
        GlassBox(inputs, seed=1, bags=1, eta=0.3, max_pairs=0).fit(
            loans.frame, loans.target, weight
        )
        for weight in (None, heavy)
    )
    lift = [
        each.decision_function(loans.frame)[loans.frame.columns["telephone"].values].mean()
        for each in (plain, weighed)
    ]
    assert lift[1] > lift[0] + 0.5


def test_only_a_directed_field_in_one_pair_is_sought(crossed):
    inputs, even = model_inputs(crossed.dictionary, crossed.features), np.ones(3_000)
    design = design_of(inputs, crossed.frame, crossed.target, even, 24)
    index, flat = design.index(crossed.frame), np.zeros(3_000)
    pairs = strongest_pairs(design, index, crossed.target, even, flat, 4)
    assert pairs
    assert sum(0 in pair for pair in pairs) <= 1


def test_rounding_never_turns_a_direction_round():
    """Points of a field and its pair, rounded apart, are set back to fall together."""
    source, other = ModelInput("x", "number", "higher"), ModelInput("y", "number", None)
    terms = (
        Term(FeatureBins(source, cuts=(1, 2)), np.array([0.0, 0.016, 0.032, 0, 0])),
        Term(FeatureBins(other, cuts=(1,)), np.array([0.0, 0.1, 0, 0])),
    )
    cells = np.zeros((5, 4))
    cells[:3, 1] = [0.019, 0.004, -0.012]
    model = Additive(-1.0, terms, (PairTerm(0, 1, cells),))
    rows = np.arange(400)
    frame = Frame({"x": Column(rows % 3, rows < 0), "y": Column(rows % 2, rows < 0)}, 400)
    bad = (rows % 5 == 0).astype(int)
    calibration = fit_calibration("none", [0.0], [0])
    document = compiled_scorecard("glass_box", model, calibration, frame, bad, "d", STANDARD)
    points = [document.score_row({"x": x, "y": 1}).points for x in range(3)]
    assert points == sorted(points, reverse=True)


def places() -> tuple[ModelInput, Column, np.ndarray]:
    chance = np.random.default_rng(5)
    codes = np.repeat(np.arange(60), [3] * 40 + [120] * 20).astype(np.int32)
    names = tuple(f"town {code}" for code in range(61))
    bad = (chance.random(codes.size) < np.where(codes >= 50, 0.5, 0.2)).astype(np.int64)
    return ModelInput("town", "category", None), Column(codes, codes < 0, names), bad


def test_a_place_of_few_loans_says_little_and_an_unknown_one_nothing():
    source, column, bad = places()
    assert is_place(source, column)
    evidence = place_evidence(column, bad, np.ones(bad.size))
    assert np.abs(evidence[:40]).max() < 0.4 < evidence[50:60].mean()
    assert evidence[60] == pytest.approx(0)
    bins, woe = place_bins(source, column, evidence)
    at = bins.index(Column(np.array([55, 60, -1], dtype=np.int32), np.zeros(3, bool),
                           column.categories))  # fmt: skip
    assert woe[at[0]] > 0.25
    assert woe[at[1]] == woe[at[2]] == 0


def test_evidence_of_a_row_is_from_folds_without_it():
    """Outcomes of chance have evidence in sample, and none out of fold."""
    _, column, _ = places()
    noise = np.random.default_rng(8).integers(0, 2, column.null.size)
    even = np.ones(noise.size)
    honest = held_out_evidence(column, noise, even, seed=1)
    told = place_evidence(column, noise, even)[column.values]
    assert metrics.auc(noise, told) > 0.53
    assert metrics.auc(noise, honest) < 0.53
