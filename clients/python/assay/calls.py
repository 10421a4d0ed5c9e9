"""One call of a generated operation: bodies may be plain dicts, keys for repeats are made."""

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any, get_args, get_type_hints
from uuid import uuid4

from assay.generated.client import AuthenticatedClient

KEY = "idempotency_key"


def call(client: AuthenticatedClient, operation: ModuleType, **given: Any) -> Any:
    """The document that an operation answers with.

    operation: a module of `assay.generated.api`, such as `applications.applications_create`.
    given: its arguments. `body` may be a dict. Where the operation takes an `Idempotency-Key` and
    none is given, a new one is made, so that retries are one request.
    """
    parameters = inspect.signature(operation.sync).parameters
    if KEY in parameters and given.get(KEY) is None:
        given[KEY] = uuid4().hex
    body = given.get("body")
    if isinstance(body, Mapping):
        given["body"] = _body_type(operation).from_dict(body)
    return operation.sync(client=client, **given)


def pages(client: AuthenticatedClient, operation: ModuleType, **given: Any) -> Iterator[Any]:
    """Every row of a list, page after page, each fetched when it is reached."""
    while True:
        page = call(client, operation, **given)
        yield from page.data
        if not page.has_more:
            return
        given["starting_after"] = page.next_


@cache
def _body_type(operation: ModuleType) -> Any:
    """The class of an operation's body; of several the first that JSON makes."""
    found = get_type_hints(operation.sync)["body"]
    kinds = get_args(found) or (found,)
    return next(kind for kind in kinds if hasattr(kind, "from_dict"))
