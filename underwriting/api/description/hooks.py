"""What is done to the generated OpenAPI document before anybody sees it."""

from typing import Any

from accounts.versions import latest
from underwriting.api import openapi
from underwriting.api.description.files import exemplified, files_as_bytes
from underwriting.api.description.headers import COMPONENTS, VERSION, headers_of
from underwriting.api.description.messages import message_schemas, messages
from underwriting.api.description.refusals import refusals, refusals_of
from underwriting.api.description.words import opened

Document = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
SECURITY = openapi.ApiKeyScheme
"""Imported so that drf-spectacular knows how our keys are named."""
TAGS = {
    "Products": "What a lender lends, and what an application for it must say.",
    "Applications": "Sent, followed, added to, withdrawn.",
    "Decisions": "What was decided, why, and by which versions.",
    "Offers": "Read, accepted, declined.",
    "Prequalification": "What somebody might be offered, by a soft inquiry alone.",
    "Funding": "From an accepted offer to a booked loan.",
    "Batches": "Files of applications.",
    "Outcomes": "How loans went.",
    "Models": "What decides, how good it is, and its card.",
    "Scores": "A score without an application, for purposes that settle nobody's credit.",
    "Webhooks": "What is sent to you, and what was sent.",
    "Events": "The record of what happened, exported.",
    "Access": "Tokens.",
    "Sandbox": "What test keys may do besides.",
}


def finished(result: Document, **_: Any) -> Document:
    """drf-spectacular's last hook: shared headers, refusals, messages, servers, tags."""
    result["info"]["version"] = latest()
    result["servers"] = [{"url": "/", "description": "The installation this document is from"}]
    components = result["components"]
    for path, item in result["paths"].items():
        for method in METHODS:
            if method in item:
                _completed(path, item[method])
                files_as_bytes(item[method], components["schemas"])
    components["headers"] = COMPONENTS
    components["responses"] = refusals()
    components["parameters"] = {"AssayVersion": VERSION}
    components["schemas"] = dict(sorted({**components["schemas"], **message_schemas()}.items()))
    opened(components["schemas"])
    result["webhooks"] = messages()
    used = {
        tag for item in result["paths"].values() for each in item.values() for tag in each["tags"]
    }
    result["tags"] = [
        {"name": name, "description": about} for name, about in TAGS.items() if name in used
    ]
    return result


def _completed(path: str, operation: Document) -> None:
    exemplified(operation)
    for status, response in refusals_of(path, operation):
        operation["responses"][status] = response
    operation["responses"] = dict(sorted(operation["responses"].items()))
    given = operation.get("parameters", ())
    keyed = bool(operation.get("security"))
    repeats = any(each.get("name") == "Idempotency-Key" for each in given)
    for status, response in operation["responses"].items():
        if "$ref" not in response:
            shared = headers_of(status, keyed=keyed, repeats=repeats)
            response["headers"] = {**response.get("headers", {}), **shared}
    if keyed:
        reference = {"$ref": "#/components/parameters/AssayVersion"}
        operation["parameters"] = [*given, reference]
