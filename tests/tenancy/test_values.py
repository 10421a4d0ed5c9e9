"""Identifiers, canonical bytes and errors: pure values."""

import hashlib
from uuid import UUID

import pytest

from tenancy.canonical import canonical, content_hash
from tenancy.errors import FieldError, Invalid, NotFound
from tenancy.ids import new_id, parse_public_id, public_id


def test_identifiers_sort_by_when_they_were_made():
    made = [new_id() for _ in range(100)]
    assert made == sorted(made)
    assert {each.version for each in made} == {7}


def test_a_public_id_says_what_it_names_and_comes_back():
    value = new_id()
    assert parse_public_id("app", public_id("app", value)) == value


@pytest.mark.parametrize(
    "text",
    ["", "app_", "app", "dec_" + "0" * 32, "app_" + "0" * 31, "app_" + "g" * 32, "app_" + "A" * 32,
     "app_" + str(UUID(int=0))],
)  # fmt: skip
def test_anything_else_is_no_public_id(text):
    assert parse_public_id("app", text) is None


def test_one_spelling_per_value():
    assert canonical({"b": [1, True, None], "a": "ä"}) == '{"a":"ä","b":[1,true,null]}'.encode()
    assert content_hash(b"") == f"sha256:{hashlib.sha256().hexdigest()}"


@pytest.mark.parametrize("value", [1.0, {"a": 0.5}, [b"x"], {1: "a"}, {"when": object()}])
def test_what_has_two_spellings_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_errors_carry_a_code_and_every_wrong_field():
    assert NotFound("gone").code == "not_found"
    error = Invalid(
        [FieldError("/a", "missing", "is missing"), FieldError("/b", "type", "is text")]
    )
    assert [each.pointer for each in error.errors] == ["/a", "/b"]
    assert str(error) == "/a: is missing; /b: is text"
