"""One attempt: a POST to a looked-at address, an end to everything, and what came back.

Nothing is raised: whatever a receiver does is an answer to keep. No redirect is followed, no proxy
used, and of a body no more than a few kilobytes are read.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.parse import SplitResult

from events.webhooks.receivers import Refused, Rules, port_of, url_parts, vetted_address
from tenancy.outbound.addresses import pinned
from tenancy.outbound.cutting import cut_after, read_most

MOST_BODY = 4_096
MOST_HEADERS, LONGEST_HEADER = 40, 500
GONE = 410


class Failure(StrEnum):
    """Why there is no status."""

    REFUSED = "refused"
    UNRESOLVED = "unresolved"
    TLS = "tls"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for connecting, for each wait on a byte, and for everything together."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 15.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is sent, and where. Its repr shows neither headers nor body."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt: a status, or a failure and none."""

    started_at: datetime
    ms: int
    status: int | None = None
    failure: Failure | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    truncated: bool = False

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == GONE

    def header(self, wanted: str) -> str | None:
        return next((text for name, text in self.headers if name.lower() == wanted), None)


def send(outgoing: Outgoing, rules: Rules, limits: Limits = Limits()) -> Answer:
    """Make one attempt. After `limits.total` seconds not a byte more is sent or read."""
    started_at, begun = datetime.now(UTC), monotonic()
    until = begun + limits.total
    found: dict[str, Any]
    try:
        found = _posted(outgoing, rules, limits, until)
    except Refused:
        found = {"failure": Failure.REFUSED}
    except (OSError, HTTPException, ValueError) as error:
        found = {"failure": Failure.TIMEOUT if monotonic() >= until else _failure(error)}
    return Answer(started_at=started_at, ms=int((monotonic() - begun) * 1000), **found)


def _posted(outgoing: Outgoing, rules: Rules, limits: Limits, until: float) -> dict[str, Any]:
    parts = url_parts(outgoing.url)
    try:
        address = vetted_address(parts, rules)
    except OSError as error:
        raise _Unresolved from error
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    connection = pinned(
        parts.scheme, address, parts.hostname or "", port_of(parts), min(limits.connect, left)
    )
    try:
        with cut_after(connection, left) as sockets:
            connection.connect()
            sockets.append(connection.sock)
            connection.sock.settimeout(limits.read)
            return _exchanged(connection, parts, outgoing, until)
    finally:
        connection.close()


class _Unresolved(OSError):
    """The host's name has no address."""


def _exchanged(
    connection: HTTPConnection, parts: SplitResult, outgoing: Outgoing, until: float
) -> dict[str, Any]:
    """A head that was cut off looks whole to http.client: it counts only when it came in time."""
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection.request("POST", target, outgoing.body, {**outgoing.headers, "Connection": "close"})
    with connection.getresponse() as response:
        if monotonic() >= until:
            raise TimeoutError
        body, truncated = _body(response)
        return {
            "status": response.status,
            "headers": tuple(
                (name[:LONGEST_HEADER], _shown(text[:LONGEST_HEADER]))
                for name, text in response.getheaders()[:MOST_HEADERS]
            ),
            "body": body,
            "truncated": truncated,
        }


def _body(response: HTTPResponse) -> tuple[str, bool]:
    """What it says, as far as it can be kept: the status counts, even where the rest is cut off."""
    try:
        body, truncated = read_most(response, MOST_BODY)
    except (OSError, HTTPException, ValueError):
        return "", True
    return _shown(body.decode("utf-8", "replace")), truncated


def _shown(text: str) -> str:
    """Text that a database keeps: no NUL, no half of a character."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _failure(error: Exception) -> Failure:
    if isinstance(error, _Unresolved):
        return Failure.UNRESOLVED
    if isinstance(error, ssl.SSLError):
        return Failure.TLS
    if isinstance(error, TimeoutError):
        return Failure.TIMEOUT
    return Failure.UNREACHABLE if isinstance(error, OSError) else Failure.MALFORMED
