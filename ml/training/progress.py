"""Saying how far a training is, and letting the listener stop it."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with a step's code and the fraction done (0 to 1); what it raises cancels."""


def silent(step: str, fraction: float) -> None:
    """For callers that do not listen."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """A progress whose 0 to 1 is `start` to `end` of the whole."""

    def report(step: str, fraction: float) -> None:
        progress(step, start + (end - start) * fraction)

    return report
