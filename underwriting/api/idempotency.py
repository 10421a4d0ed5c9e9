"""`Idempotency-Key`: the same request sent twice makes one thing and gets one answer.

A view that creates something calls `answered_once` with two functions: `create` makes the thing
and stores the key in the same transaction (`repeats.key_store`), `show` gives the document of it.
The answer's bytes are kept with the key and given again to whoever repeats the request.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from django.db import IntegrityError
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError
from underwriting.api.base import TenantAPIView
from underwriting.api.dating import answer_lowered
from underwriting.services.repeats import (
    Answer,
    IdempotencyKey,
    InFlight,
    Kept,
    answer_store,
    key_find,
    key_store,
)

REPLAYED = "Idempotent-Replayed"
ORIGINAL = "Original-Request-Id"
_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")


@dataclass(frozen=True, slots=True)
class Made:
    """What a request made or had made before; `repeated` where not the key but something else,
    such as an external id, told so. `answer` where it is kept with the key already."""

    subject_id: UUID
    kept: Kept | None = None
    repeated: bool = False
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer before it is bytes."""

    document: Mapping[str, Any]
    status_code: int
    headers: Mapping[str, str] = field(default_factory=dict)


def answered_once(
    view: TenantAPIView,
    request: Request,
    *,
    kind: str,
    create: Callable[[IdempotencyKey], Made],
    show: Callable[[UUID], Shown],
    seconds_under_way: Callable[[UUID], int | None] | None = None,
) -> HttpResponse:
    """The answer to a creating request: made once, shown once, kept and repeated to the byte.

    `show` and `seconds_under_way` are called inside `enter`. Refused are a missing key (400), a
    key that came with another body (422) and one whose first request is under way (409).
    """
    key = idempotency_key(request, caller=view.key.partner_id or view.key.organization_id)
    made = create(key)
    if made.answer is not None:
        return _response(made.answer, replayed=False)
    if made.kept is not None and made.kept.answer is not None:
        return _response(made.kept.answer, replayed=True)
    subject = (kind, made.subject_id)
    with enter(view.organization_id):
        if made.kept is not None and seconds_under_way is not None:
            _refuse_under_way(seconds_under_way(made.subject_id))
        if made.repeated and made.kept is None:
            at = now(view.organization_id)
            key_store(view.organization_id, key, subject=subject, at=at)
        answer = answer_store(view.organization_id, key, answer_of(show(made.subject_id), request))
    return _response(answer, replayed=made.kept is not None or made.repeated)


def created_once(view: TenantAPIView, key: IdempotencyKey, create: Callable[[], UUID]) -> Made:
    """Look for the key, else create; for services that do not look for it themselves."""
    for last in (False, True):
        with enter(view.organization_id, read_only=True):
            kept = key_find(view.organization_id, key)
        if kept is not None:
            return Made(kept.subject_id, kept)
        try:
            return Made(create())
        except IntegrityError as error:
            if last or not _met_the_same_key(error):
                raise
    raise AssertionError("unreachable")


def idempotency_key(request: Request, *, caller: UUID) -> IdempotencyKey:
    """The key and the request it came with.

    `caller` is the partner, or the organization of a lender's own key: two callers may use the
    same key for different things.
    """
    text = request.headers.get("Idempotency-Key")
    if text is None:
        raise DomainError("Send an Idempotency-Key header.", code="idempotency_key_missing")
    if not _KEY.match(text):
        message = "Idempotency-Key is 1 to 255 visible ASCII characters."
        raise DomainError(message, code="idempotency_key_malformed")
    body = request.path.encode() + b"\n" + canonical_body(request.data)
    return IdempotencyKey(scope=str(caller), key=text, body=body)


def canonical_body(body: Any) -> bytes:
    """The parsed body, so that white space and the order of names do not matter."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), default=str).encode()


def _refuse_under_way(wait: int | None) -> None:
    if wait is not None:
        raise InFlight(wait)


def answer_of(shown: Shown, request: Request) -> Answer:
    """The bytes of it, in the form of the request's version."""
    headers = {"Content-Type": "application/json", **shown.headers}
    body = JSONRenderer().render(answer_lowered(shown.document, request))
    return Answer(shown.status_code, headers, body, str(getattr(request, "request_id", "")))


def _response(answer: Answer, *, replayed: bool) -> HttpResponse:
    again = {REPLAYED: "true", ORIGINAL: answer.request_id} if replayed else {}
    return HttpResponse(answer.body, status=answer.status_code, headers={**answer.headers, **again})


def _met_the_same_key(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "idempotency_key_once"
