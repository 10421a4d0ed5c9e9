"""Where a connector may reach: public addresses by TLS, and private ones the operator has named."""

from collections.abc import Collection
from http.client import HTTPConnection
from urllib.parse import SplitResult

from tenancy.outbound.addresses import addresses_of, pinned, public
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
    return pinned(parts.scheme, _address(host, port, named=named), host, port, timeout)


def _address(host: str, port: int, *, named: bool) -> str:
    try:
        addresses = addresses_of(host, port)
    except OSError as error:
        raise ConnectorError(Failure.UNAVAILABLE) from error
    if not named and not all(public(address) for address in addresses):
        raise ConnectorError(Failure.REFUSED)
    return addresses[0]
