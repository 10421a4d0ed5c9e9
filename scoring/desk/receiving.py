"""Receiving files: straight to disk in small pieces, and no further than the limit."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

TOO_LARGE = "assay.upload_too_large"
"""In the request's META when a file was cut off."""


class LimitedFileHandler(TemporaryFileUploadHandler):
    """Never holds a file in memory; stops one that passes ASSAY_UPLOAD_MAX_BYTES.

    The rest of the request is read and thrown away, so that the browser gets an answer to read.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece, or stop."""
        self._received += len(raw_data)
        if self._received > settings.ASSAY_UPLOAD_MAX_BYTES:
            if self.request is not None:
                self.request.META[TOO_LARGE] = "1"
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)
