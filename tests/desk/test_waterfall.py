"""The waterfall's geometry: bars join, and its figures add up to the points."""

from underwriting.desk.waterfall import MOST_BARS, WIDTH, Effect, waterfall

LABELS = ("Best", "Others", "Points")


def effects(*points: int) -> list[Effect]:
    return [Effect(f"f{i}", f"F{i}", "", p) for i, p in enumerate(points)]


def test_bars_lead_from_the_best_to_the_points() -> None:
    bars = waterfall(550, effects(-30, 0, -5, -15), LABELS).bars
    assert [bar.points for bar in bars] == [600, -30, -15, -5, 550]
    assert [bar.after for bar in bars] == [600, 570, 555, 550, 550]
    assert bars[-2].after == bars[-1].points


def test_small_effects_are_gathered() -> None:
    chart = waterfall(500, effects(*([-4] * 14)), LABELS)
    assert len(chart.bars) == MOST_BARS + 3
    assert chart.others == 5
    assert chart.bars[-2].points == -20


def test_nothing_is_drawn_outside() -> None:
    chart = waterfall(400, effects(-90, -80, 12, -7), LABELS)
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert all(bar.y + chart.bar_height <= chart.height for bar in chart.bars)


def test_a_score_without_losses_is_its_own_best() -> None:
    bars = waterfall(620, effects(0, 0), LABELS).bars
    assert [bar.points for bar in bars] == [620, 620]
