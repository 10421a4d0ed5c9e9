"""A dictionary is parsed once, refused with the field's name, and known by its hash."""

import json
from pathlib import Path
from typing import Any

import pytest

from ml.canonical import canonical, content_hash
from ml.dictionary import Dictionary, DictionaryError
from tenancy.canonical import canonical as tenancy_canonical
from tests.ml.households import choices, derived, field, held_apart, household, household_document


def refusal(document: Any) -> tuple[tuple[str, str], ...]:
    with pytest.raises(DictionaryError) as refused:
        Dictionary.parse(document)
    return refused.value.problems


def with_field(**stated: Any) -> dict[str, Any]:
    document = household_document()
    document["fields"].append(field("added", "integer") | stated)
    return document


def with_derived(expression: str, scope: str = "party", **stated: Any) -> dict[str, Any]:
    document = household_document()
    document["derived"].append(derived("added", scope, "decimal", expression, scale=4) | stated)
    return document


def test_the_same_document_is_the_same_dictionary() -> None:
    document = household_document()
    as_bytes = json.dumps(document, indent=2, sort_keys=False).encode()
    assert Dictionary.parse(as_bytes).content_hash == household().content_hash
    assert Dictionary.parse(document) is household()


def test_the_hash_is_of_the_canonical_bytes_which_parse_to_themselves() -> None:
    dictionary = household()
    assert dictionary.content_hash == content_hash(dictionary.canonical())
    assert Dictionary.parse(dictionary.canonical()).canonical() == dictionary.canonical()


def test_one_changed_word_changes_the_hash() -> None:
    document = household_document()
    document["fields"][0]["label"]["de"] += "!"
    assert Dictionary.parse(document).content_hash != household().content_hash


def test_a_parsed_dictionary_does_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        household().fields[0].required = False


def test_its_parts_are_found_by_use() -> None:
    dictionary = household()
    assert "employer" not in dictionary.model_inputs()
    assert "employer" in dictionary.policy_inputs()
    assert [f.name for f in dictionary.protected_fields()] == ["sex"]
    assert {"sex", "arrears"}.isdisjoint(f.name for f in dictionary.decision_fields("party"))
    assert [f.name for f in dictionary.fields_of("transactions")][:2] == ["booked", "value"]
    assert dictionary.reasons()["BURDEN"]["de"] == "Your burden (de)"
    assert {page: len(fields) for page, fields in dictionary.pages().items()} == {
        "loan": 3,
        "work": 5,
    }


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"prohibited_basis": "age"}, "age is a prohibited basis"),
        ({"known": "decision"}, "known only after the decision"),
        ({"reason": None}, "needs a reason"),
        ({"reason": {"code": "ADDED", "text": {"en": "Why"}}}, "reason has no text in de"),
        ({"label": {"en": "Added"}}, "label has no text in de"),
        ({"help": {"en": "Help"}}, "help has no text in de"),
        ({"name": "income"}, "stands twice"),
        ({"name": "people"}, "stands twice"),
        ({"name": "transactions"}, "stands twice"),
        ({"name": "party"}, "reserved"),
        ({"name": "as_of"}, "reserved"),
        ({"name": "class"}, "reserved"),
        ({"min": 5, "max": 4}, "min is above max"),
        ({"min": "five"}, "min, max or a special code"),
        ({"special": {"1_0": "ten"}}, "min, max or a special code"),
        ({"type": "category"}, "a category has values"),
        ({"values": choices("a")}, "a category has values"),
        ({"type": "category", "values": choices("a", "a")}, "a value stands twice"),
        ({"type": "category", "values": [{"value": "a", "label": {"en": "A"}}]}, "value a has no"),
        ({"type": "text"}, "a text cannot be scored"),
        ({"type": "date", "special": {"2020-01-01": "none"}}, "special codes"),
        ({"scale": 2}, "has a scale"),
        ({"reason": {"code": "INCOME", "text": {"en": "x", "de": "y"}}}, "another text elsewhere"),
    ],
)
def test_a_field_against_the_rules_is_named(stated: dict[str, Any], words: str) -> None:
    found = refusal(with_field(**stated))
    assert any(name == stated.get("name", "added") and words in what for name, what in found)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"type": "float"}, "added: Input should be 'integer'"),
        ({"required": "yes"}, "added: Input should be a valid boolean"),
        ({"min": 1.5}, "float"),
        ({"scale": 12}, "less than or equal to 9"),
        ({"uses": ["score"]}, "added: Input should be 'capacity'"),
        ({"colour": "red"}, "added: Extra inputs are not permitted"),
        ({"name": "Added"}, "String should match pattern"),
    ],
)
def test_a_field_of_the_wrong_shape_is_named(stated: dict[str, Any], words: str) -> None:
    place, what = refusal(with_field(**stated))[0]
    assert words in what
    assert place.startswith("/fields/14/") or "min" in stated  # floats have no canonical spelling


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{", b"\xff", b'{"schema":"other/1"}'])
def test_what_is_no_dictionary_is_refused(data: bytes) -> None:
    assert refusal(data)


def test_a_field_of_a_group_is_named_too() -> None:
    document = household_document()
    document["groups"][0]["fields"][1]["scale"] = "two"
    place, what = refusal(document)[0]
    assert place.startswith("/groups/0/fields/1/scale")
    assert what.startswith("value: ")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("if_else(sex == 'f', 1, 0)", "protected"),
        ("arrears + 1", "late"),
        ("tainted + 1", "protected"),
        ("if_else(is_missing(sex), 0, income)", "protected"),
    ],
)
def test_no_expression_launders_a_fact_that_may_not_decide(expression: str, words: str) -> None:
    document = with_derived(expression)
    tainted = held_apart("tainted", "integer", expression="if_else(sex == 'f', 1, 0)")
    document["derived"].insert(0, tainted)
    assert refusal(document) == (("added", f"it reads {words} facts: it may not decide"),)


def test_aggregates_inherit_what_they_gather() -> None:
    document = with_derived("count(party.sex == 'f')", "application")
    assert "protected" in refusal(document)[0][1]


def test_a_groups_fact_is_not_taken_for_its_namesake() -> None:
    """The transactions have an `income` that is protected, the party has one that is not."""
    document = with_derived("count(transactions.income > 0)")
    document["groups"][0]["fields"].append(held_apart("income", "money", prohibited_basis="age"))
    assert "protected" in refusal(document)[0][1]
    document = with_derived("income / 2")
    document["groups"][0]["fields"].append(held_apart("income", "money", prohibited_basis="age"))
    assert Dictionary.parse(document).entries["added"].uses == ("model", "policy")


def test_a_protected_fact_may_be_watched() -> None:
    document = with_derived("if_else(sex == 'f', 1, 0)", uses=["capacity", "monitoring"])
    assert "added" in Dictionary.parse(document).entries
    late = with_derived("arrears + 1", uses=["capacity"])
    assert "late" in refusal(late)[0][1]


@pytest.mark.parametrize(
    ("expression", "scope", "words"),
    [
        ("wealth / 2", "party", "wealth cannot be read here"),
        ("income / 2", "request", "income cannot be read here"),
        ("income / 2", "application", "income cannot be read here"),
        ("household_income / 2", "party", "household_income cannot be read here"),
        ("sum(party.income)", "party", "party cannot be gathered over here"),
        ("sum(transactions.value)", "application", "transactions cannot be gathered over here"),
        ("employed", "party", "the expression gives a boolean, the field is a decimal"),
        ("added + 1", "party", "added cannot be read here"),
    ],
)
def test_a_bad_expression_names_its_field(expression: str, scope: str, words: str) -> None:
    ((name, what),) = refusal(with_derived(expression, scope))
    assert name == "added"
    assert words in what


def test_money_of_a_currency_without_cents() -> None:
    document = with_field(type="money", scale=0, min="100")
    reader = Dictionary.parse(document).reader("added")
    assert (reader.typed("1500"), reader.human(1500)) == (1500, "1500")
    problem = reader.problem("1500.5")
    assert problem is not None
    assert problem.code == "precision"


@pytest.mark.parametrize("value", [{}, {"b": [1, None, True], "a": {"ü": "ß", "z": -(2**70)}}])
def test_both_libraries_spell_alike(value: Any) -> None:
    assert canonical(value) == tenancy_canonical(value)


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, {1: "a"}, {"a": {1, 2}}, b"x"])
def test_what_has_no_one_spelling_is_refused(value: Any) -> None:
    for spell in (canonical, tenancy_canonical):
        with pytest.raises((TypeError, ValueError)):
            spell(value)


def test_the_documented_example_is_a_dictionary() -> None:
    guide = Path(__file__).parents[2] / "docs" / "dictionary.md"
    example = guide.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    dictionary = Dictionary.parse(example)
    assert dictionary.model_inputs() == ("amount", "monthly_income", "enquiries")
    assert dictionary.policy_inputs()[-1] == "loan_to_income"
