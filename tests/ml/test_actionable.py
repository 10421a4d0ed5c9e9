"""What an applicant can act on: which fields may say so, and which values can be reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.dictionary import Dictionary, DictionaryError
from ml.dictionary.actionable import MOST_LEVELS, levels
from tests.decisioning.cast import DICTIONARY, categories, changed, field

EARLIER = "sha256:"


def dictionary_with(*fields):
    kept = [
        each for each in DICTIONARY["fields"] if each["name"] not in {f["name"] for f in fields}
    ]
    return changed(DICTIONARY, fields=[*kept, *fields])


def reached(described, current):
    parsed = Dictionary.parse(dictionary_with(described))
    name = described["name"]
    return levels(parsed.entries[name], parsed.reader(name), current)


def test_a_dictionary_without_changeable_fields_keeps_its_bytes():
    assert b"changeable" not in Dictionary.parse(DICTIONARY).canonical()
    assert b"reach" not in Dictionary.parse(DICTIONARY).canonical()


def test_what_is_changeable_stands_in_the_bytes_and_is_read_back():
    made = dictionary_with(
        field("debts", "party", "money", scale=2, changeable="lower", reach={"step": "50.00"})
    )
    parsed = Dictionary.parse(made)
    again = Dictionary.parse(parsed.canonical())
    assert again.entries["debts"].changeable == "lower"
    assert again.content_hash == parsed.content_hash != Dictionary.parse(DICTIONARY).content_hash


REFUSED = [
    ({"prohibited_basis": "sex", "uses": ["monitoring"], "reason": None}, "prohibited basis"),
    ({"uses": ["capacity", "policy"]}, "may contract"),
    ({"known": "bureau"}, "what the applicant states"),
    ({"known": "decision", "uses": ["monitoring"]}, "what the applicant states"),
]


@pytest.mark.parametrize(("settings", "why"), REFUSED)
def test_what_nobody_can_act_on_is_refused(settings, why):
    flag = field("flag", "party", "boolean", required=False, changeable="higher", **settings)
    with pytest.raises(DictionaryError, match=why):
        Dictionary.parse(dictionary_with(flag))


@pytest.mark.parametrize(
    ("kind", "settings", "why"),
    [
        ("date", {"changeable": "lower"}, "no smallest change"),
        ("text", {"changeable": "either", "uses": ["policy"]}, "no smallest change"),
        ("money", {"changeable": "lower", "reach": {"step": "0.00"}}, "above nothing"),
        ("money", {"changeable": "lower", "reach": {"min": "x"}}, "not a value"),
        ("money", {"changeable": "lower", "reach": {"min": "9.00", "max": "1.00"}}, "above max"),
        ("boolean", {"changeable": "higher", "reach": {"step": 1}}, "of a number"),
        ("money", {"reach": {"step": "1.00"}}, "belongs to what is changeable"),
    ],
)
def test_a_reach_without_meaning_is_refused(kind, settings, why):
    odd = field("odd", "party", kind, required=False, **settings)
    with pytest.raises(DictionaryError, match=why):
        Dictionary.parse(dictionary_with(odd))


def test_numbers_move_by_steps_to_the_end_of_their_reach():
    debts = field(
        "debts", "party", "money", scale=2, changeable="lower", reach={"step": "50.00", "min": "60"}
    )
    found = reached(debts, 22_000)
    assert [level.value for level in found] == [20_000, 15_000, 10_000, 6_000]
    assert found[0].distance_ppm == 2_000 * 1_000_000 // 22_000


def test_categories_move_along_their_order_within_reach():
    housing = field(
        "housing", "party", "category", values=categories("a", "b", "c", "d"), changeable="higher"
    )
    assert [level.value for level in reached(housing, "b")] == ["c", "d"]
    assert [level.value for level in reached({**housing, "changeable": "lower"}, "b")] == ["a"]
    narrowed = {**housing, "changeable": "either", "reach": {"values": ["d"]}}
    assert [level.value for level in reached(narrowed, "b")] == ["d"]


def test_what_is_missing_or_a_special_code_moves_nowhere():
    coded = field(
        "score", "party", "integer", special={"98": "x"}, min=0, max=99, changeable="either"
    )
    assert reached(coded, None) == reached(coded, 98) == []
    assert 98 not in [level.value for level in reached(coded, 97)]


@given(st.integers(1, 10**9), st.sampled_from(["lower", "higher", "either"]))
def test_levels_are_few_reachable_and_nearest_first(current, way):
    money = field("debts", "party", "money", scale=2, changeable=way, max="99999999.00")
    found = reached(money, current)
    assert 0 < len(found) <= 2 * MOST_LEVELS + 2
    assert [each.distance_ppm for each in found] == sorted(each.distance_ppm for each in found)
    if way != "either":
        assert all((each.value > current) == (way == "higher") for each in found)
