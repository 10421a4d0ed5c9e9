"""Documents as they are attached and shown."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from underwriting.api.schemas.common import GONE, TEXT, Listing, nullable
from underwriting.enums.documents import MediaType


class Document(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    application = TEXT()
    party = serializers.IntegerField()
    kind = TEXT(
        help_text="identity, income, bank_statement, address, contract, other; more may come."
    )
    name = nullable(TEXT, help_text="As the file was called; null once the person is erased.")
    media_type = TEXT(help_text="Told from the file's own bytes.")
    size = serializers.IntegerField(help_text="In bytes.")
    attached_at = serializers.DateTimeField()


class DocumentPage(Listing):
    data = Document(many=True)  # type: ignore[assignment]  # the field hides an attribute


class DocumentRequest(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="PDF, JPEG, PNG or HEIC, at most 10 MB.")
    kind = TEXT(required=False)
    party = serializers.IntegerField(required=False, help_text="Position of the party; 0 if left.")


DOCUMENT: dict[str, Any] = {
    "id": "doc_019d5b7d01f27c5e8a9b3d4f6e7c8a90",
    "object": "document",
    "application": "app_019d5b7c2e117a3f8d2e4c6b8a90f1e2",
    "party": 0,
    "kind": "income",
    "name": "payslip-october.pdf",
    "media_type": "application/pdf",
    "size": 48213,
    "attached_at": "2026-11-21T10:05:00.010000Z",
}

CONTENT: dict[Any, Any] = {
    (200, kind.value): OpenApiResponse(
        OpenApiTypes.BINARY,
        description="The file, as it was sent.",
        examples=[OpenApiExample(f"A {kind.label}", value="…", media_type=kind.value)],
    )
    for kind in MediaType
} | GONE
