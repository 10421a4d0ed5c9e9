"""Where a message may go: by TLS to public addresses and few ports, and nowhere else.

An operator may name networks for local trials: there plain HTTP and every port are allowed.
"""

import ipaddress
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from tenancy.outbound.addresses import addresses_of, parsed, public

LONGEST_URL = 500
STANDARD_PORTS = {"https": 443, "http": 80}
_URL = re.compile(r"^https?://[\x21-\x7e]+$")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"^(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*\.?$")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Refused(Exception):
    """Where it would go is no place for a message; `code` says why, without the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator allows: `ports` of public hosts, and `networks` for local trials."""

    ports: Collection[int]
    networks: Sequence[Network] = ()

    def allows(self, parts: SplitResult, address: str) -> bool:
        """Whether a message may go to this address of the URL's host."""
        found = parsed(address)
        if any(found in network for network in self.networks):
            return True
        return parts.scheme == "https" and port_of(parts) in self.ports and public(address)


def port_of(parts: SplitResult) -> int:
    return parts.port or STANDARD_PORTS[parts.scheme]


def url_parts(url: str) -> SplitResult:
    """The parts of a URL that could be an endpoint's; Refused for one that could not.

    Visible ASCII only, so that no part of it can become a header or a second request.
    """
    if len(url) > LONGEST_URL or not _URL.match(url):
        raise Refused("not_a_url")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("not_a_url") from error
    if parts.username is not None or parts.password is not None or "#" in url or "\\" in url:
        raise Refused("not_a_url")
    if not _is_address(host) and not _HOST.match(host):
        raise Refused("not_a_url")
    return parts


def url_check(url: str, rules: Rules) -> None:
    """What can be said before a name is resolved; it is looked at again for every attempt."""
    parts = url_parts(url)
    host = parts.hostname or ""
    if _is_address(host):
        if not rules.allows(parts, host):
            raise Refused("not_public")
        return
    if rules.networks:
        return
    if parts.scheme != "https":
        raise Refused("not_https")
    if port_of(parts) not in rules.ports:
        raise Refused("port")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise Refused("not_public")


def vetted_address(parts: SplitResult, rules: Rules) -> str:
    """The address to connect to: every address of the host is looked at, now.

    Raises Refused where one of them may not be reached, OSError where the name has none.
    """
    found = addresses_of(parts.hostname or "", port_of(parts))
    if not found or not all(rules.allows(parts, address) for address in found):
        raise Refused("not_public")
    return found[0]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
