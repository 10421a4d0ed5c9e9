"""The leakage alarm: it hears what leaks, through whatever it is computed, and nothing else."""

import csv
import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.columns import Column, Frame
from ml.leakage import Leakage, blocking, search
from ml.leakage.dependence import dependence
from ml.metrics import auc
from ml.separation import alone, together
from tests.ml.loans import Loans, german_loans, invented_loans, pakdd_loans

HENRY = "henry/base_de_datos.csv.gz"
TAIWAN = "taiwan/default_of_credit_card_clients.csv.gz"

DIGITS = 4


def column(values: np.ndarray) -> Column:
    """Numbers as a frame holds them: scaled integers, NaN missing."""
    null = np.isnan(values)
    return Column(np.where(null, 0, np.round(values * 10**DIGITS)).astype(np.int64), null)


def with_columns(loans: Loans, **more: np.ndarray) -> Frame:
    return loans.frame.joined({name: column(values) for name, values in more.items()})


def codes(found: Leakage) -> dict[str, str]:
    return {finding.fields[0]: finding.code for finding in found.findings}


def leak(loans: Loans, strength: float = 8.0) -> np.ndarray:
    """What only the end of the loan can know: collected money, say."""
    noise = np.random.default_rng(5).normal(size=loans.target.size)
    return 100 + strength * (1 - loans.target) + noise


def numbers(loans: Loans, name: str) -> np.ndarray:
    return loans.frame.columns[name].values.astype(float)


def test_honest_loans_raise_no_alarm() -> None:
    loans = invented_loans()
    found = search(loans.frame, loans.target)
    assert found.findings == ()
    assert found.rest is not None
    assert 0.6 < found.rest.value < 0.85


def test_a_field_that_separates_alone_is_found() -> None:
    loans = invented_loans()
    found = search(with_columns(loans, collected=leak(loans)), loans.target)
    assert codes(found) == {"collected": "separates_alone"}
    (finding,) = found.document()["findings"]
    assert finding["evidence"]["auc"]["value"] > 0.99
    json.dumps(found.document())


@pytest.mark.parametrize(
    "derive",
    [
        lambda leaking, other: leaking / other,
        lambda leaking, other: leaking * other,
        lambda leaking, other: leaking - other,
        lambda leaking, other: leaking + other,
        lambda leaking, other: (leaking - 104) ** 2 * np.sign(leaking - 104),
        lambda leaking, other: np.where(leaking > 104, 1.0, np.nan),
    ],
    ids=["ratio", "product", "difference", "sum", "power", "gap"],
)
def test_what_is_derived_from_a_leak_is_found_without_it(
    derive: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> None:
    loans = invented_loans()
    secret = derive(leak(loans), numbers(loans, "term_months"))
    found = search(with_columns(loans, secret=secret), loans.target, digits={"secret": DIGITS})
    assert any("secret" in finding.fields for finding in found.findings)


def test_a_secret_kept_in_two_halves_is_found() -> None:
    """Neither field says much, their difference says all."""
    loans = invented_loans()
    mask = np.random.default_rng(8).normal(0, 40, loans.target.size)
    frame = with_columns(loans, left=leak(loans) + mask, right=mask)
    found = search(frame, loans.target, digits={"left": DIGITS, "right": DIGITS})
    (finding,) = found.findings
    assert finding.code == "pair_separates"
    assert set(finding.fields) == {"left", "right"}
    assert finding.evidence["operation"] == "difference"
    assert max(finding.evidence["alone"]) < 0.7


def test_leaving_out_one_of_a_pair_is_enough() -> None:
    findings = [{"code": "pair_separates", "fields": ["left", "right"]}]
    assert blocking(findings, {"left", "right", "amount"}) == findings
    assert blocking(findings, {"right", "amount"}) == []


def test_a_strong_field_far_above_the_rest_is_found_and_an_honest_score_is_not() -> None:
    loans = invented_loans(3000)
    noise = np.random.default_rng(9).normal(size=loans.target.size)
    odds = 1.0 * loans.target + noise
    telling = search(with_columns(loans, hint=1.9 * loans.target + noise), loans.target)
    assert codes(telling) == {"hint": "far_above_the_rest"}
    honest = search(with_columns(loans, bureau=odds), loans.target)
    assert honest.findings == ()


def test_what_the_dictionary_says_is_known_late_is_named_with_what_follows() -> None:
    loans = invented_loans(1500)
    late = leak(loans)
    frame = with_columns(loans, days_late=late, rounded=np.round(late), late_plus=late / 7)
    found = search(
        frame, loans.target, known_late=["days_late"], derived={"late_plus": ["days_late"]}
    )
    assert codes(found)["days_late"] == "known_after_decision"
    assert set(found.fields) == {"days_late", "rounded", "late_plus"}


def test_a_field_that_only_resembles_a_late_one_is_left_alone() -> None:
    """The booked amount is known late and says what the amount asked for said."""
    loans = invented_loans(1500)
    frame = with_columns(loans, booked=numbers(loans, "amount") / 1e4)
    found = search(frame, loans.target, known_late=["booked"])
    assert found.fields == ("booked",)


def test_an_expression_over_a_leak_is_named_however_weak() -> None:
    loans = invented_loans()
    chance = np.random.default_rng(3).normal(size=loans.target.size)
    frame = with_columns(loans, late=leak(loans), share=chance)
    found = search(frame, loans.target, known_late=["late"], derived={"share": ["late", "amount"]})
    assert codes(found)["share"] == "derived_from_leaking"


def test_a_running_number_tells_the_time() -> None:
    loans = invented_loans(1200)
    days = np.sort(np.random.default_rng(2).integers(0, 700, 1200))
    young = np.argsort(np.random.default_rng(4).random(1200) + 0.8 * days / 700, kind="stable")
    target = np.zeros(1200, dtype=np.int64)
    target[young[:300]] = 1
    frame = with_columns(loans, number=np.arange(1200.0), steady=np.arange(1200.0) % 7)
    found = search(frame, target, days=days)
    assert codes(found) == {"number": "moves_with_the_date"}
    still = np.random.default_rng(6).permutation(target)
    assert search(frame, still, days=days).findings == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_noise_never_raises_the_alarm(seed: int, width: int) -> None:
    chance = np.random.default_rng(seed)
    target = (chance.random(600) < 0.1).astype(np.int64)
    target[:30] = 1
    columns = {f"f{n}": column(chance.lognormal(size=600)) for n in range(width)}
    columns["id"] = Column.of([f"row {n}" for n in range(600)], kind="category")
    assert search(Frame(columns, 600), target).findings == ()


def test_a_target_of_one_kind_is_refused() -> None:
    loans = invented_loans()
    with pytest.raises(ValueError, match="goods and bads"):
        search(loans.frame, np.zeros_like(loans.target))


def test_an_identifier_separates_nothing() -> None:
    target = np.arange(400) % 2
    names = Column.of([f"customer {n}" for n in range(400)], kind="category")
    assert alone(names, target).auc.value == pytest.approx(0.5)


def test_a_single_column_agrees_with_its_auc() -> None:
    loans = invented_loans()
    found = alone(loans.frame.columns["term_months"], loans.target)
    ranked = auc(loans.target, numbers(loans, "term_months"))
    assert found.auc.value >= max(ranked, 1 - ranked) - 1e-9


def test_the_set_does_at_least_what_its_best_column_does() -> None:
    loans = invented_loans(2000)
    best = max(alone(each, loans.target).auc.value for each in loans.frame.columns.values())
    everything = together(loans.frame.columns, loans.target)
    assert everything is not None
    assert everything.value > best
    assert together({}, loans.target) is None


def test_dependence_sees_any_function_and_no_coincidence() -> None:
    chance = np.random.default_rng(1)
    source = chance.normal(size=4000)
    assert dependence(column(source**2), column(source)) > 0.9
    assert dependence(column(np.exp(source)), column(source)) > 0.99
    assert dependence(column(chance.normal(size=4000)), column(source)) < 0.05
    assert dependence(column(source[:500]), column(source[:500])) == 0.0


def table(folder: Path, name: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    with gzip.open(path, "rt", encoding=encoding, newline="") as file:
        text = file.read().replace("\r\n", "\n").replace("\r", "\n")
    return list(csv.DictReader(text.split("\n")))


def read(rows: list[dict[str, str]], apart: set[str]) -> Frame:
    """Numbers where all but a few values are, categories elsewhere."""
    columns = {}
    for name in rows[0]:
        if name in apart:
            continue
        texts = [row[name] for row in rows]
        try:
            columns[name] = column(np.array([float(t) if t else np.nan for t in texts]))
        except ValueError:
            columns[name] = Column.of([t or None for t in texts], kind="category")
    return Frame(columns, len(rows))


def day(text: str) -> int:
    return (date.fromisoformat(text[:10]) - date(1970, 1, 1)).days


@pytest.mark.data
def test_henrys_score_is_found_with_all_that_is_made_of_it(data_folder: Path) -> None:
    """And what is honest of it, out of time, is worth about 0.67 and not 1."""
    rows = table(data_folder, HENRY)
    target = np.array([row["Pago_atiempo"] == "0" for row in rows], dtype=np.int64)
    days = np.array([day(row["fecha_prestamo"]) for row in rows])
    frame = read(rows, {"Pago_atiempo", "fecha_prestamo"})
    found = search(frame, target, days=days)
    assert codes(found) == {"puntaje": "separates_alone"}
    assert honest_out_of_time(frame, target, days, set(found.fields)) == pytest.approx(
        0.67, abs=0.015
    )
    score = np.array([float(row["puntaje"]) for row in rows])
    term = np.array([float(row["plazo_meses"]) for row in rows])
    wage = np.array([float(row["cuota_pactada"]) for row in rows])
    made = {"of_term": score / term, "of_wage": score / wage * 1e5, "less_term": score - term,
            "squared": (score - 60) ** 2}  # fmt: skip
    digits = dict.fromkeys((*frame.columns, *made), DIGITS)
    hidden = {name: each for name, each in frame.columns.items() if name != "puntaje"}
    more = Frame({**hidden, **{name: column(each) for name, each in made.items()}}, frame.rows)
    assert set(search(more, target, days=days, digits=digits).fields) == set(made)


def honest_out_of_time(
    frame: Frame, target: np.ndarray, days: np.ndarray, leaking: set[str]
) -> float:
    import xgboost

    kept = [each for name, each in frame.columns.items() if name not in leaking]
    matrix = np.column_stack(
        [np.where(each.null, np.nan, each.values.astype(float)) for each in kept]
    )
    late = days >= np.quantile(days, 0.7)
    model = xgboost.XGBClassifier(
        n_estimators=80, max_depth=3, learning_rate=0.08, n_jobs=1, random_state=0
    )
    model.fit(matrix[~late], target[~late])
    return auc(target[late], model.predict_proba(matrix[late])[:, 1])


@pytest.mark.data
def test_no_false_alarm_on_taiwan(data_folder: Path) -> None:
    """The last month's arrears are the strongest honest field there is, and known in time."""
    rows = table(data_folder, TAIWAN)[:8000]
    target = np.array([row["default.payment.next.month"] == "1" for row in rows], dtype=np.int64)
    apart = {"ID", "SEX", "AGE", "EDUCATION", "MARRIAGE", "default.payment.next.month"}
    found = search(read(rows, apart), target)
    assert found.findings == ()
    assert next(iter(found.strongest)) == "PAY_0"


def test_no_false_alarm_on_german() -> None:
    loans = german_loans()
    assert search(loans.frame, loans.target).findings == ()


@pytest.mark.data
def test_no_false_alarm_on_pakdd() -> None:
    loans = pakdd_loans(8000)
    assert search(loans.frame, loans.target).findings == ()
