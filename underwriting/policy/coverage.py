"""What some boxes leave uncovered of another, in bounded work: for static checks of rule sets."""

from collections.abc import Mapping, Sequence

from underwriting.policy.regions import Box

MOST_STEPS = 200_000
"""Comparisons of boxes in the check of one policy; beyond it what is left is not examined."""


class OutOfSteps(Exception):
    """There are too many combinations to examine."""


class Steps:
    """How much work is left; one is shared by all questions about a policy."""

    def __init__(self, left: int = MOST_STEPS) -> None:
        self.left = left

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise OutOfSteps


def meet(box: Box, other: Box, whole: Box) -> Box | None:
    """What belongs to both, None where nothing does. `whole` has every axis."""
    found = dict(box)
    for axis, bits in other.items():
        found[axis] = found.get(axis, whole[axis]) & bits
        if not found[axis]:
            return None
    return found


def uncovered(box: Box, covers: Sequence[Box], whole: Box, steps: Steps) -> Box | None:
    """A box within `box` that none of the covers touches; None where they cover it all.

    Subtracts the covers one by one, splitting what a cover leaves into boxes that do not touch.
    """
    open_: list[tuple[Box, int]] = [(box, 0)]
    while open_:
        left, index = open_.pop()
        while index < len(covers):
            steps.take()
            if meet(left, covers[index], whole) is not None:
                open_ += [(part, index + 1) for part in _outside(left, covers[index], whole)]
                break
            index += 1
        else:
            return left
    return None


def within(box: Box, other: Box, whole: Box) -> bool:
    """Whether all of the box belongs to the other."""
    return all(not box.get(axis, whole[axis]) & ~bits for axis, bits in other.items())


def _outside(box: Box, cover: Mapping[int, int], whole: Box) -> list[Box]:
    """What a cover that touches the box leaves of it, as boxes that do not touch each other."""
    parts: list[Box] = []
    inside = dict(box)
    for axis, bits in cover.items():
        own = inside.get(axis, whole[axis])
        if own & ~bits:
            parts.append({**inside, axis: own & ~bits})
        inside[axis] = own & bits
    return parts
