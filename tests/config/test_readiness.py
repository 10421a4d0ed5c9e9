from collections.abc import Iterator

import pytest
import redis
from django.test import Client
from pytest_django import Settings

from config.heartbeat import COLD, beat_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def valkey(valkey_url: str, settings: Settings) -> Iterator[redis.Redis]:
    settings.REDIS_URL = valkey_url
    with redis.Redis.from_url(valkey_url) as client:
        yield client
        client.flushdb()


def test_a_living_process_says_so(client: Client) -> None:
    assert client.get("/livez").json() == {"alive": True}


def test_ready_when_a_worker_beats_with_its_champions_loaded(
    client: Client, valkey: redis.Redis
) -> None:
    valkey.set(beat_key("decision"), "2", ex=15)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["ready"] is True


@pytest.mark.parametrize(
    ("beat", "missing"), [(None, {"worker", "champion"}), (COLD, {"champion"})]
)
def test_not_ready_without_a_warm_worker(
    client: Client, valkey: redis.Redis, beat: str | None, missing: set[str]
) -> None:
    if beat is not None:
        valkey.set(beat_key("decision"), beat, ex=15)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert {name for name, holds in answer.json()["checks"].items() if not holds} == missing


def test_not_ready_without_a_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/readyz")

    assert answer.json()["checks"] == {
        "database": True,
        "broker": False,
        "worker": False,
        "champion": False,
    }
