"""Batches: files of applications sent, watched, stopped, taken up again, and what came of them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import FieldError, Invalid
from tenancy.ids import public_id
from underwriting.api import schemas
from underwriting.api.addition_bodies import nothing_of
from underwriting.api.base import TenantAPIView
from underwriting.api.batch_bodies import FileParser, FormParser, Sent, asked_of, sent_of
from underwriting.api.batch_documents import (
    CSV,
    MEDIA_TYPES,
    NDJSON,
    batch_document,
    chunk_document,
    error_lines,
    result_lines,
    upload_document,
)
from underwriting.api.batch_downloads import AnyFile, download, form_of
from underwriting.api.filters import plain_parameters
from underwriting.api.idempotency import Shown, answered_once, created_once
from underwriting.api.pagination import limit_of, page_document, page_of, page_rows
from underwriting.api.parsers import StrictJSONParser
from underwriting.api.query import word_asked
from underwriting.api.schemas import batches as shapes
from underwriting.enums import BatchStatus
from underwriting.models import Batch
from underwriting.selectors.batches import (
    batch_by_id,
    batch_progress,
    batches_of,
    chunks_of,
    progress_of,
)
from underwriting.services.batch_downloads import refusals_read, results_read
from underwriting.services.batch_uploads import FILE, file_by_id, file_receive
from underwriting.services.batches import (
    BATCH,
    batch_cancel,
    batch_of_file,
    batch_of_source,
    batch_resume,
    batch_send,
)
from underwriting.services.repeats import IdempotencyKey

TAGS = ["Batches"]
SCOPE = "batches"


class _Batches(TenantAPIView):
    """A partner's key reaches the partner's own batches; the lender's reaches all."""

    scopes = dict.fromkeys(("GET", "POST"), SCOPE)

    def found(self, batch_id: str) -> Batch:
        """Inside `enter`."""
        row_id = self.row_id("bat", batch_id)
        return batch_by_id(self.organization_id, row_id, self.key.partner_id)

    def place(self, batch_id: str) -> dict[str, Any]:
        """What every service about one batch is told."""
        return {
            "organization_id": self.organization_id,
            "actor": self.actor,
            "batch_id": self.row_id("bat", batch_id),
            "partner_id": self.key.partner_id,
        }

    def shown(self, batch_id: str) -> Response:
        with self.reading():
            batch = self.found(batch_id)
            return Response(batch_document(batch, batch_progress(batch)))


class _Receiving(_Batches):
    """What takes a file in lets go of it with the answer."""

    received: list[Sent]

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        self.received = []
        return super().initialize_request(request, *args, **kwargs)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        for sent in self.received:
            sent.stream.close()
        return super().finalize_response(request, response, *args, **kwargs)


class BatchesView(_Receiving):
    """Send a file of applications; page through those sent."""

    parser_classes = [StrictJSONParser, FormParser]

    @extend_schema(
        operation_id="batches_list",
        summary="List batches, newest first",
        tags=TAGS,
        parameters=[schemas.LIMIT, schemas.AFTER, shapes.FILTER],
        responses={200: shapes.BatchPage, **schemas.WRITE_PROBLEMS},
        examples=[
            shapes.answer(
                {"object": "list", "data": [shapes.BATCH], "has_more": False, "next": None}
            )
        ],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request, "status")
        asked, wanted = (
            page_of(request, "bat"),
            word_asked(request, "status", list(BatchStatus.values)),
        )
        with self.reading():
            found = batches_of(self.organization_id, self.key.partner_id)
            if wanted is not None:
                found = found.filter(status=wanted)
            rows, more = page_rows(found, asked)
            progress = progress_of(self.organization_id, rows)
            documents = [batch_document(row, progress[row.id]) for row in rows]
        return Response(page_document(documents, has_more=more))

    @extend_schema(
        operation_id="batches_create",
        summary="Send a file of applications",
        description=(
            "Answers as soon as the file is there and its columns are the product's; its rows are"
            " decided by workers. Send it as a form, or name an upload or an address as JSON."
        ),
        tags=TAGS,
        parameters=[shapes.BATCH_KEY],
        request={
            "application/json": shapes.BatchReference,
            "multipart/form-data": shapes.BatchForm,
        },
        responses={202: shapes.Batch, **schemas.WRITE_PROBLEMS},
        examples=[shapes.asked(shapes.ASKED), shapes.answer(shapes.WAITING, status="202")],
    )
    def post(self, request: Request) -> HttpResponse:
        return answered_once(
            self,
            request,
            kind=BATCH,
            create=lambda key: created_once(self, key, lambda: self._sent(request, key)),
            show=self._accepted,
        )

    def _sent(self, request: Request, key: IdempotencyKey) -> UUID:
        asked, place = asked_of(request.data, self.key.partner_id)
        told: dict[str, Any] = {
            "organization_id": self.organization_id,
            "actor": self.actor,
            "asked": asked,
            "idempotency": key,
        }
        if isinstance(place, Sent):
            return batch_send(**told, stream=place.stream, name=place.name).id
        if isinstance(place, UUID):
            return batch_of_file(**told, file_id=place).id
        return batch_of_source(**told, source=place).id

    def _accepted(self, batch_id: UUID) -> Shown:
        batch = batch_by_id(self.organization_id, batch_id, self.key.partner_id)
        headers = {"Location": f"/v1/batches/{public_id('bat', batch_id)}"}
        document = batch_document(batch, batch_progress(batch))
        return Shown(document, status.HTTP_202_ACCEPTED, headers)


class UploadsView(_Receiving):
    """Keep a file for a batch to come."""

    parser_classes = [FormParser, FileParser]

    @extend_schema(
        operation_id="uploads_create",
        summary="Send a file ahead of its batch",
        description=(
            "The body is the file, or a form with it. It becomes one batch, or is thrown away"
            " after a week."
        ),
        tags=TAGS,
        parameters=[shapes.BATCH_KEY],
        request={"application/octet-stream": bytes, "multipart/form-data": shapes.BatchForm},
        responses={201: shapes.Upload, **schemas.WRITE_PROBLEMS},
        examples=[shapes.answer(shapes.UPLOAD, "An upload", "201")],
    )
    def post(self, request: Request) -> HttpResponse:
        return answered_once(
            self,
            request,
            kind=FILE,
            create=lambda key: created_once(self, key, lambda: self._received(request, key)),
            show=self._kept,
        )

    def _received(self, request: Request, key: IdempotencyKey) -> UUID:
        sent = sent_of(request)
        return file_receive(
            organization_id=self.organization_id,
            actor=self.actor,
            stream=sent.stream,
            name=sent.name,
            partner_id=self.key.partner_id,
            idempotency=key,
        ).id

    def _kept(self, file_id: UUID) -> Shown:
        file = file_by_id(self.organization_id, file_id, self.key.partner_id)
        return Shown(upload_document(file), status.HTTP_201_CREATED)


class BatchView(_Batches):
    """One batch: how far it is."""

    @extend_schema(
        operation_id="batches_retrieve",
        summary="Get a batch",
        tags=TAGS,
        responses={200: shapes.Batch, **schemas.PROBLEMS},
        examples=[shapes.answer(shapes.BATCH)],
    )
    def get(self, request: Request, batch_id: str) -> Response:
        plain_parameters(request, listing=False)
        return self.shown(batch_id)


class BatchCancelView(_Batches):
    @extend_schema(
        operation_id="batches_cancel",
        summary="Stop a batch",
        description="Before its next chunk. What is decided by then stays decided.",
        tags=TAGS,
        request=None,
        responses={200: shapes.Batch, **schemas.WRITE_PROBLEMS},
        examples=[shapes.answer({**shapes.BATCH, "cancel_requested": True})],
    )
    def post(self, request: Request, batch_id: str) -> Response:
        nothing_of(request.data)
        batch_cancel(**self.place(batch_id))
        return self.shown(batch_id)


class BatchResumeView(_Batches):
    @extend_schema(
        operation_id="batches_resume",
        summary="Take up a batch that failed or was stopped",
        description="What is decided is not decided again.",
        tags=TAGS,
        request=None,
        responses={200: shapes.Batch, **schemas.WRITE_PROBLEMS},
        examples=[shapes.answer(shapes.BATCH)],
    )
    def post(self, request: Request, batch_id: str) -> Response:
        nothing_of(request.data)
        batch_resume(**self.place(batch_id))
        return self.shown(batch_id)


class BatchChunkRetryView(_Batches):
    @extend_schema(
        operation_id="batches_retry_chunk",
        summary="Try one chunk of a batch again",
        tags=TAGS,
        request=None,
        responses={200: shapes.Batch, **schemas.WRITE_PROBLEMS},
        examples=[shapes.answer(shapes.BATCH)],
    )
    def post(self, request: Request, batch_id: str, number: int) -> Response:
        nothing_of(request.data)
        batch_resume(**self.place(batch_id), chunk_number=number)
        return self.shown(batch_id)


class BatchChunksView(_Batches):
    """The chunks of a batch, in the file's order."""

    @extend_schema(
        operation_id="batches_chunks",
        summary="List the chunks of a batch",
        tags=TAGS,
        parameters=[schemas.LIMIT, shapes.AFTER_CHUNK],
        responses={200: shapes.ChunkPage, **schemas.WRITE_PROBLEMS},
        examples=[
            shapes.answer(
                {"object": "list", "data": [shapes.CHUNK], "has_more": False, "next": None},
                "Chunks",
            )
        ],
    )
    def get(self, request: Request, batch_id: str) -> Response:
        plain_parameters(request, "limit", "starting_after", listing=False)
        limit, after = limit_of(request), _number(request, "starting_after", 0)
        with self.reading():
            found = chunks_of(self.found(batch_id)).filter(number__gt=after)
            rows = list(found[: limit + 1])
        shown = rows[:limit]
        more = len(rows) > limit
        return Response(
            {
                "object": "list",
                "data": [chunk_document(row) for row in shown],
                "has_more": more,
                "next": shown[-1].number if more else None,
            }
        )


class BatchErrorsView(_Batches):
    """The refused rows as a file."""

    content_negotiation_class = AnyFile

    @extend_schema(
        operation_id="batches_errors",
        summary="Download the refused rows",
        description="One line for each wrong field: row, pointer, code, message.",
        tags=TAGS,
        parameters=[shapes.ERROR_FORMAT],
        responses={
            **shapes.files("text/csv", "application/x-ndjson", example=shapes.ERROR_LINES),
            **schemas.PROBLEMS,
        },
    )
    def get(self, request: Request, batch_id: str) -> StreamingHttpResponse:
        form = form_of(request, (CSV, NDJSON))
        with self.reading():
            batch = self.found(batch_id)
        blocks = refusals_read(organization_id=self.organization_id, batch_id=batch.id)
        return download(error_lines(blocks, form), form, f"{batch_id}-errors")


class BatchResultsView(_Batches):
    """The decided rows as a file."""

    content_negotiation_class = AnyFile

    @extend_schema(
        operation_id="batches_results",
        summary="Download the decisions",
        description="One row for each application, with the decision in force when it is read.",
        tags=TAGS,
        parameters=[shapes.FORMAT],
        responses={
            **shapes.files(
                "text/csv",
                "application/x-ndjson",
                "application/vnd.apache.parquet",
                example=shapes.RESULT_LINES,
            ),
            **schemas.PROBLEMS,
        },
    )
    def get(self, request: Request, batch_id: str) -> StreamingHttpResponse:
        form = form_of(request, tuple(MEDIA_TYPES))
        with self.reading():
            batch = self.found(batch_id)
        blocks = results_read(organization_id=self.organization_id, batch_id=batch.id)
        lines: Iterator[bytes] = result_lines(blocks, form, batch.product.minor_units)
        return download(lines, form, f"{batch_id}-results")


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid([FieldError(f"/{name}", "type", "This is a whole number.")])
    return int(text)
