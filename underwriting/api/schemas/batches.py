"""Batches for OpenAPI: what is sent, how far it is, and what the files hold."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from underwriting.api.schemas.applications import Consent
from underwriting.api.schemas.common import TEXT, AnyObject, Listing, WrongField, nullable
from underwriting.enums import BatchStatus

NUMBER = serializers.IntegerField
MOMENT = serializers.DateTimeField
OF_CONSENTS = (
    "The texts that everybody in the file agreed to, by purpose and hash, as the product's schema"
    " lists them. Rows that bring `applicant.consents` of their own go before."
)


class BatchForm(serializers.Serializer[Any]):
    """multipart/form-data; consents and metadata are JSON texts."""

    product = TEXT()
    file = serializers.FileField(help_text="CSV, NDJSON or Parquet, also gzipped.")
    language = TEXT(required=False, help_text="Of rows that name none, and of the errors.")
    consents = TEXT(required=False, help_text=OF_CONSENTS)
    metadata = TEXT(required=False)
    decimal_mark = TEXT(required=False, help_text="`.` if left out, or `,`.")


class BatchReference(serializers.Serializer[Any]):
    """A file that was sent before, or that lies where the lender's installation may read."""

    product = TEXT()
    upload = TEXT(required=False, help_text="An upload's id, or:")
    source = TEXT(  # type: ignore[assignment]  # the field hides an attribute
        required=False, help_text="An address such as s3://inbox/lender/loans.csv."
    )
    language = TEXT(required=False)
    consents = Consent(many=True, required=False, help_text=OF_CONSENTS)
    metadata = AnyObject(child=TEXT(), required=False)
    decimal_mark = TEXT(required=False)


class BatchOrigin(serializers.Serializer[Any]):
    name = TEXT()
    format = nullable(TEXT, help_text="csv, ndjson or parquet, once it is read.")
    size = nullable(NUMBER, help_text="Bytes.")
    source = nullable(TEXT)


class BatchCounts(serializers.Serializer[Any]):
    rows = nullable(NUMBER, help_text="Known once the file is read.")
    applications = NUMBER(help_text="Rows that have become an application, or had before.")
    refused = NUMBER(help_text="Rows that were refused; `errors` says why.")
    repeated = NUMBER(help_text="Of the applications, those that were there before.")
    outcomes = AnyObject(
        child=NUMBER(), help_text="By outcome; `undecided` where others are asked first."
    )


class ChunkCounts(serializers.Serializer[Any]):
    total = NUMBER()
    waiting = NUMBER()
    deciding = NUMBER()
    done = NUMBER()
    failed = NUMBER()
    cancelled = NUMBER()


class ChunkFailure(serializers.Serializer[Any]):
    chunk = NUMBER()
    first_row = NUMBER()
    last_row = NUMBER()
    code = TEXT()
    attempts = NUMBER()


class BatchError(serializers.Serializer[Any]):
    code = TEXT()
    errors = WrongField(many=True)  # type: ignore[assignment]  # the field hides an attribute


class Batch(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    product = TEXT()
    status = TEXT(help_text="waiting, reading, deciding, done, failed or cancelled; more may come.")
    cancel_requested = serializers.BooleanField()
    file = BatchOrigin()
    language = TEXT()
    metadata = AnyObject(child=TEXT())
    progress = TEXT(help_text="A fraction of one.")
    counts = BatchCounts()
    chunks = ChunkCounts()
    failures = ChunkFailure(many=True)
    error = nullable(BatchError, help_text="Why the batch as a whole failed.")
    estimated_end_at = nullable(MOMENT)
    created_at = MOMENT()
    deciding_since = nullable(MOMENT)
    finished_at = nullable(MOMENT)
    results = TEXT(help_text="Where the decided rows are.")
    errors = TEXT(help_text="Where the refused rows are.")  # type: ignore[assignment]  # hides one


class BatchPage(Listing):
    data = Batch(many=True)  # type: ignore[assignment]  # the field hides an attribute


class Chunk(serializers.Serializer[Any]):
    object = TEXT()
    number = NUMBER()
    status = TEXT()
    first_row = NUMBER()
    last_row = NUMBER()
    applications = NUMBER()
    refused = nullable(NUMBER)
    repeated = NUMBER()
    outcomes = AnyObject(child=NUMBER())
    attempts = NUMBER()
    error = nullable(TEXT)
    merkle_root = nullable(TEXT, help_text="Over the chunk's decisions; also in the event chain.")
    started_at = nullable(MOMENT)
    finished_at = nullable(MOMENT)


class ChunkPage(serializers.Serializer[Any]):
    object = TEXT()
    has_more = serializers.BooleanField()
    next = nullable(NUMBER, help_text="Send it as `starting_after` for the next page.")
    data = Chunk(many=True)  # type: ignore[assignment]  # the field hides an attribute


class Upload(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    name = TEXT()
    size = NUMBER(help_text="Bytes.")
    created_at = MOMENT()


FORMAT = OpenApiParameter(
    "format",
    str,
    enum=["csv", "ndjson", "parquet"],
    description="Goes before `Accept`; CSV if neither says.",
)
ERROR_FORMAT = OpenApiParameter(
    "format", str, enum=["csv", "ndjson"], description="Goes before `Accept`; CSV if neither says."
)
FILTER = OpenApiParameter("status", str, enum=BatchStatus.values)
BATCH_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The same key with the same request makes one batch, and gets one answer.",
)
AFTER_CHUNK = OpenApiParameter("starting_after", int, description="`next` of the page before.")


def files(*media_types: str, example: str) -> dict[Any, Any]:
    """An answer that is a file, in each of its forms."""
    shown = OpenApiExample("A few lines", value=example, media_type=media_types[0])
    return {
        (200, media_type): OpenApiResponse(
            OpenApiTypes.BINARY if "parquet" in media_type else OpenApiTypes.STR,
            description="A file, streamed.",
            examples=[shown] if media_type == media_types[0] else [],
        )
        for media_type in media_types
    }


ID = "bat_019d5b7c2f4a7c8e9a1b2c3d4e5f6071"
ASKED: dict[str, Any] = {
    "product": "personal-loan",
    "upload": "upl_019d5b7b11d97d0f8a33c1c4b2a5f0e1",
    "language": "de",
    "consents": [{"purpose": "credit_decision", "text_hash": f"sha256:{'5f' * 32}"}],
    "metadata": {"branch": "Kiel"},
}
BATCH: dict[str, Any] = {
    "id": ID,
    "object": "batch",
    "product": "personal-loan",
    "status": "deciding",
    "cancel_requested": False,
    "file": {"name": "loans.csv", "format": "csv", "size": 8211034, "source": None},
    "language": "de",
    "metadata": {"branch": "Kiel"},
    "progress": "0.500000",
    "counts": {
        "rows": 40000,
        "applications": 19950,
        "refused": 50,
        "repeated": 0,
        "outcomes": {"approve": 12010, "counter_offer": 840, "decline": 5100, "refer": 2000},
    },
    "chunks": {
        "total": 4,
        "waiting": 1,
        "deciding": 1,
        "done": 2,
        "failed": 0,
        "cancelled": 0,
    },
    "failures": [],
    "error": None,
    "estimated_end_at": "2026-11-21T10:00:41.000000Z",
    "created_at": "2026-11-21T10:00:00.120000Z",
    "deciding_since": "2026-11-21T10:00:02.310000Z",
    "finished_at": None,
    "results": f"/v1/batches/{ID}/results",
    "errors": f"/v1/batches/{ID}/errors",
}
WAITING: dict[str, Any] = {
    **BATCH,
    "status": "waiting",
    "file": {**BATCH["file"], "format": None},
    "progress": "0.000000",
    "counts": {"rows": None, "applications": 0, "refused": 0, "repeated": 0, "outcomes": {}},
    "chunks": dict.fromkeys(BATCH["chunks"], 0),
    "estimated_end_at": None,
    "deciding_since": None,
}
CHUNK: dict[str, Any] = {
    "object": "batch_chunk",
    "number": 1,
    "status": "done",
    "first_row": 1,
    "last_row": 10000,
    "applications": 9975,
    "refused": 25,
    "repeated": 0,
    "outcomes": {"approve": 6005, "counter_offer": 420, "decline": 2550, "refer": 1000},
    "attempts": 1,
    "error": None,
    "merkle_root": f"sha256:{'a1' * 32}",
    "started_at": "2026-11-21T10:00:02.400000Z",
    "finished_at": "2026-11-21T10:00:11.900000Z",
}
UPLOAD: dict[str, Any] = {
    "id": ASKED["upload"],
    "object": "upload",
    "name": "loans.csv",
    "size": 8211034,
    "created_at": "2026-11-21T09:59:58.500000Z",
}
ERROR_LINES = (
    "row,pointer,code,message\n17,/applicant/facts/housing,choice,Not one of the values.\n"
)
RESULT_LINES = (
    "row,external_id,application,status,repeated,decision,outcome,points,probability,reasons,…\n"
    "1,crm-1,app_019d5b7c2e117a3f8d2e4c6b8a90f1e2,approved,False,"
    "dec_019d5b7c2f3b7d11a0c4e8f2b6d90a57,approve,612,0.031200,,…\n"
)


def asked(value: Any) -> OpenApiExample:
    return OpenApiExample("A file sent before", value=value, request_only=True)


def answer(value: Any, name: str = "A batch", status: str = "200") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])
