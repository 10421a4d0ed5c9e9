"""Profiling a file nobody prepared: what is suspicious about it, and what is proposed."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.dictionary import Dictionary
from ml.profiling import ColumnProfile, Profile, TextTable, Unreadable, profile
from ml.profiling.findings import SENTENCES
from ml.profiling.proposal import draft
from ml.profiling.risk import category_ranking, direction, ranking
from ml.profiling.sample import RowSample
from tests.ml.profiles import ROWS, of_columns, one, outcome, said, table
from tests.ml.ugly import ugly_file


def test_a_field_that_separates_the_outcome_is_known_too_late() -> None:
    bad = outcome()
    score = [str(90 - 40 * int(b) + i % 7) for i, b in enumerate(bad)]
    column = one("puntaje", score)
    assert column.late
    assert column.auc == 1.0
    assert "separates" in said(column)
    assert not one("score", [str(i % 77) for i in range(ROWS)]).late


def test_direction_of_risk_only_where_it_is_clear() -> None:
    draw = np.random.default_rng(5)
    values = draw.normal(size=6_000)
    rising = draw.random(6_000) < 1 / (1 + np.exp(2 - values))
    hill = draw.random(6_000) < 1 / (1 + np.exp(1 + values**2))
    found = direction(values, rising)
    assert found is not None
    assert found.way == "higher"
    assert direction(-values, rising).way == "lower"  # type: ignore[union-attr]
    assert direction(values, hill) is None


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_chance_has_no_direction(seed: int) -> None:
    """|z| of 3 and a sign test besides: about one in a thousand by chance alone."""
    draw = np.random.default_rng(seed)
    assert direction(draw.normal(size=2_000), draw.random(2_000) < 0.2) is None


def test_ranking_agrees_with_counting_pairs() -> None:
    draw = np.random.default_rng(1)
    values, bad = draw.integers(0, 9, 80).astype(float), draw.random(80) < 0.3
    pairs = [(b > g) + 0.5 * (b == g) for b in values[bad] for g in values[~bad]]
    assert ranking(values, bad) == pytest.approx(np.mean(pairs))


def test_many_rare_categories_do_not_rank_themselves() -> None:
    draw = np.random.default_rng(2)
    assert category_ranking(np.arange(3_000) % 1_500, draw.random(3_000) < 0.2) < 0.56


def test_junk_among_words_is_set_aside_with_its_rows() -> None:
    cells = ["Estable", "Creciente"] * 190 + [str(8_000 + i) for i in range(20)]
    column = one("tendencia", cells)
    assert list(column.values) == ["Creciente", "Estable"]
    assert column.others == ""
    assert "numbers_in_category" in said(column)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["x"] * ROWS, "constant"), ([""] * ROWS, "empty"), (["a"] * 399 + ["b"], "near_constant"),
        ([""] * 300 + list("ab") * 50, "mostly_missing"),
        (["#DIV/0!"] * 9 + [str(i) for i in range(391)], "null_words"),
        (["ab\x07c", "d"] * 5 + ["e"] * 390, "control_characters"),
        (["Paris", "PARIS", "Rome", "Rome"] * (ROWS // 4), "same_but_case"),
        ([f"{1 + i % 12:02d}/{1 + i % 12:02d}/2021" for i in range(ROWS)], "day_or_month"),
        (["9999-12-31"] * 50 + [f"2021-01-{1 + i % 28:02d}" for i in range(350)], "date_special"),
        ([f"1.{100 + i}" for i in range(ROWS)], "thousands_or_decimals"),
    ],
)  # fmt: skip
def test_what_is_suspicious_is_said(cells: list[str], code: str) -> None:
    column = one("thing", cells)
    assert code in said(column)
    assert all(finding.sentence("es") != finding.sentence("en") for finding in column.findings)


def test_every_sentence_exists_in_both_languages_with_the_same_figures() -> None:
    from string import Formatter

    for english, spanish in SENTENCES.values():
        named = [{n for _, n, _, _ in Formatter().parse(t) if n} for t in (english, spanish)]
        assert named[0] == named[1]


def test_a_sample_favours_no_part_of_the_file() -> None:
    sample = RowSample(columns=5_000)
    for first in range(0, 40_000, 500):
        numbers = np.arange(first, first + 500)
        kept = sample.keeps(numbers)
        sample.add(numbers[kept], [pa.array([str(n) for n in numbers[kept]])])
    drawn = np.array([int(text or 0) for text in sample.texts(0)])
    assert sample.most / 2 < len(drawn) <= sample.most
    assert 18_000 < drawn.mean() < 22_000


@pytest.fixture(scope="module")
def ugly(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    file = ugly_file(tmp_path_factory.mktemp("ugly") / "loans.csv", 1_100, 40)
    return profile(TextTable(lambda: file.open("rb")))


def test_an_ugly_file_becomes_a_dictionary(ugly: Profile) -> None:
    assert (ugly.rows, ugly.broken, ugly.first_broken) == (1_100, 1, 1_000)
    roles = {column.role: column.header for column in ugly.columns}
    assert roles["target"] == "Incumplió"
    assert roles["reference"] == "Nº Solicitud"
    assert roles["applied_on"] == "Fecha de Solicitud"
    assert (roles["amount"], roles["term"]) == ("Importe Solicitado", "Plazo (meses)")
    proposal = draft(ugly, languages=["es", "fi"], currency="EUR")
    found = Dictionary.parse(proposal.document)
    protected = {field.prohibited_basis for field in found.protected_fields()}
    assert protected == {"sex", "age", "marital_status"}
    assert "dias_de_mora" not in found.model_inputs()
    assert found.reasons()["INGRESO_MENSUAL"] == {
        "es": "Su dato: Ingreso Mensual", "fi": "Your Ingreso Mensual",
    }  # fmt: skip


def test_a_profile_survives_json(ugly: Profile) -> None:
    import json

    again = json.loads(json.dumps(ugly.document()))
    assert [ColumnProfile.of(each) for each in again["columns"]] == list(ugly.columns)


def test_every_proposal_keeps_the_law(ugly: Profile) -> None:
    for column in ugly.columns:
        column.basis, column.late = "race", True
    document = draft(ugly, languages=["en"], currency="EUR").document
    uses = {tuple(f["uses"]) for f in document["fields"] if f["name"] not in ("amount", "of_age")}
    assert uses == {("monitoring",)}
    for column in ugly.columns:
        column.basis, column.late = None, False


def test_progress_rises_and_may_stop_the_work() -> None:
    body = of_columns({"x": list(range(ROWS)), "bad": outcome()})
    told: list[float] = []
    profile(table(body), progress=lambda step, done: told.append(done))
    assert told == sorted(told)
    assert told[-1] == 1.0

    def stop(step: str, done: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        profile(table(body), progress=stop)


@pytest.mark.parametrize(
    ("values", "asked", "meaning"),
    [
        (["good", "bad"], (), {"good": "good", "bad": "bad"}),
        (["0", "1"], (), {"0": "good", "1": "bad"}),
        (["Fully Paid", "Charged Off", "Current"], (),
         {"Fully Paid": "good", "Charged Off": "bad", "Current": "censored"}),
        (["A", "B", "C"], ("C",), {"A": "good", "B": "good", "C": "bad"}),
    ],
)  # fmt: skip
def test_which_value_is_bad(
    values: list[str], asked: tuple[str, ...], meaning: dict[str, str]
) -> None:
    cells = [values[i % len(values)] for i in range(ROWS)]
    body = of_columns({"x": list(range(ROWS)), "outcome": cells})
    assert profile(table(body), target="outcome", bad=asked).outcomes.meaning == meaning


def test_a_target_that_says_good_turns_the_bad_value_round() -> None:
    body = of_columns({"x": list(range(ROWS)), "Pago_atiempo": ["1", "1", "1", "0"] * (ROWS // 4)})
    assert profile(table(body)).outcomes.bad == ["0"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"), (b"  \n", "empty"), (b"\x89PNG\x00\x01\x02\x00" * 90, "binary"),
        (b"\xd0\xcf\x11\xe0abc", "spreadsheet"), (b"%PDF-1.7 x", "binary"),
        (b"PAR1 and no more", "not_parquet"), (b"a,b,c\n", "no_rows"),
        (b"x,y\n" + b"1,2\n" * 40, "target_unknown"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_loans_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        profile(table(body))
    assert refused.value.code == code


@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "late", "protected"),
    [
        ("henry/base_de_datos.csv.gz", {"puntaje"}, {"edad_cliente"}),
        ("taiwan/default_of_credit_card_clients.csv.gz", set(), {"SEX", "AGE", "MARRIAGE"}),
    ],
)
def test_real_files_name_their_traps(
    data_folder: Path, tmp_path: Path, path: str, late: set[str], protected: set[str]
) -> None:
    """The first thousand rows."""
    file = tmp_path / "head.csv"
    with gzip.open(data_folder / path, "rt", newline="") as stream:
        rows = list(csv.reader(stream))[:1_001]
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    found = profile(TextTable(lambda: file.open("rb")))
    assert {c.source for c in found.columns if c.late} == late
    assert {c.source for c in found.columns if c.basis} == protected
    Dictionary.parse(draft(found, languages=["es"], currency="COP").document)
