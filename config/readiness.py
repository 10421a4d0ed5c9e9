"""Is this process alive, and can the platform decide an application right now?"""

from contextlib import suppress

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

HEARTBEAT_KEY = "assay:worker:decision"
HEARTBEAT_SECONDS = 5
HEARTBEAT_EXPIRES = 3 * HEARTBEAT_SECONDS


def broker() -> redis.Redis:
    """A client that fails fast: a probe must not wait for a dead broker."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def champions_loaded() -> int | None:
    """Champion models the decision worker has in memory; None when no worker beats."""
    with broker() as client:
        beat = client.get(HEARTBEAT_KEY)
    return None if beat is None else int(beat)


@require_GET
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


@require_GET
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when all four hold, else 503 and which of them does not."""
    checks = {"database": False, "broker": False, "worker": False, "champion": False}
    with suppress(DatabaseError):
        checks["database"] = database_answers()
    with suppress(redis.RedisError):
        champions = champions_loaded()
        checks["broker"] = True
        checks["worker"] = champions is not None
        checks["champion"] = bool(champions)
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)
