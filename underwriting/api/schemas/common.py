"""What every document of the API is made of: texts, money, problems, pages, parameters."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from underwriting.api.codes import CODES, OF_STATUS

TEXT = serializers.CharField
AnyObject = serializers.DictField


def nullable(kind: type[serializers.Field[Any, Any, Any, Any]], **options: Any) -> Any:
    return kind(allow_null=True, **options)


class Money(serializers.Serializer[Any]):
    """An amount as a decimal string, with its currency."""

    amount = TEXT(help_text='Decimal string, such as "1250.00".')
    currency = TEXT(help_text="ISO 4217.")


class WrongField(serializers.Serializer[Any]):
    pointer = TEXT(help_text="JSON pointer (RFC 6901) to the wrong member of the body.")
    code = TEXT()
    message = TEXT()


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = TEXT()
    title = TEXT()
    status = serializers.IntegerField()
    code = TEXT(help_text="Stable; more may come.")
    detail = TEXT()
    request_id = TEXT()
    errors = WrongField(many=True, required=False)  # type: ignore[assignment]  # the field hides an attribute


class Listing(serializers.Serializer[Any]):
    object = TEXT()
    has_more = serializers.BooleanField()
    next = nullable(TEXT, help_text="Send it as `starting_after` for the next page.")


def _problem(status: int) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=CODES[OF_STATUS[status]].title)


PROBLEMS: dict[Any, Any] = {
    (status, "application/problem+json"): _problem(status) for status in (401, 403, 404)
}
WRITE_PROBLEMS: dict[Any, Any] = PROBLEMS | {
    (status, "application/problem+json"): _problem(status) for status in (400, 409, 413, 415, 422)
}

GONE: dict[Any, Any] = {(410, "application/problem+json"): _problem(410)}

LANGUAGE = OpenApiParameter("language", str, description="Language of texts: one of the lender's.")
LIMIT = OpenApiParameter("limit", int, description="1 to 100, 20 if left out.")
AFTER = OpenApiParameter("starting_after", str, description="`next` of the page before.")
BEFORE = OpenApiParameter(
    "ending_before", str, description="An id of this list: the page of newer ones before it."
)
PAGING = (LIMIT, AFTER, BEFORE)
EXPAND = OpenApiParameter(
    "expand[]",
    str,
    many=True,
    description="What to give in full instead of by its id, such as `data.decision` in a list.",
)
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "The same key with the same body makes one thing and gets one answer, for seven days: see"
        " `Idempotent-Replayed` in the answer."
    ),
)
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="`wait=N`: answer 201 with the decision if it is there within N seconds.",
)


def example(
    name: str, value: Any, *, request: bool = False, status_codes: Sequence[str] = ()
) -> OpenApiExample:
    """An example of a request, or of an answer; the people in it are invented."""
    return OpenApiExample(
        name,
        value=value,
        request_only=request,
        response_only=not request,
        status_codes=list(status_codes) or None,
    )
