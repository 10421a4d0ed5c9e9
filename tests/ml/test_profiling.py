"""Profiling a file nobody prepared: how it is written, what its columns are, what to beware of."""

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
from ml.profiling import Spelling, TextTable, Unreadable, profile
from ml.profiling.amounts import Numbers, codes_in, nice_up
from ml.profiling.dialect import dialect_of
from ml.profiling.headers import field_names, unique_headers
from ml.profiling.spelling import date_in
from tests.ml.profiles import ROWS, of_columns, one, said, table


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
