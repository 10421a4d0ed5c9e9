"""A file read as columns gives what its rows give one by one, and the same problems."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.columns import Frame
from ml.readers import NULLS, lexical, read_columns
from tests.ml.households import household

DICTIONARY = household()
ASKED = {s: list(DICTIONARY.fields_of(s)) for s in ("request", "party", "transactions")}
TODAY = 20_000
Found = tuple[Frame, list[tuple[int, str, str]]]


def read(scope: str, raw: Mapping[str, Any], **options: Any) -> Found:
    options = {"as_of": TODAY, "protected": True} | options
    frame, problems = read_columns(DICTIONARY, scope, raw, **options)
    return frame, sorted((row, problem.field, problem.code) for row, problem in problems)


def row_by_row(scope: str, rows: Sequence[Mapping[str, str]], *, history: bool) -> Any:
    """What the reader of single documents makes of the same spellings."""
    values, problems = [], []
    for index, row in enumerate(rows):
        document = {
            field.name: lexical(field, row[field.name].strip())
            for field in ASKED[scope]
            if row[field.name].strip() not in NULLS
        }
        typed, wrong = DICTIONARY.read(scope, document, as_of=TODAY, history=history)
        values.append(typed)
        problems += [(index, problem.field, problem.code) for problem in wrong]
    return values, sorted(problems)


spellings = st.sampled_from(
    [
        *("", "NA", " ", "0", "1", "-1", "48", "48.0", "48.5", "98", "1200.00", "1200.005", "0.5"),
        *(
            "true",
            "FALSE",
            "car",
            "clerk",
            "X",
            " smith ",
            "2019-02-28",
            "2024-02-30",
            "2030-01-01",
        ),
        *("Ünal & Söhne", "1e3", "9" * 40, "-0", "+5", "٣", "nan", "\x00", "12,50"),
    ]
) | st.text(max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(ASKED)), st.booleans(), st.data())
def test_columns_are_read_as_rows_are(scope: str, history: bool, data: st.DataObject) -> None:
    row = st.fixed_dictionaries({field.name: spellings for field in ASKED[scope]})
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    raw = {field.name: [r[field.name] for r in rows] for field in ASKED[scope]}
    frame, problems = read(scope, raw, history=history)
    assert (frame.rows_as_values(), problems) == row_by_row(scope, rows, history=history)


REQUEST = {"amount": ["1000.00", "x"], "term_months": ["12", "12.0"], "purpose": ["car", ""]}


def test_a_wrong_cell_is_named_by_row_and_field() -> None:
    frame, problems = read("request", REQUEST)
    assert problems == [(1, "amount", "type_money")]
    assert frame.row(0) == {"amount": 100_000, "term_months": 12, "purpose": "car"}
    assert frame.row(1) == {"amount": None, "term_months": 12, "purpose": None}


def test_a_demanded_field_may_not_be_empty_or_absent() -> None:
    _, problems = read("request", {"amount": ["1000", ""]})
    lacking = [(0, "term_months", "required"), (1, "amount", "required")]
    assert problems == [*lacking, (1, "term_months", "required")]


def test_a_column_that_is_no_field_is_one_problem() -> None:
    _, problems = read("request", {**REQUEST, "wealth": ["1", "2"]})
    assert (0, "wealth", "unknown") in problems


def test_fields_that_may_not_decide_are_read_only_when_asked_for() -> None:
    raw = {"income": ["1"], "sex": ["f"]}
    assert read("party", raw)[1] == []
    frame, problems = read("party", raw, protected=False)
    assert problems == [(0, "sex", "unknown")]
    assert "sex" not in frame.columns


def test_columns_are_equally_long() -> None:
    with pytest.raises(ValueError, match="equally long"):
        read("request", {"amount": ["1"], "term_months": []})


@pytest.mark.parametrize("raw", [{}, {"amount": [], "term_months": []}])
def test_an_empty_file(raw: Mapping[str, Any]) -> None:
    frame, problems = read("request", raw)
    assert (frame.rows, problems, frame.rows_as_values()) == (0, [], [])


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("income", pa.array([12.5, None])),
        ("income", pa.array([Decimal("12.50"), None])),
        ("income", pa.chunked_array([["12.50"], [None]])),
        ("income", np.array([12.5, np.nan])),
        ("income", np.array(["12.50", None], object)),
        ("income", [Decimal("1.25E+1"), None]),
        ("since", pa.array([date(2019, 2, 28), None])),
        ("since", [datetime(2019, 2, 28, 13, 5, tzinfo=UTC), None]),
        ("employed", pa.array([True, None])),
        ("employed", [True, None]),
        ("employed", np.array([1, None], object)),
        ("enquiries", pa.array([7, None])),
        ("enquiries", pa.array([7.0, None])),
        ("enquiries", [7, None]),
        ("job", pa.array(["clerk", None]).dictionary_encode()),
    ],
)
def test_typed_cells_are_read_as_they_would_be_written(field: str, column: Any) -> None:
    expected = {"income": 1_250, "since": 17_955, "employed": True, "enquiries": 7, "job": "clerk"}
    frame, problems = read("party", {field: column}, history=True)
    assert [problem for problem in problems if problem[1] == field and problem[0] == 0] == []
    assert frame.columns[field].items() == [expected[field], None]


def test_a_spelling_no_encoding_can_store_is_a_wrong_cell() -> None:
    _, problems = read("party", {"income": ["1"], "job": ["\ud800"]})
    assert problems == [(0, "job", "category")]
