"""When a message is tried again: ten attempts over about 75 hours, never at one moment for all."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_ATTEMPTS = 10
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After the first attempt, the second, and so on: together 75 hours and 35 minutes."""
MOST_TAKES = 50
"""So often a message is taken in hand: one whose every sender dies is given up in the end."""
JITTER_PERCENT = 10
LONGEST_ASKED = timedelta(hours=24)
"""A receiver may ask us to come back later, but not never."""

OPENS_AFTER = 5
"""So many failures in a row, and an endpoint is asked by one attempt at a time, and seldom."""
PROBE_FIRST, PROBE_LONGEST = timedelta(seconds=30), timedelta(minutes=15)
DISABLED_AFTER = timedelta(days=5)
"""An endpoint that has failed for so long, without one success, is switched off."""
LOG_DAYS = 30
"""What is closed stays in the log for so long."""


def wait_after(attempts: int, draw: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after this many failed attempts (from 1); None: it was the last.

    draw: in [0, 1), by chance; the wait is up to a tenth shorter or longer. asked: what the
    receiver's Retry-After said, honoured up to a day, never to come back earlier.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    planned = WAITS[attempts - 1]
    around = planned * (100 - JITTER_PERCENT) / 100 + planned * (2 * JITTER_PERCENT * draw) / 100
    return max(around, min(asked, LONGEST_ASKED)) if asked is not None else around


def probe_after(failures: int) -> timedelta | None:
    """How long nobody is sent to an endpoint after this many failures in a row; None: go on."""
    if failures < OPENS_AFTER:
        return None
    doublings = min(failures - OPENS_AFTER, 10)
    return min(PROBE_FIRST * (1 << doublings), PROBE_LONGEST)


def asked_to_wait(header: str | None, at: datetime) -> timedelta | None:
    """What Retry-After says, in seconds or as a date; None for nonsense and for the past."""
    if not header or len(header) > 50:
        return None
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header), 10**7))
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment - at if moment > at else None
