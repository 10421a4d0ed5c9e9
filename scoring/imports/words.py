"""A file's words in the dictionary's: what each says, how it is written, what others become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ml.dictionary import Field
from ml.profiling.spelling import PLAIN
from scoring.imports import mapping as mappings

MOST_KNOWN = 4_000
"""Spellings remembered for a column; an amount may have as many as the file has rows."""


@dataclass(slots=True)
class Words:
    """How one column is read: each distinct spelling once."""

    meanings: Mapping[str, str | None]
    normal: Callable[[str], str]
    listed: frozenset[str] | None = None
    other: str | None = None
    known: dict[str | None, str | None] = field(default_factory=lambda: {None: None})

    @classmethod
    def of(cls, mapping: "mappings.Mapping", entry: Field) -> "Words":
        """The words of a dictionary's field."""
        column = mapping.fields[entry.name]
        meanings = mapping.values.get(entry.name, {})
        if entry.name not in mapping.others:
            return cls(meanings, _normal(mapping, column))
        listed = frozenset([*(each.value for each in entry.values), *entry.special])
        return cls(meanings, _normal(mapping, column), listed, mapping.others[entry.name])

    def read(self, cells: Sequence[str | None]) -> list[str | None]:
        """A column's cells in the dictionary's words."""
        if not self.meanings and self.normal is PLAIN.normal and self.listed is None:
            return list(cells)
        return [self._known(cell) for cell in cells]

    def _known(self, text: str | None) -> str | None:
        if text in self.known:
            return self.known[text]
        found = self._read(text or "")
        if len(self.known) < MOST_KNOWN:
            self.known[text] = found
        return found

    def _read(self, text: str) -> str | None:
        found = self.meanings[text] if text in self.meanings else self.normal(text)
        if found is not None and found in self.meanings:
            found = self.meanings[found]
        if self.listed is not None and found is not None and found not in self.listed:
            return self.other
        return found


def _normal(mapping: "mappings.Mapping", column: str | None) -> Callable[[str], str]:
    form = mapping.formats.get(column or "")
    return PLAIN.normal if form is None else form.spelling.normal


def told(
    mapping: "mappings.Mapping",
    source: "mappings.Source | None",
    columns: Mapping[str, list[str | None]],
    size: int,
) -> list[str | None]:
    """What is known of each row beside its facts."""
    if source is None:
        return [None] * size
    if source.column is None:
        return [source.constant] * size
    return Words(source.values or {}, _normal(mapping, source.column)).read(columns[source.column])
