"""What a run came to: a JSON file, a table in Markdown, and what changed since the last one."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.frame import Figure

COMMITTED = Path(__file__).parents[2] / "docs" / "benchmarks.json"
MATTERS = 0.1
"""A ratio that moved by less than a tenth has not moved: rounds differ by that much."""

HEAD = (
    "| benchmark | ours | baseline | ratio | aim | last committed |",
    "|---|---|---|---|---|---|",
)


def document_of(figures: Sequence[Figure]) -> dict[str, Any]:
    return {figure.name: figure.document() for figure in figures}


def table(figures: Sequence[Figure], before: Mapping[str, Any]) -> str:
    """The figures of a run, each beside the one that was committed last."""
    return "\n".join([*HEAD, *(_row(each, before.get(each.name)) for each in figures)])


def committed(file: Path = COMMITTED) -> dict[str, Any]:
    """The last committed result; empty where there is none."""
    return json.loads(file.read_text()) if file.exists() else {}


def kept(file: Path, figures: Sequence[Figure]) -> None:
    """Write these figures; others that the file holds stay."""
    document = {**committed(file), **document_of(figures)}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def _row(figure: Figure, before: Mapping[str, Any] | None) -> str:
    aim = str(figure.aim)
    verdict = "" if not aim else f" {'met' if figure.aim.met(figure.ratio) else '**missed**'}"
    return (
        f"| {figure.name} | {figure.ours:.3g} {figure.unit} | {figure.theirs:.3g}:"
        f" {figure.baseline} | {figure.ratio:.3g} | {aim}{verdict} | {_moved(figure, before)} |"
    )


def _moved(figure: Figure, before: Mapping[str, Any] | None) -> str:
    if before is None:
        return "new"
    then = float(before["ratio"])
    change = figure.ratio / then - 1 if then else 0.0
    return f"{then:.3g}" + (f" ({change:+.0%})" if abs(change) >= MATTERS else "")
