"""Which addresses are the public internet's, and connections that go to one address alone.

Whoever types a host's name also answers for what it resolves to, and may answer differently a
moment later. So a name is resolved once, every address it has is looked at, and the connection goes
to the very address that was looked at, under the name: its certificate and Host header are the
host's.
"""

import ipaddress
import socket
import ssl
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from typing import Any

GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
CARRIES_IPV4 = tuple(map(ipaddress.ip_network, ("2001::/23", "2002::/16")))
"""Teredo and 6to4: an IPv4 address inside, reached by a relay. NAT64 (64:ff9b::/96) and mapped or
compatible ones lie outside 2000::/3 anyway. Python calls some of them global."""
RELAYED = (ipaddress.ip_network("192.88.99.0/24"),)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def addresses_of(host: str, port: int) -> list[str]:
    """Every address of a name, best first; OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def parsed(address: str) -> Address:
    """The address without its zone; one mapped into IPv6 as the IPv4 address that it is."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return getattr(found, "ipv4_mapped", None) or found


def public(address: str) -> bool:
    """Whether it is the public internet's: neither private, shared, local nor a way around that."""
    found = parsed(address)
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if found.version == 4:
        return not any(found in network for network in RELAYED)
    return found in GLOBAL_UNICAST and not any(found in network for network in CARRIES_IPV4)


def pinned(scheme: str, address: str, host: str, port: int, timeout: float) -> HTTPConnection:
    """An unopened connection to one address under the host's name."""
    kind = _PinnedHttps if scheme == "https" else _PinnedHttp
    return kind(address, host, port, timeout)


@cache
def tls_context() -> ssl.SSLContext:
    """Made once: reading the authorities takes longer than most answers do."""
    return ssl.create_default_context()


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
        super().__init__(host, port, timeout=timeout, context=tls_context())
        self._pinned = address

    def connect(self) -> None:
        plain = socket.create_connection((self._pinned, self.port), self.timeout)
        self.sock: Any = tls_context().wrap_socket(plain, server_hostname=self.host)
