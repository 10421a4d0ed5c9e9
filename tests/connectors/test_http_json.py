"""The generic HTTP connector passes the contract, maps a vendor's form, and goes nowhere else."""

import socket
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from pydantic import ValidationError

from tests.connectors.contract import ConnectorContract, inquiry
from tests.connectors.vendor import LoopbackVendor, serving
from underwriting.connectors.contract import Connector, ConnectorError, Failure, Kind
from underwriting.connectors.http_json import HttpJson
from underwriting.connectors.reports import BureauReport
from underwriting.connectors.settings import ConnectorSettings


def settings(url: str, *, timeout_ms: int = 1_500, **http: Any) -> ConnectorSettings:
    return ConnectorSettings.parse(
        {
            "schema": "assay.connector/1",
            "kind": "bureau",
            "connector": "http_json",
            "inquiry": "soft",
            "purpose": "prequalification",
            "timeout_ms": timeout_ms,
            "agency": {"name": "A", "address": "B", "phone": "C"},
            "http": {"url": url, **http},
        }
    )


def over_http(url: str, *, private: tuple[str, ...] = ("127.0.0.1",), **http: Any) -> HttpJson:
    return HttpJson(settings(url, **http), secret="Bearer s3cret", private_hosts=private)


@pytest.fixture
def loopback() -> Iterator[LoopbackVendor]:
    with serving() as vendor:
        yield vendor


class TestHttpJson(ConnectorContract):
    @pytest.fixture
    def vendor(self, loopback: LoopbackVendor) -> LoopbackVendor:
        return loopback

    @pytest.fixture
    def connector(self, vendor: LoopbackVendor) -> Connector:
        return over_http(vendor.url)


def failure(connector: Connector) -> Failure:
    with pytest.raises(ConnectorError) as raised:
        connector.ask(inquiry(Kind.BUREAU))
    return raised.value.failure


def test_a_vendors_own_form_is_mapped_both_ways(loopback: LoopbackVendor) -> None:
    loopback.answer = {
        "data": {
            "ref": "V-1",
            "day": "2026-11-20",
            "state": "whole",
            "rating": {"points": 640, "of": [300, 850], "name": "V-Score"},
            "items": [{"open": 3}],
        },
        "noise": {"name": "Quirina"},
    }
    connector = over_http(
        loopback.url,
        headers={"X-Version": "2"},
        secret_header="X-Key",
        send={"/person/born": "/subject/birth_date", "/why": "/purpose"},
        take={
            "/reference": "/data/ref",
            "/reported_on": "/data/day",
            "/file": "/data/state",
            "/score/model": "/data/rating/name",
            "/score/value": "/data/rating/points",
            "/score/lowest": "/data/rating/of/0",
            "/score/highest": "/data/rating/of/1",
            "/score/as_of": "/data/day",
            "/attributes/open_accounts": "/data/items/0/open",
            "/attributes/nothing": "/data/nothing",
        },
    )
    report = connector.ask(inquiry(Kind.BUREAU))
    assert isinstance(report, BureauReport)
    assert report.score is not None
    assert (report.score.value, report.score.lowest) == (640, 300)
    assert report.attributes == {"open_accounts": 3}
    assert loopback.bodies == [{"person": {"born": "1977-03-09"}, "why": "credit_transaction"}]
    assert loopback.headers[0]["X-Key"] == "Bearer s3cret"
    assert loopback.headers[0]["X-Version"] == "2"


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("redirects", Failure.REFUSED),
        ("huge", Failure.MALFORMED),
        ("trickles", Failure.TIMEOUT),
        ("drips", Failure.TIMEOUT),
        ("breaks off", Failure.UNAVAILABLE),
    ],
)
def test_tricks_of_a_vendor_end_in_time(loopback: LoopbackVendor, how: str, found: Failure) -> None:
    loopback.behave(how)
    begun = monotonic()
    assert failure(over_http(loopback.url)) == found
    assert monotonic() - begun < 20, "a trickle would take for ever"


def test_private_places_are_refused_unless_the_operator_names_them(
    loopback: LoopbackVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failure(over_http(loopback.url, private=())) == Failure.REFUSED
    for address in ("10.0.0.5", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"):  # noqa: S104
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        assert failure(over_http("https://vendor.example/", private=())) == Failure.REFUSED
    assert loopback.keys == []


def test_without_tls_nothing_goes_to_a_public_place() -> None:
    assert failure(over_http("http://192.0.2.1/")) == Failure.REFUSED


@pytest.mark.parametrize(
    "url", ["ftp://vendor.example/", "https://me:secret@vendor.example/", "vendor", "https:///x"]
)
def test_an_address_that_is_none_is_refused_when_it_is_set_up(url: str) -> None:
    with pytest.raises(ValidationError):
        settings(url)


def test_settings_that_contradict_themselves_are_refused() -> None:
    sound = settings("https://vendor.example/").model_dump(mode="json", by_alias=True)
    for wrong in (
        {"inquiry": "hard"},
        {"inquiry": "none"},
        {"purpose": "fraud_prevention"},
        {"agency": None},
        {"http": None},
        {"connector": "stub"},
        {"kind": "fraud"},
        {"surprise": 1},
        {"timeout_ms": 60_000},
    ):
        with pytest.raises(ValidationError):
            ConnectorSettings.parse({**sound, **wrong})
