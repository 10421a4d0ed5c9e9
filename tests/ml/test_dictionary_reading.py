"""Documents become typed values: strictly, and every wrong field is named with a code."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.dictionary import FieldProblem
from ml.messages import LANGUAGES, MESSAGES, message
from ml.values import LIMIT
from tests.ml.households import household

DICTIONARY = household()
REQUEST: Mapping[str, Any] = {"amount": "12000.00", "term_months": 48, "purpose": "car"}
PARTY: Mapping[str, Any] = {
    "income": "2500.50",
    "obligations": "0",
    "utilisation": "0.3333",
    "enquiries": 98,
    "employed": True,
    "since": "2019-02-28",
    "contract_end": "2030-01-01",
    "job": "clerk",
    "employer": "Müller & Söhne",
}
TODAY = 20_000


def problems(scope: str, **changed: Any) -> list[tuple[str, str]]:
    document = {**(REQUEST if scope == "request" else PARTY), **changed}
    found = DICTIONARY.read(scope, document, as_of=TODAY)[1]
    return [(problem.field, problem.code) for problem in found]


def test_a_good_document_becomes_typed_values() -> None:
    values, wrong = DICTIONARY.read("party", PARTY, as_of=TODAY)
    assert wrong == []
    assert values == {
        **PARTY,
        "income": 250_050,
        "obligations": 0,
        "utilisation": 3_333,
        "since": 17_955,
        "contract_end": 21_915,
        "sex": None,
        "arrears": None,
    }


def test_what_is_written_is_read_back() -> None:
    values, _ = DICTIONARY.read("party", PARTY)
    written = DICTIONARY.write("party", values)
    assert written == {**PARTY, "obligations": "0.00"}
    assert DICTIONARY.read("party", written) == (values, [])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("amount", "499.99", "minimum"),
        ("amount", "-12000.00", "minimum"),
        ("amount", "50000.01", "maximum"),
        ("amount", "12000.005", "precision"),
        ("amount", Decimal("12000.005"), "precision"),
        ("amount", "12.000,00", "type_money"),
        ("amount", "1e4", "type_money"),
        ("amount", " 12000", "type_money"),
        ("amount", "12000.0\n", "type_money"),
        ("amount", "+12000", "type_money"),
        ("amount", "١٢٠٠٠", "type_money"),
        ("amount", 12000.0, "type_money"),
        ("amount", Decimal("NaN"), "type_money"),
        ("amount", Decimal("1e999999999"), "magnitude"),
        ("amount", Decimal("1e-999999999"), "magnitude"),
        ("amount", "9" * 40, "magnitude"),
        ("amount", "9" * 5000, "magnitude"),
        ("amount", 2**70, "magnitude"),
        ("amount", True, "type_money"),
        ("amount", None, "null"),
        ("amount", ["12000"], "type_money"),
        ("amount", {"value": 1}, "type_money"),
        ("term_months", 5, "minimum"),
        ("term_months", 85, "maximum"),
        ("term_months", True, "type_integer"),
        ("term_months", "48", "type_integer"),
        ("term_months", Decimal("48.5"), "type_integer"),
        ("term_months", Decimal("Infinity"), "type_integer"),
        ("term_months", Decimal("4e999999999"), "type_integer"),
        ("term_months", 2**63, "magnitude"),
        ("purpose", "boat", "category"),
        ("purpose", 1, "type_category"),
        ("purpose", "Car", "category"),
    ],
)
def test_a_wrong_request_is_named(field: str, value: Any, code: str) -> None:
    assert problems("request", **{field: value}) == [(field, code)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("employed", 1, "type_boolean"),
        ("employed", "true", "type_boolean"),
        ("since", "2024-02-30", "type_date"),
        ("since", "28.02.2019", "type_date"),
        ("since", "2019-02-28T00:00:00", "type_date"),
        ("since", "20190228", "type_date"),
        ("since", 17_955, "type_date"),
        ("since", "2024-10-05", "future"),
        ("contract_end", "2100-01-01", "maximum"),
        ("employer", 42, "type_text"),
        ("employer", "", "text"),
        ("employer", "x" * 501, "text"),
        ("employer", "a\x00b", "text"),
        ("employer", "a\nb", "text"),
        ("employer", "\ud800", "text"),
        ("enquiries", 51, "maximum"),
        ("enquiries", 97, "maximum"),
        ("utilisation", "2.0001", "maximum"),
        ("income", "-0.01", "minimum"),
        ("wealth", "1.00", "unknown"),
        ("amount", "1.00", "unknown"),
    ],
)
def test_a_wrong_party_is_named(field: str, value: Any, code: str) -> None:
    assert problems("party", **{field: value}) == [(field, code)]


@pytest.mark.parametrize(
    ("field", "value", "typed"),
    [
        ("amount", 12000, 1_200_000),
        ("amount", Decimal("12000.1"), 1_200_010),
        ("amount", Decimal("1.2E+4"), 1_200_000),
        ("amount", "12000.5000", 1_200_050),
        ("amount", "0012000", 1_200_000),
        ("term_months", Decimal("48.0"), 48),
        ("purpose", None, None),
    ],
)
def test_the_same_number_may_be_written_otherwise(field: str, value: Any, typed: Any) -> None:
    values, wrong = DICTIONARY.read("request", {**REQUEST, field: value})
    assert (values[field], wrong) == (typed, [])


def test_special_codes_lie_outside_the_range() -> None:
    values, wrong = DICTIONARY.read("party", {"income": "1", "utilisation": "9", "job": "X"})
    assert (values["utilisation"], values["job"], wrong) == (90_000, "X", [])


def test_every_problem_is_found_at_once() -> None:
    found = DICTIONARY.read("request", {"term_months": "48", "purpose": 7, "extra": 1})[1]
    assert {(problem.field, problem.code) for problem in found} == {
        ("extra", "unknown"),
        ("amount", "required"),
        ("term_months", "type_integer"),
        ("purpose", "type_category"),
    }


@pytest.mark.parametrize("document", [None, [], "text", 5, True])
def test_a_document_is_an_object(document: Any) -> None:
    assert DICTIONARY.read("party", document) == ({}, [FieldProblem("", "type_object")])


def test_an_unknown_name_is_safe_to_repeat() -> None:
    (problem,) = DICTIONARY.read("request", {**REQUEST, "\ud800\x00" + "x" * 99: 1})[1]
    assert problem.field == "??" + "x" * 61


def test_past_loans_may_lack_what_no_model_uses() -> None:
    lacking = {"term_months": 48}
    assert [p.field for p in DICTIONARY.read("request", lacking, history=True)[1]] == ["amount"]


def test_only_some_fields_may_be_known() -> None:
    only = frozenset({"income"})
    values, wrong = DICTIONARY.read("party", {"income": "1.00", "sex": "f"}, only=only)
    assert values == {"income": 100}
    assert [(problem.field, problem.code) for problem in wrong] == [("sex", "unknown")]


def test_rows_of_a_group_are_read_too() -> None:
    values, wrong = DICTIONARY.read("transactions", {"booked": "2026-01-02", "value": "-3.10"})
    assert wrong == []
    assert values == {"booked": 20_455, "value": -310, "kind": None, "failed": None}


def test_a_future_date_needs_a_day_to_be_measured_by() -> None:
    document = {**PARTY, "since": "2500-01-01"}
    assert DICTIONARY.read("party", document)[1] == []


def test_the_decisions_own_day_is_not_the_future() -> None:
    values, wrong = DICTIONARY.read("party", {**PARTY, "since": "2024-10-04"}, as_of=TODAY)
    assert (values["since"], wrong) == (TODAY, [])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text()
    | st.sampled_from(["car", "2020-01-01", "12.50", 98, "9.0000"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["request", "party"]), st.data())
def test_nothing_sent_breaks_the_reader(scope: str, data: st.DataObject) -> None:
    """Whatever JSON can say is either a value that writes back to itself, or a named problem."""
    names = [field.name for field in DICTIONARY.fields_of(scope)]
    document = data.draw(st.dictionaries(st.sampled_from(names) | st.text(), JSON))
    values, wrong = DICTIONARY.read(scope, document)
    assert all(problem.code in MESSAGES for problem in wrong)
    assert all(isinstance(v, int | str | None) for v in values.values())
    assert all(abs(v) <= LIMIT for v in values.values() if isinstance(v, int))
    written = DICTIONARY.write(scope, values)
    again = DICTIONARY.read(scope, written)[0]
    assert again == values


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_problem_has_words_in_every_language(code: str, language: str) -> None:
    params = {"minimum": "1.00", "maximum": "9.00", "scale": 2, "values": ["a"]}
    words = message(FieldProblem("income", code, params), language)
    assert words
    assert "{" not in words


def test_a_message_says_the_bound() -> None:
    (problem,) = DICTIONARY.read("request", {**REQUEST, "amount": "1"})[1]
    assert message(problem, "de") == "Der kleinste mögliche Wert ist 500.00."
    assert message(problem, "fr") == "The least possible value is 500.00."


def test_dates_before_1970_are_days_too() -> None:
    values, _ = DICTIONARY.read("party", {**PARTY, "since": "1960-02-29"})
    assert values["since"] == -3_594
    assert DICTIONARY.write("party", values)["since"] == "1960-02-29"
