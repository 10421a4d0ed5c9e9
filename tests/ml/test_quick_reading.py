"""What is read quickly is what `FieldReader.typed` and `typed_literal` say, value or refusal."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ml.dictionary.entries import Field
from ml.dictionary.quick import taker
from ml.dictionary.reading import FieldReader, Wrong
from underwriting.policy.inputs import Input
from underwriting.policy.literals import LiteralRefused, literal_taker, typed_literal

CATEGORIES = [{"value": value} for value in ("own", "rent")]
FIELDS = [
    {"type": "integer", "min": 0, "max": 90, "special": {"98": "unknown"}},
    {"type": "integer"},
    {"type": "money", "min": "250.00", "max": "50000.00"},
    {"type": "decimal", "scale": 4},
    {"type": "decimal", "scale": 0},
    {"type": "money", "scale": 9, "special": {"-1": "none"}, "min": "0"},
    {"type": "boolean"},
    {"type": "category", "values": CATEGORIES, "special": {"none": "none"}},
    {"type": "date", "min": "1950-01-01"},
    {"type": "date", "max": "2030-12-31", "min": "1970-01-02"},
    {"type": "text"},
]
READERS = [
    FieldReader(Field.model_validate_json(json.dumps(
        {"name": "field", "scope": "party", **each}
    )))
    for each in FIELDS
]  # fmt: skip
INPUTS = [
    Input("number", "application", "money", 2),
    Input("whole", "application", "integer"),
    Input("day", "application", "date"),
    Input("said", "application", "boolean"),
    Input("word", "application", "category", categories=frozenset(["own"])),
]

digits = st.text("0123456789", min_size=0, max_size=20)
spelled = st.builds(
    lambda sign, whole, point, rest, end: sign + whole + point + rest + end,
    st.sampled_from(["", "-", "+", " "]), digits, st.sampled_from(["", ".", ",", "..", "٫"]),
    digits, st.sampled_from(["", "\n", " ", "٣", "²", "e2"]),
)  # fmt: skip
days = st.dates().map(str) | st.from_regex(r"[0-9-]{8,11}", fullmatch=True)
anything = (
    spelled | days | digits | st.integers() | st.integers(-2, 100) | st.booleans() | st.none()
    | st.sampled_from(["own", "rent", "none", "castle", "", [], {}, 1.5, Decimal("5.0")])
    | st.sampled_from([".00", "0.00", "250.00", "249.99", "2020-W01-1", "1969-12-31", 2**62 + 1])
)  # fmt: skip


def said(read, *given):
    try:
        found = read(*given)
    except Wrong as wrong:
        return wrong.code, wrong.params
    except LiteralRefused as refused:
        return str(refused)
    return type(found), found


@pytest.mark.parametrize("reader", READERS, ids=range(len(READERS)))
@settings(max_examples=150, deadline=None)
@given(value=anything, as_of=st.none() | st.integers(-9, 20_000))
@example(value="12.34", as_of=None)
@example(value="999999999999999999.99", as_of=None)
def test_a_field_is_read_alike(reader, value, as_of):
    quick = taker(reader)
    slow = said(lambda: reader.typed(value, as_of=as_of))
    assert said(quick, value, as_of) == slow


@pytest.mark.parametrize("item", INPUTS, ids=[item.name for item in INPUTS])
@settings(max_examples=150, deadline=None)
@given(value=anything)
def test_a_literal_is_read_alike(item, value):
    assert said(literal_taker(item), value) == said(typed_literal, item, value)
