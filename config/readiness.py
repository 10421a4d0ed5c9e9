"""Is this process alive, and can the platform decide an application right now?"""

from contextlib import suppress

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.heartbeat import COLD, beat_key, broker


@require_safe
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when all four hold, else 503 and which of them does not.

    `champion` means that the decision workers hold every appointed champion in memory; a new
    installation has appointed none, and is ready.
    """
    checks = {"database": False, "broker": False, "worker": False, "champion": False}
    with suppress(DatabaseError):
        checks["database"] = database_answers()
    with suppress(redis.RedisError):
        beat = decision_beat()
        checks["broker"] = True
        checks["worker"] = beat is not None
        checks["champion"] = beat not in {None, COLD}
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def decision_beat() -> str | None:
    """The last words of a decision worker, unless it has been silent too long."""
    with broker() as client:
        value = client.get(beat_key("decision"))
    return value.decode() if isinstance(value, bytes) else None
