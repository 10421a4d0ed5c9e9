"""Keys at the front door: from where, how long, whose, and what a stranger may try."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import ApiKey
from accounts.services.api_keys import api_key_create, api_key_rotate
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.models import Organization
from tenancy.services import organization_advance_clock
from tests.api.conftest import Partner
from tests.cast_accounts import RawKey, key_of

Make = Callable[..., Partner]


@pytest.fixture
def holder(hanse: Organization) -> Make:
    """Somebody with a key of Hanse's, made as the test says."""

    def made(**options: Any) -> Partner:
        given = {"name": "k", "scopes": ["decisions:read"]} | options
        _, raw = api_key_create(organization_id=hanse.id, actor=SYSTEM, **given)
        return Partner(raw)

    return made


def status(partner: Partner, address: str, **headers: str) -> int:
    partner.client.defaults["REMOTE_ADDR"] = address
    return int(partner.get("/v1/applications", **headers).status_code)


def test_a_key_works_from_its_addresses_only(holder: Make) -> None:
    held = holder(allowed_networks=["203.0.113.0/24", "2001:db8::/32"])
    assert status(held, "203.0.113.9") == 200
    assert status(held, "2001:db8:1::1") == 200
    assert status(held, "::ffff:203.0.113.9") == 200
    assert status(held, "198.51.100.7") == 403
    assert status(held, "2001:db9::1") == 403
    assert status(held, "") == 403


def test_a_refused_address_is_named(holder: Make) -> None:
    held = holder(allowed_networks=["203.0.113.0/24"])
    held.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    document = held.get("/v1/applications").json()
    assert document["code"] == "address_not_allowed"
    assert "198.51.100.7" in document["detail"]


@pytest.mark.parametrize(
    "smuggled",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"True-Client-IP": "203.0.113.9"},
        {"X_Forwarded_For": "203.0.113.9"},
    ],
)
def test_a_header_moves_nobody(holder: Make, smuggled: dict[str, str], settings: Settings) -> None:
    held = holder(allowed_networks=["203.0.113.0/24"])
    settings.ASSAY_TRUSTED_PROXIES = 0
    assert status(held, "198.51.100.7", **smuggled) == 403


def test_behind_proxies_the_outermost_of_ours_says(holder: Make, settings: Settings) -> None:
    settings.ASSAY_TRUSTED_PROXIES = 2
    held = holder(allowed_networks=["203.0.113.0/24"])
    for forwarded, answer in (
        ("203.0.113.9, 10.0.0.1", 200),
        ("198.51.100.7, 10.0.0.1", 403),
        ("203.0.113.9, 198.51.100.7, 10.0.0.1", 403),  # the left one the caller wrote
        ("203.0.113.9", 403),  # past one of ours
        ("", 403),
        ("203.0.113.9, x, 10.0.0.1", 403),
    ):
        assert status(held, "10.0.0.2", **{"X-Forwarded-For": forwarded}) == answer, forwarded


def test_an_expired_key_is_refused(hanse_twin: Organization) -> None:
    _, raw = key_of(hanse_twin)
    with enter(hanse_twin.id):
        key = ApiKey.objects.get(organization_id=hanse_twin.id)
        ApiKey.objects.filter(organization_id=hanse_twin.id).update(
            expires_at=key.created_at + timedelta(days=1)
        )
    held = Partner(raw)
    assert held.get("/v1/applications").status_code == 200
    organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(days=2))
    assert held.get("/v1/applications").status_code == 401


def test_rotated_in_mid_flight_nothing_fails(hanse: Organization, hanse_key: RawKey) -> None:
    key, old = hanse_key
    before = Partner(old)
    assert before.get("/v1/applications").status_code == 200
    _, new = api_key_rotate(
        organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id, overlap=timedelta(hours=1)
    )
    assert before.get("/v1/applications").status_code == 200
    assert Partner(new).get("/v1/applications").status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "Bearer " + "a" * 8_000,
        "Bearer assay_live_" + "a" * 41,
        "Bearer assay_live_" + "a" * 39 + "\n",
        "Bearer assay_live_at_" + "a" * 40,
        "Bearer assay_test_' OR true --",
        "Bearer \x00",
        "bearer",
        "Bearer assay_live_" + "ä" * 40,
        "Token assay_live_" + "a" * 40,
        "Bearer a b c",
    ],
)
def test_nonsense_is_refused_alike(db: None, value: str) -> None:
    answer = Partner("x").get("/v1/applications", Authorization=value)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_reaches_its_own_lender_only(
    aurora_key: RawKey, hanse: Organization, holder: Make
) -> None:
    """Whatever the request says of itself, the key alone says which lender."""
    stranger = Partner(aurora_key[1])
    for name in ("Organization", "X-Organization", "Assay-Organization", "Assay-Account"):
        answer = stranger.get("/v1/products", **{name: str(hanse.id)})
        assert answer.json()["data"] == []
