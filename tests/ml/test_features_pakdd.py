"""50,000 real applications, all 54 columns, dirty as they come: rows and columns agree on each.

Needs ASSAY_DATA (the folder of the shared data sets); skipped without it.
"""

import gzip
import os
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest

from ml.columns import Batch, Frame
from ml.dictionary import Dictionary
from ml.dictionary.document import decides
from ml.features import compile_inputs
from ml.readers import NULLS, lexical, read_columns
from tests.ml.households import choices, derived, field, held_apart, texts

FILE = "pakdd2010/modeling.csv.gz"
TARGET = "TARGET_LABEL_BAD=1"
MONEY = {"PERSONAL_MONTHLY_INCOME", "OTHER_INCOMES", "PERSONAL_ASSETS_VALUE"}
INTEGER = {
    *("PAYMENT_DAY", "QUANT_ADDITIONAL_CARDS", "QUANT_DEPENDANTS", "MONTHS_IN_RESIDENCE"),
    *("QUANT_BANKING_ACCOUNTS", "QUANT_SPECIAL_BANKING_ACCOUNTS", "QUANT_CARS"),
    *("MONTHS_IN_THE_JOB", "AGE", "ID_CLIENT", TARGET),
}
BOOLEAN = {
    *("FLAG_EMAIL", "FLAG_VISA", "FLAG_MASTERCARD", "FLAG_DINERS", "FLAG_AMERICAN_EXPRESS"),
    *("FLAG_OTHER_CARDS", "FLAG_RG", "FLAG_CPF", "FLAG_INCOME_PROOF"),
    "FLAG_HOME_ADDRESS_DOCUMENT",
}
TEXT = {
    *("CITY_OF_BIRTH", "RESIDENCIAL_CITY", "RESIDENCIAL_BOROUGH", "PROFESSIONAL_CITY"),
    *("PROFESSIONAL_BOROUGH", "RESIDENCIAL_ZIP_3", "PROFESSIONAL_ZIP_3"),
}
REQUEST = {"PAYMENT_DAY", "APPLICATION_SUBMISSION_TYPE", "PRODUCT", "POSTAL_ADDRESS_TYPE"}
PROHIBITED = {
    "SEX": "sex",
    "AGE": "age",
    "MARITAL_STATUS": "marital_status",
    "NACIONALITY": "national_origin",
    "STATE_OF_BIRTH": "national_origin",
    "CITY_OF_BIRTH": "national_origin",
}
INCOME, ASSETS = "personal_monthly_income", "personal_assets_value"
DERIVED = [
    derived("total_income", "party", "money", f"{INCOME} + coalesce(other_incomes, 0)"),
    derived("assets_to_income", "party", "decimal", f"{ASSETS} / total_income", scale=4),
    derived("per_head", "party", "money", "total_income / (quant_dependants + 1)"),
    derived("due_late", "request", "boolean", "payment_day > 15"),
    derived("rooted", "party", "boolean", "months_in_residence >= 12 and residence_type == '1.0'"),
    derived(
        "cards", "party", "integer", "if_else(flag_visa, 1, 0) + if_else(flag_mastercard, 1, 0)"
    ),
    derived("residence_years", "party", "decimal", "months_in_residence / 12", scale=2),
    derived("household_income", "application", "money", "sum(party.total_income)"),
    derived("poorest", "application", "money", "min(party.per_head)"),
    derived("any_rooted", "application", "boolean", "any(party.rooted)"),
    derived("with_phone", "application", "integer", "count(party.flag_residencial_phone == 'Y')"),
    derived(
        "income_spread", "application", "decimal", "poorest / (household_income / count(party))",
        scale=6,
    ),
]  # fmt: skip


@cache
def table() -> pa.Table:
    folder = os.environ.get("ASSAY_DATA")
    path = Path(folder or "", FILE)
    if not folder or not path.exists():
        pytest.skip(f"ASSAY_DATA names no folder with {FILE}")
    with gzip.open(path) as file:
        body = file.read()
    header = body.split(b"\n", 1)[0].decode().strip().split(",")
    every_column = arrow_csv.ConvertOptions(column_types={n: pa.string() for n in header})
    read: pa.Table = arrow_csv.read_csv(pa.BufferReader(body), convert_options=every_column)
    return read


def named(column: str) -> str:
    return column.lower().replace(".", "_").replace("=", "_")


def described(column: str) -> dict[str, Any]:
    """One field of the form; categories take the values the file has."""
    known = {named(n) for n in MONEY | INTEGER | BOOLEAN | TEXT}
    kind = next(
        (k for k, of in [("money", MONEY), ("integer", INTEGER), ("boolean", BOOLEAN),
                         ("text", TEXT)] if column in of),
        "category",
    )  # fmt: skip
    more: dict[str, Any] = {"scope": "request" if column in REQUEST else "party"}
    if named(column) not in known:
        distinct = {text.strip() for text in table()[column].unique().to_pylist()} - NULLS
        more["values"] = choices(*sorted(distinct))
    if kind in ("money", "integer"):
        more["min"] = 0
    if column in PROHIBITED:
        return held_apart(named(column), kind, prohibited_basis=PROHIBITED[column], **more)
    if column == TARGET:
        return held_apart(named(column), kind, known="decision", **more)
    if kind == "text":
        more["uses"] = ["policy"]
    return field(named(column), kind, **more)


@cache
def dictionary() -> Dictionary:
    words = {"schema": "assay.dictionary/1", "languages": list(texts(""))}
    fields = [described(column) for column in table().column_names]
    return Dictionary.parse({**words, "fields": fields, "derived": DERIVED, "groups": []})


def read(scope: str) -> Frame:
    fields = [f for f in dictionary().fields_of(scope) if decides(f)]
    columns = {named(column): column for column in table().column_names}
    raw = {f.name: table()[columns[f.name]] for f in fields}
    frame, problems = read_columns(dictionary(), scope, raw, history=True)
    assert problems == []
    return frame


def documents(scope: str) -> list[dict[str, Any]]:
    """The file's rows as single documents."""
    columns = {named(column): column for column in table().column_names}
    fields = dictionary().decision_fields(scope)
    cells = [table()[columns[f.name]].to_pylist() for f in fields]
    return [
        {
            f.name: lexical(f, cell.strip())
            for f, cell in zip(fields, row, strict=True)
            if cell.strip() not in NULLS
        }
        for row in zip(*cells, strict=True)
    ]


def joint_batch(request: Frame, party: Frame) -> Batch:
    """Every fifth application has the next row's person as its co-applicant."""
    rows = np.arange(party.rows)
    first = rows[rows % 5 != 1]
    application = np.cumsum(rows % 5 != 1) - 1
    position = (rows % 5 == 1).astype(np.int64)
    return Batch(request.take(first), party, application, position)


@pytest.mark.data
def test_rows_and_columns_agree_on_every_application() -> None:
    assert len(dictionary().fields) == 54
    request, party = read("request"), read("party")
    batch = compile_inputs(dictionary()).columns(joint_batch(request, party))
    wholes, people = batch.applications.rows_as_values(), batch.parties.rows_as_values()
    asked, told = documents("request"), documents("party")
    only = {
        s: frozenset(f.name for f in dictionary().decision_fields(s)) for s in ("request", "party")
    }
    plan, first = compile_inputs(dictionary()), 0
    for whole in wholes:
        last = first + 2 if first % 5 == 0 else first + 1
        values, wrong = dictionary().read(
            "request", asked[first], history=True, only=only["request"]
        )
        read_parties = [
            dictionary().read("party", each, history=True, only=only["party"])
            for each in told[first:last]
        ]
        assert not wrong
        assert not any(problems for _, problems in read_parties)
        application, parties = plan.row(values, [values for values, _ in read_parties])
        del application["as_of"]
        assert application == whole
        assert [{k: v for k, v in p.items() if k != "as_of"} for p in parties] == people[first:last]
        first = last
    assert first == party.rows


@pytest.mark.data
def test_a_file_of_fifty_thousand_is_read_in_a_moment() -> None:
    dictionary()
    begun = time.perf_counter()
    read("request")
    read("party")
    assert time.perf_counter() - begun < 10  # about one second where nothing else runs
