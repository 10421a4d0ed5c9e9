"""Asking again until something is so."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TookTooLong(TimeoutError):
    """It was not so in time; `last` is what was seen last."""

    def __init__(self, seconds: float, last: object) -> None:
        super().__init__(f"not within {seconds:g} seconds")
        self.last = last


def wait_until(
    fetch: Callable[[], T],
    reached: Callable[[T], bool],
    *,
    seconds: float = 60.0,
    every: float = 0.25,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What `fetch` gives once `reached` holds of it. Raises TookTooLong."""
    until = time.monotonic() + seconds
    while True:
        found = fetch()
        if reached(found):
            return found
        if time.monotonic() >= until:
            raise TookTooLong(seconds, found)
        sleep(every)
        every = min(every * 1.5, 5.0)
