"""The refusals that each operation may answer with, each with an example that holds."""

from collections.abc import Iterator
from typing import Any

from underwriting.api.codes import OF_STATUS
from underwriting.api.description.headers import headers_of
from underwriting.api.problems import CONTENT_TYPE, problem

Document = dict[str, Any]

REQUEST_ID = "req_019aa75ad2a47f5e8f3d6b1c2e4f5a60"
WRONG = {"pointer": "/limit", "code": "range", "message": "limit is a number from 1 to 100."}
ALWAYS = (429, 500, 503)
WITH_KEY = (401, 403)
WITH_BODY = (400, 413, 415, 422)
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def refusals_of(path: str, operation: Document) -> Iterator[tuple[str, Document]]:
    """Status and response of every refusal that an operation may meet and did not name."""
    wanted: set[int] = {*ALWAYS, *(int(status) for status in operation["responses"])}
    if operation.get("security"):
        wanted |= {*WITH_KEY, 400}  # 400: no such version
        wanted |= {*WITH_BODY} if "requestBody" in operation else set()
    if "{" in path:
        wanted.add(404)
    if any(given["in"] == "query" for given in operation.get("parameters", ())):
        wanted.add(422)
    for status in sorted(each for each in wanted if each >= 400):
        named = operation["responses"].get(str(status), {})
        if CONTENT_TYPE in named.get("content", {CONTENT_TYPE: None}):
            yield str(status), {"$ref": f"#/components/responses/{name_of(status)}"}


def refusals() -> dict[str, Document]:
    """Every refusal there is, once."""
    return {name_of(status): _refusal(status) for status in sorted(OF_STATUS)}


def name_of(status: int) -> str:
    return f"Problem{status}"


def _refusal(status: int) -> Document:
    """One response: a problem, with an example."""
    example = problem(
        status_code=status,
        errors=[WRONG] if status == 422 else [],
        request_id=REQUEST_ID,
    )
    return {
        "description": example["title"],
        "headers": headers_of(str(status), keyed=True, repeats=False),
        "content": {
            CONTENT_TYPE: {
                "schema": PROBLEM,
                "examples": {OF_STATUS[status]: {"value": example}},
            }
        },
    }
