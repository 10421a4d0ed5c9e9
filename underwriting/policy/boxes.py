"""What some boxes leave uncovered of another, in bounded work: for static checks of rule sets."""

from collections.abc import Sequence

from underwriting.policy.regions import Box

MOST_STEPS = 200_000
"""Comparisons of boxes (and copies, by their size) in the check of one policy; beyond it what is
left is not examined."""


class OutOfSteps(Exception):
    """There are too many combinations to examine."""


class Steps:
    """How much work is left; one is shared by all questions about a policy."""

    def __init__(self, left: int = MOST_STEPS) -> None:
        self.left = left

    def take(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise OutOfSteps


def meet(box: Box, other: Box) -> Box:
    """What belongs to both; the first has every axis."""
    return {**box, **{axis: box[axis] & bits for axis, bits in other.items()}}


def touch(box: Box, other: Box) -> bool:
    """Whether the boxes share anything; the first has every axis."""
    return all(box[axis] & bits for axis, bits in other.items())


def uncovered(box: Box, covers: Sequence[Box], steps: Steps) -> Box | None:
    """A box within `box` that none of the covers touches; None where they cover it all.

    `box` has every axis. Subtracts the covers one by one; what a cover leaves of a box is split
    into boxes that do not touch each other.
    """
    open_: list[tuple[Box, int]] = [(box, 0)]
    while open_:
        left, index = open_.pop()
        while index < len(covers):
            steps.take()
            if touch(left, covers[index]):
                parts = _outside(left, covers[index])
                steps.take(len(parts) * (1 + len(left) // 4))
                open_ += [(part, index + 1) for part in parts]
                break
            index += 1
        else:
            return left
    return None


def within(box: Box, other: Box) -> bool:
    """Whether all of the box, which has every axis, belongs to the other."""
    return all(not box[axis] & ~bits for axis, bits in other.items())


def _outside(box: Box, cover: Box) -> list[Box]:
    """What a cover that touches the box leaves of it, as boxes that do not touch each other."""
    parts: list[Box] = []
    inside = dict(box)
    for axis, bits in cover.items():
        own = inside[axis]
        if own & ~bits:
            parts.append({**inside, axis: own & ~bits})
        inside[axis] = own & bits
    return parts
