"""Profiling a file nobody prepared: how it is written, what its columns are, what to beware of."""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ml.dictionary import Dictionary
from ml.profiling import ColumnProfile, Profile, Spelling, TextTable, Unreadable, profile
from ml.profiling.amounts import Numbers, codes_in, nice_up
from ml.profiling.dialect import dialect_of
from ml.profiling.findings import SENTENCES
from ml.profiling.headers import field_names, unique_headers
from ml.profiling.proposal import draft
from ml.profiling.risk import category_ranking, direction, ranking
from ml.profiling.sample import RowSample
from ml.profiling.spelling import date_in
from tests.ml.ugly import ugly_file

ROWS = 400


def table(body: bytes) -> TextTable:
    return TextTable(lambda: io.BytesIO(body))


def of_columns(
    columns: dict[str, list[Any]], *, delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode(encoding)


def outcome(rows: int = ROWS) -> list[str]:
    return ["1" if i % 5 == 0 else "0" for i in range(rows)]


def one(name: str, cells: list[Any], **more: Any) -> ColumnProfile:
    """The profile of a single column beside an outcome."""
    body = of_columns({name: cells, "filler": list(range(len(cells))), "bad": outcome(len(cells))})
    return profile(table(body), **more).column(name)


def said(column: ColumnProfile) -> set[str]:
    return {finding.code for finding in column.findings}


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"), ("latin-1", "cp1252"), ("cp1252", "cp1252"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(encoding: str, found: str, delimiter: str) -> None:
    columns = {"Señor, Straße": ["añó; x|y", "b"] * 60, "n": ["1,5", "2"] * 60}
    body = of_columns(columns, delimiter=delimiter, encoding=encoding)
    for given_body in (body, gzip.compress(body)):
        seen = table(given_body)
        assert (seen.dialect.encoding, seen.dialect.delimiter) == (found, delimiter)
        assert seen.columns == ["Señor, Straße", "n"]
        assert next(seen.blocks()).columns["Señor, Straße"][0] == "añó; x|y"


def test_latin_1_after_the_first_mebibyte_is_found_when_the_whole_is_looked_at() -> None:
    body = b"a,b\n" + b"plain,1\n" * 140_000 + "año,2\n".encode("latin-1")
    assert dialect_of(io.BytesIO(body)).encoding == "utf-8-sig"
    assert dialect_of(io.BytesIO(body), whole=True).encoding == "cp1252"


def test_old_line_ends_quoted_newlines_and_broken_rows_are_read() -> None:
    body = b'a,b\r"x\ny",1\r2\rz,3\r'
    (block,) = table(body).blocks()
    assert block.columns == {"a": ["x\ny", "z"], "b": ["1", "3"]}
    assert (block.numbers, block.broken) == ([1, 3], [2])


def test_parquet_is_profiled_like_text(tmp_path: Path) -> None:
    file = tmp_path / "loans.parquet"
    columns = {
        "income": [1000.5 + i for i in range(ROWS)],
        "bad": [i % 5 == 0 for i in range(ROWS)],
    }
    parquet.write_table(pa.table(columns), file)
    found = profile(TextTable(lambda: file.open("rb")))
    assert found.column("income").type == "money"
    assert found.outcomes.bad == ["true"]


def test_parquet_with_lists_in_a_cell_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "nested.parquet"
    parquet.write_table(pa.table({"a": [[1, 2]] * 9, "bad": [0, 1, 1] * 3}), file)
    with pytest.raises(Unreadable, match="no single value"):
        profile(TextTable(lambda: file.open("rb")))


@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_names_are_always_safe_and_unique(headers: list[str]) -> None:
    sources = unique_headers(headers)
    names = field_names(sources, taken=("of_age",))
    assert len(set(sources)) == len(set(names)) == len(headers)
    document = {
        "schema": "assay.dictionary/1", "languages": ["en"],
        "fields": [
            {"name": name, "scope": "party", "type": "integer", "label": {"en": "x"}}
            for name in names
        ],
    }  # fmt: skip
    Dictionary.parse(document)


def test_headers_with_accents_spaces_repeats_and_nothing() -> None:
    sources = unique_headers(["Nº de Días", "", "amount", "amount", "class", "2nd"])
    assert sources == ["Nº de Días", "column 2", "amount", "amount (2)", "class", "2nd"]
    assert field_names(sources) == [
        "no_de_dias", "column_2", "amount", "amount_2", "class_2", "f_2nd",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spelling", "text", "value"),
    [
        (Spelling("number", decimal=",", thousands="."), "1.234,50", "1234.5"),
        (Spelling("number", thousands=","), "1,234,567.00", "1234567"),
        (Spelling("number", decimal=",", thousands=" "), "1\u00a0234,5", "1234.5"),
        (Spelling("number", signs=True, thousands=","), "R$ 1,200.00", "1200"),
        (Spelling("number", decimals=2), "5974028.399999999", "5974028.4"),
        (Spelling("number", decimals=2), "0.125", "0.12"),
        (Spelling("number"), "1e3", "1000"),
        (Spelling("number"), "-.5", "-0.5"),
        (Spelling("number"), "many", "many"),
        (Spelling("code"), "3.0", "3"),
        (Spelling("code"), "03", "03"),
        (Spelling("date", order="dmy"), "31/12/2024", "2024-12-31"),
        (Spelling("date", order="mdy"), "12/31/24", "2024-12-31"),
        (Spelling("date"), "2024-12-31T10:11:12Z", "2024-12-31"),
        (Spelling("date"), "20241231", "2024-12-31"),
        (Spelling("date"), "Dec-2015", "2015-12-01"),
        (Spelling("date", order="dmy"), "3 de marzo de 2024", "2024-03-03"),
        (Spelling("date", order="dmy"), "31/02/2024", "31/02/2024"),
    ],
)  # fmt: skip
def test_cells_in_the_dictionarys_own_spelling(spelling: Spelling, text: str, value: str) -> None:
    assert spelling.normal(text) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
@settings(max_examples=80, deadline=None)
def test_an_amount_survives_either_locale(amount: Any) -> None:
    plain = Spelling("number").normal(f"{amount:.2f}")
    european = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert Spelling("number", decimal=",", thousands=".").normal(european) == plain
    assert Spelling("number", thousands=",").normal(f"{amount:,.2f}") == plain


@given(st.dates(min_value=np.datetime64("1971-01-01").item()))
@settings(max_examples=60, deadline=None)
def test_a_day_survives_either_order(day: Any) -> None:
    if day.year > 9000:
        return
    assert date_in(day.strftime("%d.%m.") + f"{day.year:04d}", "dmy") == day
    assert date_in(day.strftime("%m/%d/") + f"{day.year:04d}", "mdy") == day


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("visits", [str(i % 60) for i in range(ROWS)], "integer"),
        ("rate pct", [f"{i % 70}.5" for i in range(ROWS)], "decimal"),
        ("monthly income", [str(900 + i * 7) for i in range(ROWS)], "money"),
        ("worth", [f"€ {900 + i * 7}" for i in range(ROWS)], "money"),
        ("phone", ["Sí", "No"] * (ROWS // 2), "boolean"),
        ("telefon", ["ja", "nein"] * (ROWS // 2), "boolean"),
        ("grade", list("ABCD") * (ROWS // 4), "category"),
        ("branch code", ["1.0", "2.0", "7.0", "9.0"] * (ROWS // 4), "category"),
        ("since", [f"{1 + i % 28:02d}/{1 + i % 12:02d}/2020" for i in range(ROWS)], "date"),
        ("notes", [f"called {i} times, said {i * 7}" for i in range(ROWS)], "text"),
    ],
)
def test_types_are_found(name: str, cells: list[str], kind: str) -> None:
    assert one(name, cells).type == kind


@pytest.mark.parametrize(
    ("cells", "special"),
    [
        (["-9"] * 20 + [str(i % 40) for i in range(380)], ["-9"]),
        (["98"] * 9 + ["99"] * 9 + [str(i % 12) for i in range(382)], ["98", "99"]),
        (["999"] * 30 + [str(i % 30) for i in range(370)], ["999"]),
        (["0"] * 40 + [str(450 + i % 300) for i in range(360)], ["0"]),
        ([str(i % 100) for i in range(400)], []),
        ([str(i % 4 - 2) for i in range(400)], []),
        ([str(i % 3) for i in range(400)], []),
    ],
)
def test_special_codes_stand_apart(cells: list[str], special: list[str]) -> None:
    column = one("enquiries", cells)
    assert list(column.special) == special
    assert ("special_code" in said(column)) == bool(special)


def test_codes_come_again_and_again() -> None:
    sample = np.sort(np.array([*range(50), 99.0]))
    assert codes_in(Numbers({**dict.fromkeys(map(float, range(50)), 1), 99.0: 1}, sample)) == {}


def test_one_wild_value_moves_no_range() -> None:
    draw = np.random.default_rng(3)
    usual = [f"{v:.2f}" for v in np.exp(draw.normal(7, 0.5, ROWS - 1))]
    column = one("salary", [*usual, "22000000000.00"])
    assert float(column.high or 0) < 100_000
    assert (column.seen_high, column.refused) == ("22000000000", 1)
    assert "beyond_range" in said(column)
    assert one("salary", usual + usual[:1]).refused == 0


@given(st.floats(min_value=1e-6, max_value=1e12))
@settings(max_examples=60, deadline=None)
def test_a_proposed_end_leaves_room_but_not_much(value: float) -> None:
    found = float(nice_up(value))
    assert value * 0.99999 <= found <= value * 2.6 + 1e-8


@pytest.mark.parametrize(
    ("name", "basis"),
    [
        ("SEX", "sex"), ("Género", "sex"), ("geschlecht", "sex"), ("edad_cliente", "age"),
        ("Fecha de Nacimiento", "age"), ("nianling", "age"), ("estado civil", "marital_status"),
        ("Familienstand", "marital_status"), ("NACIONALITY", "national_origin"),
        ("STATE_OF_BIRTH", "national_origin"), ("foreign_worker", "national_origin"),
        ("raça", "race"), ("religion", "religion"), ("bolsa família", "public_assistance"),
        ("usage", None), ("average balance", None), ("vehicle age", None), ("account_age", None),
    ],
)  # fmt: skip
def test_prohibited_bases_by_name(name: str, basis: str | None) -> None:
    column = one(name, [str(20 + i % 40) for i in range(ROWS)])
    assert column.basis == basis
    if basis:
        assert "prohibited_name" in said(column)


def test_prohibited_bases_by_value_and_proxies_by_name() -> None:
    assert one("x7", ["F", "M"] * (ROWS // 2)).basis == "sex"
    assert one("x8", ["soltero", "casado", "viudo", "-"] * (ROWS // 4)).basis == "marital_status"
    assert one("x9", ["F", "G"] * (ROWS // 2)).basis is None
    proxy = one("zip code", [str(20_000 + i % 9) for i in range(ROWS)])
    assert proxy.basis is None
    assert "proxy" in said(proxy)


def test_a_sex_that_is_none_is_missing() -> None:
    column = one("SEX", ["F", "M", "M", "F"] * 99 + ["N"] * 4)
    assert column.readings == {"N": None}
    assert "odd_values" in said(column)


@pytest.mark.parametrize("name", ["dias de mora", "charged off", "Saldo castigado", "last_pymnt_d"])
def test_names_of_what_is_known_too_late(name: str) -> None:
    column = one(name, [str(i % 90) for i in range(ROWS)])
    assert column.late
    assert "late_name" in said(column)


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
