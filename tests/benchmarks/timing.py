"""How long a call takes in this process."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def each_us(call: Callable[[Any], Any], given: Sequence[Any]) -> float:
    """Microseconds of a call, the middle one of them."""
    taken = []
    for each in given:
        started = time.perf_counter_ns()
        call(each)
        taken.append(time.perf_counter_ns() - started)
    return float(np.median(taken)) / 1000


def once_ms(call: Callable[[], Any]) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - started) / 1_000_000
