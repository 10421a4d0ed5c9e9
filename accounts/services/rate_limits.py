"""How often a key may ask: one token bucket for each key, in Valkey, taken from by one script.

A bucket holds `burst` tokens and fills by `rate_per_minute`. The script reads, fills and takes in
one step, so a thousand requests at once get exactly the tokens there are, on however many web
machines. Where Valkey does not answer requests pass: a limit protects the platform, and a platform
that refuses everybody for want of a counter is not protected. It is logged, and asked again a
second later, so that a dead Valkey costs one request a second a quarter of a second at most.
"""

import math
import time
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from accounts.services.credentials import KeyRef

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 0.25
ASKED_AGAIN_AFTER = 1.0

# Time is the caller's where it is given (tests), else Valkey's own: web machines' clocks differ.
TAKE = """
local rate, burst, now = tonumber(ARGV[1]) / 60000, tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local taken = 0
if tokens >= 1 then
    tokens, taken = tokens - 1, 1
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens),
    'at', string.format('%.3f', math.max(now, at)))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate) + 60000)
return {taken, string.format('%.9f', tokens)}
"""


@dataclass(frozen=True, slots=True)
class Rate:
    per_minute: int
    burst: int

    @property
    def window_seconds(self) -> int:
        """In how long an empty bucket is full again."""
        return math.ceil(self.burst * 60 / self.per_minute)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one request got: `allowed`, and how the bucket stands after it."""

    rate: Rate
    allowed: bool
    tokens: float

    @property
    def remaining(self) -> int:
        return math.floor(self.tokens)

    @property
    def retry_after(self) -> int:
        """Whole seconds until there is a token again, at least one; 0 where there is one."""
        missing = 1 - self.tokens
        return max(math.ceil(missing * 60 / self.rate.per_minute), 1) if missing > 0 else 0

    @property
    def full_after(self) -> int:
        """Whole seconds until the bucket is full."""
        return math.ceil((self.rate.burst - self.tokens) * 60 / self.rate.per_minute)


class Silence:
    """Until when Valkey is not asked, after it did not answer."""

    until = 0.0


def rate_of(key: KeyRef) -> Rate:
    return own_rate(key.rate_per_minute, key.burst)


def own_rate(per_minute: int | None, burst: int | None) -> Rate:
    """A key's own rate, else the installation's."""
    if per_minute is None or burst is None:
        return Rate(settings.ASSAY_RATE_PER_MINUTE, settings.ASSAY_RATE_BURST)
    return Rate(per_minute, burst)


def bucket_take(key_id: UUID, rate: Rate, *, now_ms: float | None = None) -> Taken | None:
    """Take a token from the key's bucket; None where Valkey does not answer: the request passes."""
    if time.monotonic() < Silence.until:
        return None
    arguments = [rate.per_minute, rate.burst, "" if now_ms is None else now_ms]
    try:
        taken, tokens = _script()(keys=[f"assay:rate:{key_id.hex}"], args=arguments)
    except redis.RedisError as error:
        Silence.until = time.monotonic() + ASKED_AGAIN_AFTER
        log.warning("rate_limits_not_asked", error=type(error).__name__)
        return None
    return Taken(rate, allowed=taken == 1, tokens=float(tokens))


@cache
def _script() -> Script:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        # Once more where a pooled connection has died; a server that is slow is not asked twice.
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )
    return client.register_script(TAKE)
