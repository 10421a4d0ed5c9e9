"""The JSON Schema partners get, and the reader behind it, take the same documents."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.ml.households import household

DICTIONARY = household()
SCHEMAS = {scope: DICTIONARY.json_schema(scope, "de") for scope in ("request", "party")}
VALIDATORS = {scope: Draft202012Validator(schema) for scope, schema in SCHEMAS.items()}
ASKED = {
    scope: frozenset(field.name for field in DICTIONARY.decision_fields(scope)) for scope in SCHEMAS
}
GOOD: dict[str, dict[str, Any]] = {
    "request": {"amount": "12000.00", "term_months": 48},
    "party": {"income": "2500.50"},
}
BESIDE = {"minimum", "maximum", "type_date"}
"""What stands beside the schema: bounds of amounts and dates, days the calendar lacks."""
UGLY = [
    *(None, True, False, 0, 1, -1, 48, 98, 99, 10**30, [], {}, [1], {"value": 1}),
    *("", " ", "0", "-0.01", "12.5", "12.50", "12.505", "12.5000", "1e3", "12,50", "12.", ".5"),
    *("+1", "٣", "9" * 30, "-" + "9" * 16, "9.0000", "0000012.50", "NaN", "Infinity", "true"),
    *("car", "Car", "clerk", "X", "2020-01-01", "2020-1-1", "2020-02-30", "2020-01-01T00:00"),
    *("a\tb", "a\x7fb", "Grüße", "x" * 500, "x" * 501),
]


def accepted(scope: str, document: Any) -> tuple[bool, set[str]]:
    """Whether the schema takes it, and the reader's problems."""
    problems = DICTIONARY.read(scope, document, only=ASKED[scope])[1]
    return VALIDATORS[scope].is_valid(document), {problem.code for problem in problems}


def test_the_schemas_are_schemas() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("scope", SCHEMAS)
def test_a_good_document_passes_both(scope: str) -> None:
    assert accepted(scope, GOOD[scope]) == (True, set())


FIELDS = [(scope, name) for scope, names in ASKED.items() for name in sorted(names)]


@pytest.mark.parametrize(("scope", "name"), FIELDS)
def test_schema_and_reader_agree_on_ugly_values(scope: str, name: str) -> None:
    for value in UGLY:
        by_schema, problems = accepted(scope, {**GOOD[scope], name: value})
        if by_schema:
            assert problems <= BESIDE, (name, value)
        elif not problems:
            as_number = isinstance(value, int) and not isinstance(value, bool)
            assert as_number, (name, value)  # amounts may also come as exact JSON numbers
            assert DICTIONARY.reader(name).field.type in ("money", "decimal")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FIELDS), st.from_regex(r"-?[0-9]{0,20}(\.[0-9]{0,7})?", fullmatch=True))
def test_schema_and_reader_agree_on_numbers_in_text(place: tuple[str, str], text: str) -> None:
    scope, name = place
    by_schema, problems = accepted(scope, {**GOOD[scope], name: text})
    assert not by_schema or problems <= BESIDE
    if not problems:
        assert by_schema or text.startswith("-") or len(text.lstrip("0").split(".")[0]) > 14


@pytest.mark.parametrize("scope", SCHEMAS)
@pytest.mark.parametrize("document", [None, [], "text", 1, {}, {"extra": 1}])
def test_schema_and_reader_agree_on_the_whole(scope: str, document: Any) -> None:
    by_schema, problems = accepted(scope, document)
    assert by_schema is (not problems)


def test_a_whole_number_may_have_a_decimal_point() -> None:
    document = {"amount": "12000.00", "term_months": 48.0}
    assert VALIDATORS["request"].is_valid(document)
    read = {"amount": "12000.00", "term_months": Decimal("48.0")}  # as a door parses it
    assert DICTIONARY.read("request", read)[1] == []


def test_what_may_not_decide_is_not_asked_for() -> None:
    assert {"sex", "arrears"}.isdisjoint(SCHEMAS["party"]["properties"])
    assert SCHEMAS["party"]["required"] == ["income"]


def test_words_are_in_the_language_asked_for() -> None:
    income = SCHEMAS["party"]["properties"]["income"]
    assert (income["title"], income["description"]) == ("income (de)", "After tax (de)")
    assert (income["x-assay-unit"], income["x-assay-minimum"]) == ("EUR", "0")
    job = SCHEMAS["party"]["properties"]["job"]
    titles = [choice["title"] for choice in job["anyOf"][0]["oneOf"]]
    assert titles == ["clerk (de)", "smith (de)", "not stated"]
    french = DICTIONARY.json_schema("party", "fr")["properties"]["income"]
    assert french["title"] == "income"
