"""Files that the API streams: which form was asked for, and an answer that holds one block."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from underwriting.api.batch_documents import CSV, MEDIA_TYPES
from underwriting.api.filters import plain_parameters
from underwriting.api.query import word_asked


class AnyFile(BaseContentNegotiation):
    """A file is asked for by `format`, or by `Accept`; refusals are JSON whatever was asked."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return JSONRenderer(), "application/json"


def form_of(request: Request, forms: Sequence[str]) -> str:
    """The form asked for: `format` goes before `Accept`; CSV, where neither says."""
    plain_parameters(request, "format", listing=False)
    asked = word_asked(request, "format", list(forms))
    if asked is not None:
        return asked
    accepted = request.headers.get("Accept", "")
    return next((each for each in forms if MEDIA_TYPES[each].partition(";")[0] in accepted), CSV)


def download(lines: Iterator[bytes], form: str, name: str) -> StreamingHttpResponse:
    """An answer of unknown length; nothing of it is kept anywhere on the way."""
    return StreamingHttpResponse(
        lines,
        content_type=MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{form}"',
            "Cache-Control": "no-store",
        },
    )
