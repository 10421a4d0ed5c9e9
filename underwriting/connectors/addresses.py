"""Where a connector may reach: public addresses by TLS, and private ones the operator has named.

A lender types the address, so a name is resolved first, every address it has is looked at, and the
connection goes to the very address that was looked at: a name cannot change in between.
"""

import ipaddress
import socket
from collections.abc import Collection
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult

from underwriting.connectors.contract import ConnectorError, Failure

HTTPS_PORT, HTTP_PORT = 443, 80


def connection_to(
    parts: SplitResult, *, timeout: float, private_hosts: Collection[str]
) -> HTTPConnection:
    """An unopened connection; ConnectorError (`refused`) where it may not go.

    `private_hosts` are the host names, as written, that may lie in a private network and may be
    spoken to without TLS.
    """
    host = parts.hostname or ""
    named = host in private_hosts
    if parts.scheme != "https" and not named:
        raise ConnectorError(Failure.REFUSED)
    port = parts.port or (HTTPS_PORT if parts.scheme == "https" else HTTP_PORT)
    address = _address(host, port, named=named)
    if parts.scheme == "https":
        return _PinnedHttps(address, host, port, timeout)
    return _PinnedHttp(address, host, port, timeout)


def _address(host: str, port: int, *, named: bool) -> str:
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ConnectorError(Failure.UNAVAILABLE) from error
    addresses = [str(each[4][0]) for each in resolved]
    if not named and not all(_public(address) for address in addresses):
        raise ConnectorError(Failure.REFUSED)
    return addresses[0]


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or found
    return bool(inner.is_global) and not inner.is_multicast


class _PinnedHttp(HTTPConnection):
    """Speaks to one address under the host's name."""

    def __init__(self, address: str, host: str, port: int, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._pinned = address

    def connect(self) -> None:
        self.sock: Any = socket.create_connection((self._pinned, self.port), self.timeout)


class _PinnedHttps(HTTPSConnection):
    """The same by TLS: the certificate is the host's."""

    def __init__(self, address: str, host: str, port: int, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._pinned = address

    def connect(self) -> None:
        plain = socket.create_connection((self._pinned, self.port), self.timeout)
        self.sock: Any = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]
