"""A document as one HTML file: styles and charts inside, nothing fetched, fit to be printed."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from scoring.chart_svg import drawn


def page_of(content: Mapping[str, Any], content_hash: str) -> str:
    """The page of a stored document; every text is escaped by the template."""
    return render_to_string(
        "admin/scoring/modeldocument/page.html",
        {"paper": _with_charts(content), "content_hash": content_hash},
    )


def _with_charts(content: Mapping[str, Any]) -> dict[str, Any]:
    sections = [
        {**section, "blocks": [_drawn(block) for block in section["blocks"]]}
        for section in content["sections"]
    ]
    return {**content, "sections": sections}


def _drawn(block: Mapping[str, Any]) -> dict[str, Any]:
    """`drawn` escapes every text itself."""
    if not block["chart"]:
        return dict(block)
    return {**block, "svg": mark_safe(drawn(block["chart"]))}  # noqa: S308
