"""One small file in a form: held in memory, and no further than the limit."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from rest_framework.parsers import MultiPartParser

from underwriting.api.refusals import BodyTooLarge

OVERHEAD = 64 << 10
"""What a form adds to its file: boundaries, headers, the other fields."""


class BoundedFileHandler(MemoryFileUploadHandler):
    """Refuses what passes the limit while it comes in, whatever the headers promised."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self.most_bytes = most_bytes
        self.received = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > self.most_bytes:
            raise BodyTooLarge
        return super().receive_data_chunk(raw_data, start)


class SmallFormParser(MultiPartParser):
    """multipart/form-data up to the limit that the view names as `most_bytes`."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        request, view = parser_context["request"], parser_context["view"]
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > view.most_bytes + OVERHEAD:
            raise BodyTooLarge
        request._request.upload_handlers = [BoundedFileHandler(view.most_bytes)]  # noqa: SLF001
        return super().parse(stream, media_type, parser_context)
