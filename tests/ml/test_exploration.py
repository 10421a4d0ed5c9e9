"""Exploration: figures worked out by hand or by others, and dirty input called by its name."""

import csv
import gzip
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from ml.columns import Column, Frame
from ml.exploration import explore
from ml.exploration.bins import binned, evidence
from ml.exploration.oddities import oddities
from ml.exploration.periods import Periods, bad_rates, stability
from ml.exploration.relations import cramers_v, inflation, relations
from ml.proxies import proxies
from tests.ml.loans import german_loans, invented_loans
from tests.ml.test_leakage import DIGITS, HENRY, column, numbers, read, table

PAKDD = "pakdd2010/modeling.csv.gz"
CONSTANT = {
    "CLERK_TYPE", "QUANT_ADDITIONAL_CARDS", "EDUCATION_LEVEL", "FLAG_MOBILE_PHONE",
    "FLAG_HOME_ADDRESS_DOCUMENT", "FLAG_RG", "FLAG_CPF", "FLAG_INCOME_PROOF", "FLAG_ACSP_RECORD",
}  # fmt: skip


def numbers_column(*values: int | None) -> Column:
    return Column.of(list(values), kind="number")


def codes(name: str, values: Column, digits: int = 0) -> list[str]:
    return [odd["code"] for odd in oddities(name, values, digits)]


def test_weight_of_evidence_by_hand() -> None:
    """Ten goods and ten bads; of the owners eight are good and two bad."""
    housing = Column.of(["own"] * 10 + ["rent"] * 10, kind="category")
    bad = np.array([False] * 8 + [True] * 2 + [False] * 2 + [True] * 8)
    lines, value = evidence(binned(housing), np.ones(20, bool), bad)
    own = next(line for line in lines if line["value"] == "own")
    assert (own["goods"], own["bads"], own["rate"]) == (8, 2, 0.2)
    missing_half = (8 + 0.5) / (10 + 1.5), (2 + 0.5) / (10 + 1.5)
    assert own["woe"] == pytest.approx(np.log(missing_half[0] / missing_half[1]), abs=1e-6)
    assert value == pytest.approx(sum(line["iv"] for line in lines), abs=1e-6)


def test_loans_without_a_known_end_count_as_rows_only() -> None:
    term = numbers_column(12, 12, 24, 24)
    lines, _ = evidence(
        binned(term), np.array([True, False, True, True]), np.array([1, 1, 0, 0]) > 0
    )
    assert [(line["rows"], line["goods"], line["bads"]) for line in lines] == [(2, 0, 1), (2, 2, 0)]


def test_gaps_and_special_codes_have_their_own_bins() -> None:
    values = numbers_column(None, -9, 98, *range(40))
    found = binned(values, specials=[-9, 98])
    assert [each.kind for each in found.bins[:3]] == ["missing", "special", "special"]
    assert found.counts()[:3].tolist() == [1, 1, 1]
    assert found.counts().sum() == 43
    ranges = found.bins[3:]
    assert all(one.high + 1 == two.low for one, two in pairwise(ranges))


def test_many_values_become_the_commonest_and_others() -> None:
    names = Column.of([f"city {n % 40}" for n in range(400)] + ["city 1"] * 9, kind="category")
    found = binned(names)
    assert found.bins[1].value == "city 1"
    assert found.bins[-1].kind == "others"
    assert found.counts().sum() == 409


def test_correlation_agrees_with_scipy() -> None:
    loans = invented_loans()
    whole = {
        name: each
        for name, each in loans.frame.columns.items()
        if name in ("amount", "term_months")
    }
    found = relations(whole)["spearman"]
    expected = spearmanr(numbers(loans, "amount"), numbers(loans, "term_months")).statistic
    assert found["matrix"][0][1] == pytest.approx(expected, abs=1e-3)


def test_variance_inflation_by_hand() -> None:
    """With two fields R squared is the squared correlation."""
    assert inflation([[1, 0.6], [0.6, 1]]) == [pytest.approx(1 / 0.64, abs=1e-3)] * 2
    assert inflation([[1, 1], [1, 1]]) == [1e6, 1e6]
    assert inflation([[1.0]]) == [1.0]


def test_cramers_v_from_none_to_complete() -> None:
    chance = np.random.default_rng(0)
    one = chance.integers(0, 3, 3000)
    assert cramers_v(one, (one + 1) % 3) == pytest.approx(1.0, abs=0.01)
    assert cramers_v(one, chance.integers(0, 4, 3000)) < 0.05
    assert cramers_v(one, np.zeros(3000)) == 0.0


def test_a_field_that_moves_shows_and_a_steady_one_does_not() -> None:
    chance = np.random.default_rng(3)
    days = np.sort(chance.integers(20_000, 20_330, 6000))
    steady = Column(chance.integers(0, 100, 6000), np.zeros(6000, bool))
    jumped = Column(chance.integers(0, 100, 6000) + 60 * (days > 20_200), np.zeros(6000, bool))
    periods = Periods(days)
    assert periods.kind == "month"
    moved = [line for line in stability(binned(jumped), periods) if line["psi"] is not None]
    still = [line for line in stability(binned(steady), periods) if line["psi"] is not None]
    assert max(line["psi"] for line in still) < 0.1
    assert any(line["psi"] > line["warn"] for line in moved)


def test_bad_rates_by_quarter_where_years_are_spanned() -> None:
    days = np.array([0, 40, 95, 1000])
    periods = Periods(days)
    assert (periods.kind, periods.names) == ("quarter", ["1970 Q1", "1970 Q2", "1972 Q3"])
    lines = bad_rates(periods, np.array([True, True, True, False]), np.array([1, 0, 1, 0]) > 0)
    assert [(line["rows"], line["bads"], line["rate"]) for line in lines] == [
        (2, 1, 0.5), (1, 1, 1.0), (1, 0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("age", numbers_column(*([30] * 50), 6, 106, 31), "impossible_age"),
        ("income", numbers_column(*range(1, 200), *([100] * 60), 900_000), "extreme"),
        ("flag", numbers_column(1, 1, 1), "constant"),
        ("gone", numbers_column(None, None), "empty"),
        ("rare", numbers_column(None, None, 1, None, 2), "mostly_missing"),
        ("trend", Column.of(["up"] * 9 + ["8315"], kind="category"), "numbers_among_words"),
        ("sex", Column.of(["F", "M"] * 1000 + ["N"], kind="category"), "rare_values"),
        ("sex", Column.of(["F", "M", " "] * 10, kind="category"), "blank"),
        ("flag", Column.of(["Y"] + ["N"] * 500, kind="category"), "nearly_constant"),
    ],
)  # fmt: skip
def test_odd_input_is_named(name: str, values: Column, expected: str) -> None:
    assert expected in codes(name, values)


def test_ordinary_input_is_not() -> None:
    chance = np.random.default_rng(1)
    assert codes("age", numbers_column(*chance.integers(18, 90, 500).tolist())) == []
    assert codes("income", column(chance.lognormal(8, 0.8, 2000)), DIGITS) == []
    assert codes("code", Column.of(["1", "2", "3"] * 50, kind="category")) == []
    assert codes("wage", numbers_column(*chance.integers(18, 900, 500).tolist())) == []


def test_the_whole_is_one_plain_document() -> None:
    loans = german_loans()
    steps: list[str] = []
    document = explore(
        loans.frame,
        np.ones(1000, bool),
        loans.target,
        days=np.arange(1000),
        progress=lambda step, _: steps.append(step),
    )
    json.dumps(document, allow_nan=False)
    assert document["fields"][0]["name"] == "status_of_existing_checking_account"
    assert document["fields"][0]["iv"] == pytest.approx(0.66, abs=0.02)
    assert sum(line["rows"] for line in document["fields"][0]["bins"]) == 1000
    assert {"fields", "relations"} <= set(steps)


def test_whoever_listens_may_stop_it() -> None:
    loans = invented_loans()

    def stop(step: str, fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        explore(loans.frame, np.ones(900, bool), loans.target, progress=stop)


@pytest.mark.data
def test_pakdds_dirt_is_named(data_folder: Path) -> None:
    if not (data_folder / PAKDD).exists():
        pytest.skip(f"{PAKDD} is not here")
    wanted = ["AGE", "SEX", "MONTHS_IN_THE_JOB", "PAYMENT_DAY", *CONSTANT]
    with gzip.open(data_folder / PAKDD, "rt", encoding="latin-1", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        places = [header.index(name) for name in wanted]
        rows = [
            {name: row[place] for name, place in zip(wanted, places, strict=True)} for row in reader
        ]
    frame = read(rows, set())
    found = {name: oddities(name, each, DIGITS) for name, each in frame.columns.items()}
    (age,) = found["AGE"]
    assert (age["code"], age["low"], age["high"]) == ("impossible_age", 6.0, 106.0)
    constant = {
        name for name, odd in found.items() if [each["code"] for each in odd] == ["constant"]
    }
    assert constant == CONSTANT
    sex = {odd["code"]: odd for odd in found["SEX"]}
    assert sex["rare_values"]["examples"] == ["N"]
    assert sex["blank"]["rows"] == 17


@pytest.mark.data
def test_henrys_dirt_is_named(data_folder: Path) -> None:
    frame = read(table(data_folder, HENRY), {"Pago_atiempo", "fecha_prestamo"})
    found = {
        name: {odd["code"]: odd for odd in oddities(name, each, DIGITS)}
        for name, each in frame.columns.items()
    }
    assert found["edad_cliente"]["impossible_age"]["high"] == 123.0
    assert found["salario_cliente"]["extreme"]["high"] == 22e9
    numbers_in = found["tendencia_ingresos"]["numbers_among_words"]
    assert numbers_in["rows"] > 30
    assert all(text.lstrip("-").isdigit() for text in numbers_in["examples"])


def test_a_proxy_is_heard_and_chance_is_not() -> None:
    loans = invented_loans(1500)
    chance = np.random.default_rng(4)
    women = chance.random(1500) < 0.4
    title = column(women + 0.4 * chance.normal(size=1500))
    frame = Frame({**loans.frame.columns, "title": title}, 1500)
    sex = Column.of(["f" if each else "m" for each in women], kind="category")
    found = proxies(frame, {"sex": sex}, {"sex": "sex"})
    by_group = {each["group"]: each for each in found["groups"]}
    assert by_group["f"]["n"] == int(women.sum())
    assert by_group["f"]["fields"][0]["field"] == "title"
    assert by_group["f"]["fields"][0]["auc"]["low"] > 0.85
    assert by_group["f"]["together"]["value"] > 0.85
    without = proxies(loans.frame, {"sex": sex}, {})["groups"][0]["together"]
    assert without["low"] <= 0.5 + 0.05


def test_too_few_people_are_insufficient_data() -> None:
    loans = invented_loans()
    rare = Column.of(["rare"] * 99 + ["usual"] * 801, kind="category")
    found = {each["group"]: each for each in proxies(loans.frame, {"origin": rare}, {})["groups"]}
    assert found["rare"] == {
        "field": "origin", "basis": "", "group": "rare", "n": 99, "of": 900, "insufficient": True,
    }  # fmt: skip
    assert found["usual"]["insufficient"]


def test_ages_are_young_elderly_and_between() -> None:
    loans = invented_loans()
    ages = Column(np.random.default_rng(2).integers(18, 90, 900), np.zeros(900, bool))
    found = proxies(loans.frame, {"age": ages}, {"age": "age"})["groups"]
    assert [each["group"] for each in found] == ["< 26", "26 – 61", "≥ 62"]
    assert sum(each["n"] for each in found) == 900
