"""Rows unlike those learnt from are flagged, and a row says what a column says."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.canonical import canonical
from ml.columns import Column, Frame
from ml.domain import Domain, dependence_tree, domain_of
from ml.model_inputs import ModelInput, model_inputs
from tests.ml.loans import german_loans, invented_loans

INPUTS = (
    ModelInput("income", "number", None),
    ModelInput("rent", "number", None),
    ModelInput("delays", "number", None, (98,)),
    ModelInput("housing", "category", None),
)


def household(rows: int = 2_000, seed: int = 1) -> Frame:
    """Rent follows income; delays has a special code; housing has a gap here and there."""
    chance = np.random.default_rng(seed)
    income = chance.integers(1_000, 9_000, rows)
    rent = income // 3 + chance.integers(-100, 100, rows)
    delays = np.where(chance.random(rows) < 0.1, 98, chance.integers(0, 5, rows))
    codes = chance.integers(-1, 2, rows).astype(np.int32)
    whole = np.zeros(rows, bool)
    columns = {
        "income": Column(income, whole),
        "rent": Column(rent, whole),
        "delays": Column(delays, whole),
        "housing": Column(codes, codes < 0, ("own", "rent")),
    }
    return Frame(columns, rows)


DOMAIN = domain_of(household(), INPUTS)
USUAL = {"income": 5_000, "rent": 1_650, "delays": 1, "housing": "own"}


def test_the_usual_is_inside() -> None:
    assert not DOMAIN.outside_row(USUAL)
    assert not DOMAIN.outside_row({**USUAL, "delays": 98})
    assert not DOMAIN.outside_row({**USUAL, "housing": None})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"income": 50_000}, ("income",)),
        ({"rent": -5_000}, ("rent",)),
        ({"housing": "castle"}, ("housing",)),
        ({"income": None}, ("income",)),
        ({"delays": 99}, ("delays",)),
        ({"income": 8_900, "rent": 400}, ()),
        ({"income": 1_100, "rent": 2_900}, ()),
    ],
)
def test_the_unseen_is_outside(change: dict[str, object], named: tuple[str, ...]) -> None:
    """The last two are usual one by one: it is their combination that was hardly ever seen."""
    assert DOMAIN.outside_row({**USUAL, **change})
    assert DOMAIN.reasons_row({**USUAL, **change}) == named


def test_few_new_rows_of_the_same_kind_are_outside() -> None:
    found = DOMAIN.outside_columns(household(seed=2))
    assert found.mean() < 0.03


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_row_and_a_column_say_the_same(seed: int) -> None:
    chance = np.random.default_rng(seed)
    frame = household(300, seed)
    numbers = chance.integers(-2_000, 12_000, (2, 300))
    gaps = chance.random((2, 300)) < 0.05
    odd = {
        "income": Column(numbers[0], gaps[0]),
        "rent": Column(np.where(chance.random(300) < 0.5, numbers[1], 1_500), gaps[1]),
        "housing": Column(
            chance.integers(-1, 3, 300).astype(np.int32), gaps[0], ("castle", "own", "rent")
        ),
    }
    housing = odd["housing"]
    housing.null[housing.values < 0] = True
    frame = frame.joined(odd)
    rows = [DOMAIN.outside_row(values) for values in frame.rows_as_values()]
    assert DOMAIN.outside_columns(frame).tolist() == rows


def test_a_new_city_is_no_surprise_where_every_fifth_is_new() -> None:
    names = tuple(f"city {at}" for at in range(400))
    codes = np.concatenate([np.arange(300), np.zeros(700, int)]).astype(np.int32)
    frame = Frame({"city": Column(codes, np.zeros(1_000, bool), names)}, 1_000)
    found = domain_of(frame, [ModelInput("city", "category", None)])
    assert not found.outside_row({"city": "city 399"})
    assert found.fields[0].rare == ()


def test_a_column_that_is_not_there_is_missing() -> None:
    assert DOMAIN.outside_columns(Frame({}, 2)).all()
    assert DOMAIN.outside_row({})


def test_the_tree_finds_who_depends_on_whom() -> None:
    chance = np.random.default_rng(1)
    first, other = chance.integers(0, 4, (2, 500))
    copy = np.where(chance.random(500) < 0.9, first, 0)
    assert dependence_tree([first, other, copy], [4, 4, 4])[2] == 0


def test_its_document_is_whole_numbers_and_comes_back() -> None:
    data = canonical(DOMAIN.document())
    assert Domain.parse(json.loads(data)) == DOMAIN
    assert len(data) < 8_000


@pytest.mark.parametrize(
    "change",
    [{"limit": 1.5}, {"parents": [-1]}, {"parents": [9, 0, 0, 0]}, {"surprise": [[1]] * 4},
     {"fields": [{"name": "x"}]}, {"more": 1}],
)  # fmt: skip
def test_another_document_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"domain|fit|whole|depends"):
        Domain.parse({**DOMAIN.document(), **change})


def test_on_german_loans_few_held_out_rows_are_outside() -> None:
    loans = german_loans()
    inputs = model_inputs(loans.dictionary, loans.features)
    chosen = np.random.default_rng(3).permutation(1_000)
    found = domain_of(loans.frame.take(chosen[:700]), inputs)
    flagged = found.outside_columns(loans.frame.take(chosen[700:])).mean()
    assert flagged < 0.06


def test_booleans_have_cells_too() -> None:
    loans = invented_loans()
    inputs = model_inputs(loans.dictionary, loans.features)
    found = domain_of(loans.frame, inputs)
    rows = [found.outside_row(values) for values in loans.frame.rows_as_values()]
    assert found.outside_columns(loans.frame).tolist() == rows
