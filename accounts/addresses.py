"""Where a request comes from, and whether a key may be used from there."""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

COARSE_BITS = {4: 24, 6: 48}
"""What is kept of an address: enough to see that a key moved, too little to point at a person."""

_WITH_PORT = re.compile(r"^(?:\[([0-9a-fA-F:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?$")
MOST_HOPS = 30


def client_address(peer: str, forwarded_for: str, trusted_proxies: int) -> Address | None:
    """The address that our own outermost proxy saw; None where it cannot be known.

    Each of our proxies adds the address it was asked from at the right end of `X-Forwarded-For`.
    With `trusted_proxies` of them, that many entries counted from the right are ours; whatever
    stands to their left the caller may have written. With none the header is not looked at.
    """
    if trusted_proxies == 0:
        return address_of(peer)
    entries = forwarded_for.rsplit(",", MOST_HOPS)
    if len(entries) < trusted_proxies:
        return None  # it did not come through all of our proxies
    return address_of(entries[-trusted_proxies])


def address_of(text: str) -> Address | None:
    """An address, with or without a port; an IPv4 address inside IPv6 is an IPv4 address."""
    text = text.strip()
    if match := _WITH_PORT.match(text):
        text = match.group(1) or match.group(2)
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped or IPv6Address(int(found))  # without a zone
    return found


def networks_of(texts: Sequence[str]) -> list[str]:
    """Networks in their one spelling, each once, in order. ValueError names what is none."""
    return sorted({str(_network(text)) for text in texts})


def _network(text: str) -> Network:
    """A network or a single address; bits beyond the mask are a mistake, not rounded off."""
    found = ip_network(text.strip())
    mapped = found.network_address.ipv4_mapped if isinstance(found, IPv6Network) else None
    if mapped is not None:
        return ip_network(f"{mapped}/{max(found.prefixlen - 96, 0)}")
    return found


def allowed(address: Address | None, networks: Sequence[str]) -> bool:
    """Whether the list lets this address in: an empty list everybody, else only whom it names."""
    if not networks:
        return True
    return address is not None and any(address in network for network in _parsed(tuple(networks)))


@lru_cache(maxsize=1024)
def _parsed(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in networks)


def coarse(address: Address | None) -> str | None:
    """The network around an address: /24 of IPv4, /48 of IPv6."""
    if address is None:
        return None
    return str(ip_network((address, COARSE_BITS[address.version]), strict=False))
