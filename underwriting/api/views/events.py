"""The chain of events: listed for whoever looks something up, exported for whoever checks it."""

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from events.models import Event
from events.services.export import chain_begun, chain_lines
from tenancy.errors import FieldError, Invalid, NotFound
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.event_documents import event_document
from underwriting.api.filters import plain_parameters
from underwriting.api.pagination import Page, page_document, page_of
from underwriting.api.query import moment_asked, text_asked
from underwriting.api.renderers import LinesRenderer
from underwriting.api.schemas import events as shapes

NDJSON = "application/x-ndjson"


class _Events(TenantAPIView):
    """The chain is the lender's: it tells of every partner, so none of them reads it."""

    scopes = {"GET": "events:read"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.key.partner_id is not None:
            if kwargs:
                raise NotFound  # another's id, as everywhere
            raise PermissionDenied("Events are read with a lender's own key.")


class EventsView(_Events):
    """What happened, newest first."""

    @extend_schema(
        operation_id="events_list",
        summary="List events, newest first",
        tags=["Events"],
        parameters=[
            *schemas.PAGING, shapes.TYPE, shapes.SUBJECT, shapes.CREATED_FROM,
            shapes.CREATED_BEFORE,
        ],
        responses={200: shapes.EventPage, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample(
                "One event",
                {"object": "list", "data": [shapes.EVENT], "has_more": False, "next": None},
                response_only=True,
            )
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        plain_parameters(request, "type", "subject", "created_from", "created_before")
        asked, wanted = page_of(request, "evt"), _wanted(request)
        with self.reading():
            rows, more = self._page(asked, wanted)
        return Response(page_document([event_document(row) for row in rows], has_more=more))

    def _page(self, asked: Page, wanted: dict[str, Any]) -> tuple[list[Event], bool]:
        """By number, for ids are made before it is known which comes first."""
        rows = Event.objects.filter(organization_id=self.organization_id, **wanted)
        if asked.before is not None:
            newer = rows.filter(sequence__gt=self._number(asked.before)).order_by("sequence")
            found = list(newer[: asked.limit + 1])
            return found[: asked.limit][::-1], len(found) > asked.limit
        if asked.after is not None:
            rows = rows.filter(sequence__lt=self._number(asked.after))
        found = list(rows.order_by("-sequence")[: asked.limit + 1])
        return found[: asked.limit], len(found) > asked.limit

    def _number(self, event_id: UUID) -> int:
        return _event(self, event_id).sequence


class EventView(_Events):
    """One event, with its data."""

    @extend_schema(
        operation_id="events_retrieve",
        summary="Get an event",
        tags=["Events"],
        responses={200: shapes.WholeEvent, **schemas.PROBLEMS},
        examples=[OpenApiExample("An event", shapes.WHOLE, response_only=True)],
    )
    def get(self, request: Request, event_id: str) -> Response:
        row_id = self.row_id("evt", event_id)
        with self.reading():
            return Response(event_document(_event(self, row_id), whole=True))


class EventsExportView(_Events):
    """The chain, or its segment behind an event, as `events/verify.py` reads it."""

    renderer_classes = [LinesRenderer, JSONRenderer]

    @extend_schema(
        operation_id="events_export",
        summary="Export the chain for checking it elsewhere",
        description=(
            "One JSON object a line: header, signed checkpoints, every event in order, and an end"
            " signed over the head. `events/verify.py` checks it with nothing but Python. With"
            " `after` it is the segment behind that event, named in the header."
        ),
        tags=["Events"],
        parameters=[shapes.AFTER],
        responses={
            (200, NDJSON): OpenApiResponse(OpenApiTypes.STR, description="Lines of JSON."),
            **schemas.WRITE_PROBLEMS,
        },
        examples=[
            OpenApiExample("Three lines", shapes.EXPORT, response_only=True, media_type=NDJSON)
        ],
    )
    def get(self, request: Request) -> HttpResponseBase:
        plain_parameters(request, "after", listing=False)
        after = _after(request)
        chain_begun(self.organization_id, after)
        lines = chain_lines(self.organization_id, after=after)
        answer = StreamingHttpResponse(lines, content_type=NDJSON)
        answer["Content-Disposition"] = 'attachment; filename="events.ndjson"'
        return answer


def _event(view: TenantAPIView, event_id: UUID) -> Event:
    found = Event.objects.filter(organization_id=view.organization_id, id=event_id).first()
    if found is None:
        raise NotFound
    return found


def _wanted(request: Request) -> dict[str, Any]:
    asked = {
        "type": text_asked(request, "type"),
        "subject_id": _subject(request),
        "at__gte": moment_asked(request, "created_from"),
        "at__lt": moment_asked(request, "created_before"),
    }
    return {name: value for name, value in asked.items() if value is not None}


def _subject(request: Request) -> UUID | None:
    """Any id of ours, or a plain identifier as an event of another kind shows it."""
    text = text_asked(request, "subject")
    if text is None:
        return None
    try:
        return UUID(text.rpartition("_")[2])
    except ValueError:
        words = "This is not one of our ids."
        raise Invalid([FieldError("/subject", "id", words)]) from None


def _after(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid([FieldError("/after", "type", "This is an event's number.")])
    return int(text)
