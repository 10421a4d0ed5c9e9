"""A connector for any vendor that takes and gives JSON: address and mapping are settings.

One POST an inquiry. The vendor gets the idempotency key in `Idempotency-Key`; 2xx with a report is
an answer, 408, 425, 429 and 5xx may be asked again, and everything else is refused for good. No
redirect is followed, no proxy used, no more than a megabyte read, nor for longer than the timeout.
"""

import json
from collections.abc import Collection, Mapping
from http.client import HTTPException, HTTPResponse
from time import monotonic
from urllib.parse import urlsplit

from tenancy.outbound.cutting import cut_after, read_most
from underwriting.connectors.addresses import connection_to
from underwriting.connectors.contract import ConnectorError, Failure, Kind, Report, Request
from underwriting.connectors.pointers import moved
from underwriting.connectors.reports import BureauReport, CheckReport
from underwriting.connectors.settings import ConnectorSettings, Http

MOST_BYTES = 1_000_000
AGAIN = frozenset({408, 425, 429})


class HttpJson:
    """Implements the contract over HTTP; `secret` is the whole value of the secret header."""

    def __init__(
        self,
        settings: ConnectorSettings,
        *,
        secret: str | None,
        private_hosts: Collection[str] = (),
    ) -> None:
        if settings.http is None:
            raise ValueError("http settings are missing")
        self._http: Http = settings.http
        self._timeout = settings.timeout_ms / 1000
        self._secret = secret
        self._private_hosts = private_hosts

    def ask(self, request: Request) -> Report:
        report = self._report(request.kind, self._posted(request, self._body(request)))
        if report is None:
            # Raised here: what was wrong with the answer quotes it, and it is about a person.
            raise ConnectorError(Failure.MALFORMED)
        return report

    def _report(self, kind: Kind, body: bytes) -> Report | None:
        schema = BureauReport if kind == Kind.BUREAU else CheckReport
        try:
            answer = json.loads(body)
            taken = moved(answer, self._http.take) if self._http.take else answer
            return schema.model_validate_json(json.dumps(taken))
        except (ValueError, RecursionError):
            return None

    def _body(self, request: Request) -> bytes:
        document = request.document()
        sent = moved(document, self._http.send) if self._http.send else document
        return json.dumps(sent).encode()

    def _posted(self, request: Request, body: bytes) -> bytes:
        parts = urlsplit(self._http.url)
        until = monotonic() + self._timeout
        connection = connection_to(parts, timeout=self._timeout, private_hosts=self._private_hosts)
        try:
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            with cut_after(connection, self._timeout) as sockets:
                connection.request("POST", target, body, self._headers(request))
                sockets.append(connection.sock)
                with connection.getresponse() as response:
                    _refuse_status(response.status)
                    answer = _read(response)
            if monotonic() < until:
                return answer
            failure = Failure.TIMEOUT
        except (OSError, HTTPException):
            failure = Failure.TIMEOUT if monotonic() >= until else Failure.UNAVAILABLE
        finally:
            connection.close()
        raise ConnectorError(failure)

    def _headers(self, request: Request) -> Mapping[str, str]:
        own = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": str(request.idempotency_key),
        }
        secret = {self._http.secret_header: self._secret} if self._secret else {}
        return {**self._http.headers, **secret, **own}


def _refuse_status(status: int) -> None:
    if status in AGAIN or status >= 500:
        raise ConnectorError(Failure.UNAVAILABLE)
    if not 200 <= status < 300:
        raise ConnectorError(Failure.REFUSED)


def _read(response: HTTPResponse) -> bytes:
    """The body, whole and as long as it is small."""
    body, more = read_most(response, MOST_BYTES)
    if more:
        raise ConnectorError(Failure.MALFORMED)
    if response.length:
        raise HTTPException
    return body
