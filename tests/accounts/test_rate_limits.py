"""The token bucket on a real Valkey, by a clock that the test holds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import pytest
import redis
from pytest_django import Settings

from accounts.services import rate_limits
from accounts.services.rate_limits import Rate, Silence, Taken, bucket_take

MINUTE = 60_000.0


@pytest.fixture(autouse=True)
def valkey(valkey_url: str, settings: Settings) -> Iterator[None]:
    """The platform's Valkey is the test's own."""
    settings.REDIS_URL = valkey_url
    rate_limits._script.cache_clear()
    Silence.until = 0.0
    yield
    rate_limits._script.cache_clear()
    Silence.until = 0.0


def taken(key, rate: Rate, now_ms: float) -> Taken:
    found = bucket_take(key, rate, now_ms=now_ms)
    assert found is not None
    return found


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    key, rate = uuid4(), Rate(per_minute=60, burst=3)
    assert [taken(key, rate, 0).allowed for _ in range(4)] == [True, True, True, False]
    assert not taken(key, rate, 999).allowed
    assert taken(key, rate, 1_000).allowed
    assert not taken(key, rate, 1_001).allowed


def test_what_is_left_and_how_long_to_wait_is_said() -> None:
    key, rate = uuid4(), Rate(per_minute=6, burst=2)
    first = taken(key, rate, 0)
    assert (first.remaining, first.full_after, first.retry_after) == (1, 10, 0)
    taken(key, rate, 0)
    refused = taken(key, rate, 2_500)
    assert (refused.allowed, refused.remaining, refused.retry_after) == (False, 0, 8)
    assert taken(key, rate, 2_500 + 8_000).allowed


def test_a_full_bucket_overflows() -> None:
    key, rate = uuid4(), Rate(per_minute=60, burst=2)
    taken(key, rate, 0)
    assert [taken(key, rate, 60 * MINUTE).allowed for _ in range(3)] == [True, True, False]


def test_a_clock_that_goes_back_fills_nothing() -> None:
    key, rate = uuid4(), Rate(per_minute=60, burst=1)
    assert taken(key, rate, MINUTE).allowed
    assert not taken(key, rate, 0).allowed
    assert not taken(key, rate, MINUTE + 1).allowed


def test_small_steps_fill_as_much_as_one_large_one() -> None:
    key, rate = uuid4(), Rate(per_minute=60, burst=1)
    taken(key, rate, 0)
    refusals = [taken(key, rate, step * 0.5) for step in range(1, 2_000)]
    assert not any(each.allowed for each in refusals)
    assert taken(key, rate, 1_000).allowed


def test_each_key_has_its_own() -> None:
    rate = Rate(per_minute=1, burst=1)
    assert [taken(uuid4(), rate, 0).allowed for _ in range(3)] == [True, True, True]


def test_a_thousand_at_once_get_what_there_is() -> None:
    key, rate = uuid4(), Rate(per_minute=1, burst=100)
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: taken(key, rate, 0).allowed, range(1_000)))
    assert answers.count(True) == 100


def test_a_bucket_that_is_full_again_is_forgotten(valkey_url: str) -> None:
    key, rate = uuid4(), Rate(per_minute=60, burst=3)
    taken(key, rate, 0)
    with closing(redis.Redis.from_url(valkey_url)) as client:
        assert 60_000 < client.pttl(f"assay:rate:{key.hex}") <= 61_000


def test_without_a_time_valkeys_own_counts() -> None:
    key, rate = uuid4(), Rate(per_minute=1, burst=1)
    first, second = bucket_take(key, rate), bucket_take(key, rate)
    assert first is not None
    assert second is not None
    assert (first.allowed, second.allowed) == (True, False)


def test_a_dead_valkey_lets_requests_pass_and_is_not_asked_each_time(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    rate_limits._script.cache_clear()
    clock = [100.0]
    monkeypatch.setattr(rate_limits.time, "monotonic", lambda: clock[0])
    rate = Rate(per_minute=1, burst=1)
    assert [bucket_take(uuid4(), rate) for _ in range(5)] == [None] * 5
    assert sum("rate_limits_not_asked" in line for line in caplog.messages) == 1
    clock[0] += rate_limits.ASKED_AGAIN_AFTER
    assert bucket_take(uuid4(), rate) is None
    assert sum("rate_limits_not_asked" in line for line in caplog.messages) == 2
