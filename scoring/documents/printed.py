"""A document as a PDF: tagged (PDF/UA-1), the same bytes for the same content.

Typeset by typst from a fixed source. Texts of people reach it as data, never as source, so
nothing anybody typed is markup. Only the fonts that come with it are used, so every machine
prints alike.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from scoring.chart_svg import drawn

SOURCE = Path(__file__).with_name("paper.typ")


def pdf_of(content: Mapping[str, Any], content_hash: str) -> bytes:
    """The PDF of a stored document. Imported here: no request worker pays for the typesetter."""
    import typst

    paper = {**content, "content_hash": content_hash, "sections": _with_charts(content)}
    made: bytes = typst.compile(
        _source(),
        format="pdf",
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )
    return made


def _with_charts(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **section,
            "blocks": [
                {**block, "svg": drawn(block["chart"]) if block["chart"] else ""}
                for block in section["blocks"]
            ],
        }
        for section in content["sections"]
    ]


@lru_cache(maxsize=1)
def _source() -> bytes:
    return SOURCE.read_bytes()
