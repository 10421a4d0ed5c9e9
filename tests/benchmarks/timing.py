"""What a call costs in this process: its thread's CPU time, which other work cannot lengthen.

A call that is put aside in the middle would else seem as slow as the machine is busy, and a long
one is put aside more often than a short one. Nothing measured so has threads of its own.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def each_us(call: Callable[[Any], Any], given: Sequence[Any]) -> float:
    """Microseconds of a call, the middle one of them."""
    taken = []
    for each in given:
        started = time.thread_time_ns()
        call(each)
        taken.append(time.thread_time_ns() - started)
    return float(np.median(taken)) / 1_000


def once_ms(call: Callable[[], Any]) -> float:
    """Milliseconds of one call."""
    started = time.thread_time_ns()
    call()
    return (time.thread_time_ns() - started) / 1_000_000
