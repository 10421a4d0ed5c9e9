"""A piece of evidence as blocks, whatever its shape: figures as facts, lists as tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.documents.structure import Block, facts, table

MOST_ROWS = 40
"""A printed table longer than this helps nobody; the whole stands in the evidence itself."""
DEEPEST = 3


def evidence_blocks(document: Mapping[str, Any], title: str = "", depth: int = 0) -> list[Block]:
    """Blocks in the order of the document; what is nested deeper than three levels is left out."""
    plain = [(words(name), value) for name, value in document.items() if _is_plain(value)]
    blocks = [facts(plain, title)] if plain else []
    for name, value in document.items():
        if not _is_plain(value) and depth < DEEPEST:
            blocks += _nested(_joined(title, words(name)), value, depth)
    return blocks


def words(name: str) -> str:
    """`bad_rate` as it is read: Bad rate."""
    said = name.replace("_", " ").strip()
    return said[:1].upper() + said[1:]


def _nested(title: str, value: Any, depth: int) -> list[Block]:
    if isinstance(value, Mapping):
        if value and all(_is_row(each) for each in value.values()):
            return [_table(title, ({"": name, **each} for name, each in value.items()))]
        return evidence_blocks(value, title, depth + 1)
    if value and all(isinstance(each, Mapping) for each in value):
        return [_table(title, iter(value))]
    return [table(title, ("", title), enumerate(value[:MOST_ROWS], 1))] if value else []


def _table(title: str, rows: Iterator[Mapping[str, Any]]) -> Block:
    kept = [row for row, _ in zip(rows, range(MOST_ROWS), strict=False)]
    columns = list(dict.fromkeys(name for row in kept for name in row if _is_cell(row[name])))
    cells = [[row.get(name) for name in columns] for row in kept]
    return table(title, [words(name) for name in columns], cells)


def _is_row(value: Any) -> bool:
    return isinstance(value, Mapping) and any(_is_cell(each) for each in value.values())


def _is_cell(value: Any) -> bool:
    return not isinstance(value, Mapping) and not (
        isinstance(value, Sequence) and not isinstance(value, str) and len(value) > DEEPEST
    )


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Mapping | list | tuple)


def _joined(title: str, name: str) -> str:
    return f"{title}: {name}" if title else name
