"""A chart says the same on a canvas, as SVG and as a table."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from scoring.charts import Chart, Mark, Series, figure_text
from tests.scoring.chart_examples import (
    EVERY_KIND,
    FAMILIES,
    FRONTIER,
    IMPORTANCE,
    MONTHS,
    NOTHING,
    RELIABILITY,
    ROC,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("chart", [*EVERY_KIND[:-1], IMPORTANCE], ids=lambda each: each.title)
def test_its_svg_is_whole_inside_the_frame_and_without_style(chart: Chart) -> None:
    text = chart.svg()
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").text == chart.summary
    assert "style" not in text
    written = "".join(root.itertext())
    assert all(mark.text in written for mark in chart.marks)
    for name, limit in (("x", 680), ("y", 380), ("cx", 680), ("cy", 380), ("x1", 680)):
        for found in re.findall(rf' {name}="([-\d.]+)"', text):
            assert 0 <= float(found) <= limit


def test_a_missing_value_breaks_the_line() -> None:
    lines = re.findall(r'<polyline points="([^"]+)"', MONTHS.svg())
    assert [len(line.split()) for line in lines] == [2, 3, 6]


def test_bars_stand_on_each_other_only_when_stacked() -> None:
    tops = re.findall(r'<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#0072',
                      EVERY_KIND[4].svg())  # fmt: skip
    above = re.findall(r'<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#c4',
                       EVERY_KIND[4].svg())  # fmt: skip
    assert float(above[0][0]) + float(above[0][1]) == pytest.approx(float(tops[0][0]), abs=0.2)


def test_its_table_has_every_figure() -> None:
    assert RELIABILITY.columns == ("Tenth by points", "Observed", "Predicted")
    assert [list(row) for row in RELIABILITY.rows][3] == ["4", "–", "30.00\u00a0%"]
    assert next(RELIABILITY.rows)[1] == "2.000\u00a0% (1.000 – 3.500\u00a0%)"
    assert ROC.columns == ("", "Goods below", "Bads below")
    assert len(list(ROC.rows)) == 7
    assert next(FRONTIER.rows) == ("Cut-offs, 450", "100\u00a0%", "-1,200\u00a0EUR")


def test_figures_are_written_in_the_readers_language() -> None:
    with translation.override("es"):
        assert figure_text(45_300.5) == "45\u00a0300"
        assert figure_text(0.7912) == "0,7912"
    assert figure_text(float("nan")) == figure_text(None) == "–"


def test_the_same_chart_has_the_same_id_and_another_has_not() -> None:
    assert ROC.id == ROC.id != FAMILIES.id


def test_a_text_cannot_become_markup() -> None:
    evil = Chart("bar", "<b>", '"><script>', ("</svg>",), (Series("<i>", (1,)),), "&", "'")
    assert "<b>" not in evil.svg()
    assert "</svg>" not in evil.svg()[:-6]
    page = render_to_string("admin/charts/chart.html", {"chart": evil})
    assert "<script>" not in page


def test_nothing_to_draw_says_so_instead_of_an_empty_canvas() -> None:
    page = render_to_string("admin/charts/chart.html", {"chart": NOTHING})
    assert "<canvas" not in page
    assert "no figures" in page


def test_values_must_fit_their_labels() -> None:
    with pytest.raises(ValueError, match="one value per label"):
        Chart("bar", "t", "s", ("a", "b"), (Series("n", (1,)),), "", "")
    with pytest.raises(ValueError, match="2 values"):
        Series("n", (1, 2), low=(1,))


def test_one_mark_or_several() -> None:
    assert len(MONTHS.marks) == 2
    assert ROC.marks == (Mark("x", 0.3, "cut-off"),)
