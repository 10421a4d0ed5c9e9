"""gunicorn's worker of threads, which answers what it cannot read as the platform answers."""

import json
import socket
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from tenancy.ids import new_id

STATUS_OF: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "The address of the request is too long."),
    errors.LimitRequestHeaders: (431, "The headers of the request are too large or too many."),
    errors.ExpectationFailed: (417, "What the request expects of us we do not do."),
    errors.UnsupportedTransferCoding: (501, "The body came in a transfer coding we do not take."),
}
UNREADABLE = (400, "What arrived is not a request of HTTP.")
FAILED = (500, "Something failed on our side before the request could be read.")


class PlatformWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own refusals are HTML without a name, and quote the request back to its sender."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """A problem with an id, which the log has too; the connection is closed after it."""
        request_id = f"req_{new_id().hex}"
        status, detail = refusal(exc)
        if status == FAILED[0]:
            self.log.error("request_not_answered %s", request_id, exc_info=exc)
        else:
            self.log.warning("request_not_read %s %s", request_id, type(exc).__name__)
        try:
            util.write_nonblock(client, answer(status, detail, request_id))
        except OSError:
            self.log.debug("request_not_answered %s: nobody listens", request_id)


def refusal(exc: Exception) -> tuple[int, str]:
    """Status and words for what gunicorn could not read; 500 for what is our own fault."""
    ours = errors.InvalidResponseHeader, errors.InvalidResponseHeaderName
    if isinstance(exc, ours) or not isinstance(exc, errors.ParseException):
        return FAILED
    return STATUS_OF.get(type(exc), UNREADABLE)


def answer(status: int, detail: str, request_id: str) -> bytes:
    """The whole answer as bytes: at this point there is nobody who would write it for us."""
    # Only Django's own process can import it: the arbiter reads this file before there is one.
    from accounts.versions import latest
    from underwriting.api.problems import CONTENT_TYPE, problem

    code = "internal_error" if status == FAILED[0] else "malformed_request"
    document = problem(status_code=status, code=code, detail=detail, request_id=request_id)
    body = json.dumps(document).encode()
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Connection: close",
        f"Content-Type: {CONTENT_TYPE}",
        f"Content-Length: {len(body)}",
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT",
        f"Request-Id: {request_id}",
        f"Assay-Version: {latest()}",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii") + body
