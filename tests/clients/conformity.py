"""Whether the server answers what its OpenAPI document says: no member missing, and none more."""

import copy
import re
from typing import Any

import httpx
import jsonschema

from underwriting.api.description.document import openapi_document
from underwriting.api.description.hooks import METHODS

Document = dict[str, Any]

JSON = ("application/json", "application/problem+json")


class Conformity:
    """A hook of httpx that checks every answer with a JSON body."""

    def __init__(self) -> None:
        document = openapi_document()
        self._components = copy.deepcopy(document["components"])
        for schema in self._components["schemas"].values():
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
        self._operations = [
            (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z"), item[method])
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item
        ]
        self.checked: set[str] = set()

    def __call__(self, response: httpx.Response) -> None:
        response.read()
        operation = self._of(response.request)
        answer = operation["responses"][str(response.status_code)]
        if "$ref" in answer:
            answer = self._components["responses"][answer["$ref"].rpartition("/")[2]]
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind in JSON:
            schema = {**answer["content"][kind]["schema"], "components": self._components}
            jsonschema.validate(response.json(), schema)
            self.checked.add(f"{operation['operationId']} {response.status_code}")

    def _of(self, request: httpx.Request) -> Document:
        """The operation of an address; of two that fit, the one without a place for an id."""
        fitting = [
            (pattern.pattern.count("["), operation)
            for method, pattern, operation in self._operations
            if method == request.method.lower() and pattern.match(request.url.path)
        ]
        found: Document = min(fitting, key=lambda each: each[0])[1]
        return found
