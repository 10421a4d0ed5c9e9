"""The OpenAPI document: no warning, whole, and every example holds against its own schema."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from accounts.versions import latest
from config.home import PROJECT
from events.webhooks.types import TYPES
from underwriting.api.description.document import openapi_document
from underwriting.api.description.files import BYTES
from underwriting.api.description.hooks import METHODS, TAGS
from underwriting.api.description.words import WORDS, words_of

Document = dict[str, Any]

KEYLESS = {"oauth_token", "oauth_revoke"}
COMMITTED = PROJECT / "docs" / "api" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> Document:
    openapi_document.cache_clear()
    GENERATOR_STATS.reset()
    return openapi_document()


@pytest.fixture(scope="module")
def strict(document: Document) -> Document:
    """The components, but that no object takes a member which its schema does not name."""
    components = copy.deepcopy(document["components"])
    for place in walk(components["schemas"]):
        if "properties" in place:
            place.setdefault("additionalProperties", False)
    return components


def walk(place: Any) -> Iterator[Document]:
    """Every object of a document, itself first."""
    if isinstance(place, dict):
        yield place
        for inner in place.values():
            yield from walk(inner)
    elif isinstance(place, list):
        for inner in place:
            yield from walk(inner)


def operations(document: Document) -> dict[str, tuple[str, str, Document]]:
    """Path, method and operation by operation id, with its responses looked up."""
    shared = document["components"]["responses"]
    return {
        item[method]["operationId"]: (path, method, with_responses(item[method], shared))
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def with_responses(operation: Document, shared: Document) -> Document:
    found = {
        status: shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
        for status, response in operation["responses"].items()
    }
    return {**operation, "responses": found}


def examples(content: Document) -> list[Any]:
    """The values of the examples beside one media type's schema."""
    return [each["value"] for each in content.get("examples", {}).values()]


def test_it_is_generated_without_a_warning_and_valid(document: Document) -> None:
    assert not GENERATOR_STATS
    assert document["openapi"].startswith("3.1")
    validate_schema(document)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    json.dumps(document, allow_nan=False)


def test_it_is_served_whole(client: Client, db: None, document: Document) -> None:
    assert client.get("/v1/openapi.json").json() == json.loads(json.dumps(document))


def test_every_operation_says_what_it_is(document: Document) -> None:
    found = operations(document)
    assert len(found) == sum(
        method in item for item in document["paths"].values() for method in METHODS
    )
    for name, (_path, _method, operation) in found.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name), name
        assert operation["summary"][0].isupper(), name
        assert not operation["summary"].endswith("."), name
        assert set(operation["tags"]) <= set(TAGS), (name, operation["tags"])
        assert bool(operation.get("security")) == (name not in KEYLESS), name
    assert [each["name"] for each in document["tags"]] == [
        name for name in TAGS if any(name in op["tags"] for _, _, op in found.values())
    ]


def refusals_due(path: str, operation: Document) -> set[str]:
    keyed = {"400", "401", "403"} if operation.get("security") else set()
    body = {"413", "415", "422"} if keyed and "requestBody" in operation else set()
    query = any(each.get("in") == "query" for each in operation.get("parameters", ()))
    return {
        "429",
        "500",
        "503",
        *keyed,
        *body,
        *({"404"} if "{" in path else ()),
        *({"422"} if query else ()),
    }


def test_every_operation_names_its_refusals_with_examples(document: Document) -> None:
    for name, (path, _method, operation) in operations(document).items():
        due = refusals_due(path, operation)
        assert due <= set(operation["responses"]), (name, due - set(operation["responses"]))
        for status, response in operation["responses"].items():
            if status >= "400" and "application/problem+json" in response["content"]:
                content = response["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert examples(content), (name, status)


def test_every_answer_names_the_shared_headers(document: Document) -> None:
    for name, (_path, _method, operation) in operations(document).items():
        for status, response in operation["responses"].items():
            expected = {"Assay-Version", "Request-Id"}
            expected |= {"RateLimit", "RateLimit-Policy"} if operation.get("security") else set()
            expected |= {"Retry-After"} if status in ("429", "503") else set()
            assert expected <= set(response["headers"]), (name, status)
        if name not in KEYLESS:
            assert {"$ref": "#/components/parameters/AssayVersion"} in operation["parameters"]
    assert document["components"]["headers"]["Assay-Version"]["example"] == latest()


def test_a_key_for_repeats_is_documented_where_it_is_asked_for(document: Document) -> None:
    for name in ("applications_create", "batches_create"):
        operation = operations(document)[name][2]
        [key] = [each for each in operation["parameters"] if each.get("name") == "Idempotency-Key"]
        assert (key["in"], key["required"]) == ("header", True)
        made = [status for status in operation["responses"] if status.startswith("2")]
        for status in made:
            assert "Idempotent-Replayed" in operation["responses"][status]["headers"]


def parts(operation: Document) -> Iterator[tuple[str, Document]]:
    """Where an operation shows documents: its request, and every answer with a body."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {kind}", content
    for status, response in operation["responses"].items():
        for kind, content in response.get("content", {}).items():
            yield f"{status} {kind}", content


def test_every_document_has_an_example_and_every_example_holds(
    document: Document, strict: Document
) -> None:
    missing, wrong = [], []
    for name, (_path, _method, operation) in operations(document).items():
        for place, content in parts(operation):
            given = examples(content)
            if not given and not place.endswith(BYTES):
                missing.append(f"{name}: {place}")
            if "json" in place:
                validator = jsonschema.Draft202012Validator(
                    {**content["schema"], "components": strict},
                    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
                )
                for value in given:
                    wrong += [
                        f"{name}: {place}: {error.json_path}: {error.message[:200]}"
                        for error in validator.iter_errors(value)
                    ]
    assert (missing, wrong) == ([], [])


def test_every_message_that_goes_out_is_described(document: Document, strict: Document) -> None:
    assert list(document["webhooks"]) == [each.name for each in TYPES]
    for name, item in document["webhooks"].items():
        content = item["post"]["requestBody"]["content"]["application/json"]
        [value] = examples(content)
        assert value["type"] == name
        jsonschema.validate(value, {**content["schema"], "components": strict})


def test_words_are_open(document: Document) -> None:
    """What names a state or a kind lists the words there are, and says that more may come."""
    schemas = document["components"]["schemas"]
    assert [
        name for name, schema in schemas.items() if any("enum" in at for at in walk(schema))
    ] == []
    sent = {name: schema for name, schema in schemas.items() if not name.endswith("Message")}
    found = {(name, member): about for name, member, about in words_of(sent)}
    assert set(WORDS) <= set(found)
    for place, about in found.items():
        assert "more may come" in about["description"].lower(), place
        assert place not in WORDS or about["x-extensible-enum"] == list(WORDS[place])


def test_the_committed_document_is_in_step(document: Document) -> None:
    """`make client` writes it anew."""
    assert json.loads(COMMITTED.read_text("utf-8")) == json.loads(json.dumps(document))
