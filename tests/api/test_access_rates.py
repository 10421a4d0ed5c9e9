"""429 at the front door, and what every answer says of the rate."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import ApiRequest
from accounts.services import rate_limits
from accounts.services.api_keys import api_key_create, api_key_revoke
from accounts.services.rate_limits import Rate, Silence
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.api.test_access_tokens import Bank


@pytest.fixture(autouse=True)
def valkey(valkey_url: str, settings: Settings) -> Iterator[None]:
    """The platform's Valkey is the test's own."""
    settings.REDIS_URL = valkey_url
    rate_limits._script.cache_clear()
    Silence.until = 0.0
    yield
    rate_limits._script.cache_clear()
    Silence.until = 0.0


def holder(organization: Organization, rate: int, burst: int) -> Partner:
    _, raw = api_key_create(
        organization_id=organization.id,
        actor=SYSTEM,
        name="k",
        scopes=["decisions:read"],
        rate_per_minute=rate,
        burst=burst,
    )
    return Partner(raw)


def test_who_asks_too_often_waits(hanse: Organization) -> None:
    held = holder(hanse, rate=1, burst=2)
    answers = [held.get("/v1/applications") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    first, _second, refused = answers
    assert first.headers["RateLimit-Policy"] == '"key";q=2;w=120'
    assert first.headers["RateLimit"] == '"key";r=1;t=60'
    assert refused.headers["RateLimit"].startswith('"key";r=0;t=')
    assert 55 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "rate_limited"
    assert refused.json()["request_id"] == refused.headers["Request-Id"]


def test_each_key_has_its_own_rate(hanse: Organization, aurora: Organization) -> None:
    first, second = holder(hanse, rate=1, burst=1), holder(aurora, rate=1, burst=1)
    assert [held.get("/v1/applications").status_code for held in (first, second)] == [200, 200]
    assert [held.get("/v1/applications").status_code for held in (first, second)] == [429, 429]


def test_without_numbers_of_its_own_the_installations_rate_holds(
    hanse: Organization, settings: Settings
) -> None:
    settings.ASSAY_RATE_PER_MINUTE, settings.ASSAY_RATE_BURST = 60, 30
    _, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="k", scopes=["decisions:read"]
    )
    answer = Partner(raw).get("/v1/applications")
    assert answer.headers["RateLimit-Policy"] == '"key";q=30;w=30'


def test_refused_requests_count_as_well(hanse: Organization) -> None:
    """What a key may not do it may not try without end."""
    held = holder(hanse, rate=1, burst=1)
    assert held.get("/v1/products").status_code == 403
    assert held.get("/v1/applications").status_code == 429


def test_a_flood_under_a_dead_key_fills_no_log(
    hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And from elsewhere it uses up nothing of its owner's rate."""
    monkeypatch.setattr("underwriting.api.calls.REFUSED_USES", Rate(per_minute=1, burst=2))
    key, raw = api_key_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        name="k",
        scopes=["decisions:read"],
        allowed_networks=["203.0.113.0/24"],
        rate_per_minute=1,
        burst=1,
    )
    held = Partner(raw)
    assert {held.get("/v1/applications").status_code for _ in range(4)} == {403}
    held.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert held.get("/v1/applications").status_code == 200
    api_key_revoke(organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id)
    assert {held.get("/v1/applications").status_code for _ in range(4)} == {401}
    with enter(hanse.id, read_only=True):
        rows = ApiRequest.objects.filter(organization_id=hanse.id).order_by("id")
        assert [row.status for row in rows] == [403, 403, 200]


def test_a_client_and_its_tokens_share_one_bucket(hanse: Organization) -> None:
    bank = Bank(hanse, rate_per_minute=1, burst=2)
    token = bank.token()
    assert token.get("/v1/applications").status_code == 200
    assert token.get("/v1/applications").status_code == 429
    refused = bank.ask()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_dead_valkey_refuses_nobody(hanse: Organization, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    rate_limits._script.cache_clear()
    held = holder(hanse, rate=1, burst=1)
    answers = [held.get("/v1/applications") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "RateLimit" not in answers[0].headers
