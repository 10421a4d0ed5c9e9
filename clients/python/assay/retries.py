"""Trying again where it is safe: what only reads, what carries an `Idempotency-Key`, what was
refused before it began (429), and what never reached the server."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

READING = frozenset({"GET", "HEAD", "OPTIONS"})
KEY = "Idempotency-Key"
PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses after which the same request may pass."""
IN_FLIGHT = 409
FIRST_SECONDS = 0.5
LONGEST_SECONDS = 60.0


class Retrying(httpx.BaseTransport):
    """Repeats up to `tries` times in all, waiting as `Retry-After` says, else ever longer."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        tries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner = inner
        self._tries = max(tries, 1)
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for done in range(1, self._tries):
            try:
                response = self._inner.handle_request(request)
            except httpx.TransportError as error:
                if not _may_repeat(request, error):
                    raise
                self._sleep(_backoff(done))
                continue
            if not _passing(request, response):
                return response
            wait = _asked(response)
            response.close()
            self._sleep(_backoff(done) if wait is None else min(wait, LONGEST_SECONDS))
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _harmless(request: httpx.Request) -> bool:
    return request.method in READING or KEY in request.headers


def _may_repeat(request: httpx.Request, error: httpx.TransportError) -> bool:
    """Without a connection nothing was done; else only what does no harm twice."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) or _harmless(request)


def _passing(request: httpx.Request, response: httpx.Response) -> bool:
    if response.status_code == IN_FLIGHT:  # the same request is still being worked at
        return KEY in request.headers and "Retry-After" in response.headers
    if response.status_code == 429:
        return True
    return response.status_code in PASSING and _harmless(request)


def _asked(response: httpx.Response) -> float | None:
    """Seconds until then, by `Retry-After`: a number, or a moment."""
    text = response.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds: float = (until - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0)


def _backoff(done: int) -> float:
    """Half to all of a time that doubles, so that callers do not come back together."""
    longest: float = min(FIRST_SECONDS * 2 ** (done - 1), LONGEST_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spread, no secret
