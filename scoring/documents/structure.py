"""What a document is made of, whoever draws it: sections of paragraphs, facts, tables, charts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from scoring.charts import Chart, figure_text

Kind = Literal["text", "facts", "table", "chart"]


@dataclass(frozen=True, slots=True)
class Block:
    """One thing under a heading. Of `text`, `rows` and `chart` its kind uses one."""

    kind: Kind
    title: str = ""
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    chart: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. `facts` stand under its title; `language` is the texts'."""

    title: str
    subtitle: str
    language: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    def document(self) -> dict[str, Any]:
        """Plain JSON: what is stored, hashed and drawn."""
        return asdict(self)


def text(words: object) -> Block:
    return Block("text", text=str(words))


def facts(rows: Iterable[tuple[object, object]], title: object = "") -> Block:
    return Block(
        "facts",
        title=str(title),
        rows=tuple((str(name), written(value)) for name, value in rows),
    )


def table(title: object, columns: Sequence[object], rows: Iterable[Sequence[object]]) -> Block:
    return Block(
        "table",
        title=str(title),
        columns=tuple(str(column) for column in columns),
        rows=tuple(tuple(written(value) for value in row) for row in rows),
    )


def chart(drawn: Chart) -> Block:
    """A chart and, for whoever cannot see it, its summary; the table stands beside it."""
    return Block(
        "chart",
        title=str(drawn.title),
        text=str(drawn.summary),
        columns=drawn.columns,
        rows=tuple(drawn.rows),
        chart=drawn.document(),
    )


def written(value: object) -> str:
    """A value as people read it; numbers in the reader's language."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, int | float):
        return figure_text(value)
    if isinstance(value, list | tuple):
        return ", ".join(written(each) for each in value)
    return str(value)
