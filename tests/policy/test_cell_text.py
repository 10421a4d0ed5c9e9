"""A cell's text reads back as the very same cell, and people's spellings are understood."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.canonical import canonical
from tests.policy.rule_strategies import APPLICATION, INPUTS, PARTY, cells
from underwriting.policy.cell_text import LISTS, ORDER, cell_of, cell_text
from underwriting.policy.inputs import Input
from underwriting.policy.literal_text import (
    Manner,
    TextRefused,
    literal_text,
    literal_value,
    manner_of,
    percent_text,
)

EVERY = st.sampled_from([*APPLICATION, *PARTY])
RATIO = Input("debt_to_income", "application", "decimal", 4, "ratio")
ANYTHING = st.one_of(
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.text(max_size=12),
    st.sampled_from(
        ["and", "a and b", "between", "in: x", "not", "missing", "known", "yes", "5", "5.00",
         "40 %", "$p", "json: 1", "null", '"', "a,b", " ", "", "[count]", "> 1", "2026-11-21", "\n",
         "\x00", "1 000", "1,5", "contains x", "starts with", "=1+1"]
    ),
)  # fmt: skip
OPERANDS = st.one_of(
    ANYTHING,
    st.lists(ANYTHING, max_size=3),
    st.fixed_dictionaries({"field": st.sampled_from(["count", "model.pd_ppm", "Not A Name"])}),
)
ANY_CELL = st.dictionaries(st.sampled_from([*ORDER, "matches"]), OPERANDS, min_size=1, max_size=3)


@settings(max_examples=50, deadline=None)
@given(EVERY.flatmap(lambda item: st.tuples(st.just(item), cells(item))))
def test_a_cell_that_rules_use_is_written_plainly_and_reads_back(given_cell):
    item, cell = given_cell
    text = cell_text(item.name, cell, item)
    assert canonical(cell_of(item.name, text, item)) == canonical(cell)
    assert not text.startswith("json:")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([*INPUTS, "model.pd_ppm", "unknown"]), ANY_CELL)
def test_whatever_a_cell_holds_reads_back(name, cell):
    item = INPUTS.get(name)
    assert canonical(cell_of(name, cell_text(name, cell, item), item)) == canonical(cell)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*INPUTS.values(), RATIO, None]), st.one_of(ANYTHING, st.none()))
def test_whatever_a_value_is_it_reads_back(item, value):
    manner = manner_of(item.name if item else "x", item)
    assert canonical(literal_value(literal_text(value, manner), manner)) == canonical(value)


@pytest.mark.parametrize(
    ("item", "text", "cell"),
    [
        (RATIO, "> 40 %", {"gt": "0.40"}),
        (RATIO, ">= 12.5%", {"ge": "0.125"}),
        (RATIO, "> 0.4", {"gt": "0.4"}),
        (RATIO, "> $max_dti", {"gt": "$max_dti"}),
        (INPUTS["count"], "between 18 and 75", {"between": [18, 75]}),
        (INPUTS["count"], "BETWEEN 18 AND 75 and not 40", {"between": [18, 75], "ne": 40}),
        (INPUTS["count"], "> [other_count]", {"gt": {"field": "other_count"}}),
        (INPUTS["money"], "< 1500 EUR", {"lt": 1500}),
        (INPUTS["money"], "≤ 12 000.50", {"le": "12000.50"}),
        (INPUTS["money"], "> 1 and < 5.00", {"gt": 1, "lt": "5.00"}),
        (INPUTS["kind"], "in: a, b", {"in": ["a", "b"]}),
        (INPUTS["kind"], "not in: a", {"not_in": ["a"]}),
        (INPUTS["kind"], "none of: a,b", {"not_in": ["a", "b"]}),
        (INPUTS["kind"], "= a", {"eq": "a"}),
        (INPUTS["kind"], "not a", {"ne": "a"}),
        (INPUTS["note"], "5", {"eq": "5"}),
        (INPUTS["note"], '"a, b and c"', {"eq": "a, b and c"}),
        (INPUTS["note"], "starts with 20", {"starts_with": "20"}),
        (INPUTS["note"], "contains: GmbH, AG", {"contains": ["GmbH", "AG"]}),
        (INPUTS["flag"], "no", {"eq": False}),
        (INPUTS["day"], "between 2026-01-01 and 2026-12-31",
         {"between": ["2026-01-01", "2026-12-31"]}),
        (INPUTS["day"], "missing", {"missing": True}),
        (None, "known and > 5", {"known": True, "gt": 5}),
    ],
)  # fmt: skip
def test_what_people_write(item, text, cell):
    assert cell_of(item.name if item else "x", text, item) == cell


def test_a_probability_is_written_in_percent():
    assert cell_text("model.pd_ppm", {"gt": 49_000}) == "> 4.9 %"
    assert cell_of("model.pd_ppm", "> 4.9 %") == {"gt": 49_000}
    assert percent_text(1) == "0.0001 %"
    assert cell_text("debt_to_income", {"gt": "0.4000"}, RATIO) == "> 40.00 %"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "condition is missing"),
        ("> 1 and", "condition is missing"),
        (">", "value is missing"),
        ("between 1", "takes two values"),
        ("> 1 and > 2", "asked twice"),
        ("1,5", "with a point"),
        ("12.000,50", "with a point"),
        ('> "open', "quotation mark"),
        ("in: a,, b", "value is missing"),
        ("json: [", "no JSON"),
        ("json: 1.5", "decimals as text"),
        ("json: 5", "takes an object"),
        ("> null", "write missing"),
        ("< > 5", "quotation marks"),
        ("\x00", "control character"),
    ],
)
def test_what_is_no_cell_is_said_in_words(text, says):
    with pytest.raises(TextRefused, match=says):
        cell_of("count", text, INPUTS["count"])


def test_a_share_is_never_finer_than_a_millionth():
    with pytest.raises(TextRefused, match="four decimals"):
        literal_value("0.00001 %", Manner("number", "ppm"))


def test_every_list_has_its_sign():
    assert {cell_text("kind", {op: ["a"]}, INPUTS["kind"]) for op in LISTS} == {
        "in: a",
        "not in: a",
    }
