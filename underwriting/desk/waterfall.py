"""A score as a waterfall: from the model's reference applicant to the points that were reached.

The reference is the model's own (docs/models.md): for points set by hand the best answers, for a
trained scorecard the average loan that was repaid.

Pure geometry for a server-drawn SVG: whole numbers for attributes, no style, no script.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_BARS = 9
WIDTH = 640
LEFT = 232
RIGHT = 52
ROW = 30
BAR = 16
TOP = 8


def signed(points: int) -> str:
    """Points with their sign; a true minus, as wide as the plus."""
    return f"+{points}" if points > 0 else f"\u2212{-points}" if points < 0 else "0"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one feature did against the reference; `points` negative when it counts against."""

    name: str
    label: str
    answer: str
    points: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One drawn row. `before` and `after` are running points, the rest are SVG coordinates."""

    kind: str
    label: str
    answer: str
    points: int
    value: str
    before: int
    after: int
    x: int
    y: int
    width: int
    text_x: int
    text_y: int
    link_x: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    bars: Sequence[Bar]
    width: int
    height: int
    bar_height: int
    row_height: int
    label_x: int
    others: int


def waterfall(total: int, effects: Sequence[Effect], labels: tuple[str, str, str]) -> Waterfall:
    """Draw `total` as what answers make of the reference; `labels`: reference, others, result."""
    best_label, others_label, result_label = labels
    counted = sorted((e for e in effects if e.points), key=lambda e: e.points)
    shown, others = counted[:MOST_BARS], counted[MOST_BARS:]
    steps = [Effect("", best_label, "", total - sum(e.points for e in counted)), *shown]
    if others:
        steps.append(Effect("", others_label, "", sum(e.points for e in others)))
    scale = _Scale(*_range(steps, total))
    bars = [_total(0, steps[0].label, steps[0].points, "best", scale)]
    running = steps[0].points
    for index, step in enumerate(steps[1:], start=1):
        bars.append(_step(index, step, running, scale))
        running += step.points
    bars.append(_total(len(bars), result_label, total, "result", scale))
    return Waterfall(bars, WIDTH, TOP * 2 + ROW * len(bars), BAR, ROW, LEFT - 12, len(others))


class _Scale:
    """Points to pixels between `low` and `high`."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def x(self, points: int) -> int:
        room = WIDTH - LEFT - RIGHT
        return LEFT + round((points - self.low) * room / max(self.high - self.low, 1))


def _range(steps: Sequence[Effect], total: int) -> tuple[int, int]:
    """A little below the lowest point reached, so that the last bar still has a length."""
    running, lowest, highest = 0, total, total
    for step in steps:
        running += step.points
        lowest, highest = min(lowest, running), max(highest, running)
    margin = max((highest - lowest) // 4, 10)
    return lowest - margin, highest


def _total(index: int, label: str, points: int, kind: str, scale: _Scale) -> Bar:
    end = scale.x(points)
    return _bar(index, Effect("", label, "", points), kind, (scale.low, points), (LEFT, end), end)


def _step(index: int, step: Effect, before: int, scale: _Scale) -> Bar:
    after = before + step.points
    left, right = sorted((scale.x(before), scale.x(after)))
    kind = "against" if step.points < 0 else "for"
    return _bar(index, step, kind, (before, after), (left, right), scale.x(after))


def _bar(
    index: int,
    step: Effect,
    kind: str,
    running: tuple[int, int],
    edges: tuple[int, int],
    link_x: int,
) -> Bar:
    top = TOP + index * ROW
    return Bar(
        kind=kind,
        label=step.label,
        answer=step.answer,
        points=step.points,
        value=str(step.points) if kind in ("best", "result") else signed(step.points),
        before=running[0],
        after=running[1],
        x=edges[0],
        y=top + (ROW - BAR) // 2,
        width=max(edges[1] - edges[0], 2),
        text_x=edges[1] + 6,
        text_y=top + ROW // 2 + 4,
        link_x=link_x,
    )
