"""Where a request comes from: what our own proxies say, and nothing a caller wrote."""

from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.addresses import address_of, allowed, client_address, coarse, networks_of


@pytest.mark.parametrize(
    ("forwarded", "proxies", "seen"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.9", 0, "192.0.2.1"),  # nobody is trusted: the header is not looked at
        ("203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9", 1, "203.0.113.9"),  # the left one the caller wrote
        ("10.0.0.1,10.0.0.2, 203.0.113.9 , 198.51.100.7", 2, "203.0.113.9"),
        ("203.0.113.9", 2, None),  # it came past one of our proxies
        ("", 1, None),
        ("10.0.0.1, unknown", 1, None),
        ("10.0.0.1, 203.0.113.9:4711", 1, "203.0.113.9"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("fe80::1%eth0", 1, "fe80::1"),
        ("203.0.113.9, ", 1, None),
    ],
)
def test_an_address_is_what_our_outermost_proxy_saw(
    forwarded: str, proxies: int, seen: str | None
) -> None:
    found = client_address("192.0.2.1", forwarded, proxies)
    assert found == (None if seen is None else ip_address(seen))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_whatever_a_caller_writes_to_the_left_changes_nothing(written: str) -> None:
    assert client_address("192.0.2.1", f"{written},203.0.113.9", 1) == ip_address("203.0.113.9")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_nonsense_is_no_address(text: str) -> None:
    found = address_of(text)
    assert found is None or ip_address(str(found)) == found


def test_networks_have_one_spelling() -> None:
    given_twice = [" 10.0.0.0/8", "10.0.0.0/255.0.0.0", "2001:DB8::/32", "192.0.2.7"]
    assert networks_of(given_twice) == ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]
    assert networks_of(["::ffff:192.0.2.0/120"]) == ["192.0.2.0/24"]


@pytest.mark.parametrize("text", ["10.0.0.1/8", "somewhere", "", "10.0.0.0/33", "1.2.3", "::/129"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        networks_of([text])


@pytest.mark.parametrize(
    ("address", "networks", "in_it"),
    [
        ("192.0.2.7", [], True),
        ("192.0.2.7", ["192.0.2.0/24"], True),
        ("192.0.3.7", ["192.0.2.0/24"], False),
        ("2001:db8::1", ["192.0.2.0/24", "2001:db8::/32"], True),
        ("2001:db9::1", ["192.0.2.0/24", "2001:db8::/32"], False),
        (None, ["0.0.0.0/0", "::/0"], False),
        (None, [], True),
    ],
)
def test_a_list_lets_in_whom_it_names(
    address: str | None, networks: list[str], in_it: bool
) -> None:
    assert allowed(None if address is None else ip_address(address), networks) is in_it


def test_only_the_neighbourhood_is_kept() -> None:
    assert coarse(ip_address("203.0.113.9")) == "203.0.113.0/24"
    assert coarse(ip_address("2001:db8:1:2::3")) == "2001:db8:1::/48"
    assert coarse(None) is None
