"""A table of cells to fill in, one input each: read back as the comma-separated lines it is."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

MOST_ROWS, MOST_COLUMNS = 60, 60


class CellTable(forms.Widget):
    """Lines with a head and `named` columns that say what a row is; the others are inputs.

    Whoever posts the lines as one text under the field's name is understood too.
    """

    def __init__(self, *, named: int, words: Mapping[str, Any]) -> None:
        super().__init__()
        self.named = named
        self.words = words

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the project's templates: a form's own renderer knows only the framework's."""
        head, *rows = lines_read(value or "") or [[]]
        told = {
            "name": name,
            "head": head,
            "labels": [self._label(cell) for cell in head[self.named :]],
            "names": head[: self.named],
            "rows": [self._row(row, head) for row in rows],
        }
        return render_to_string("admin/desk/cell_table.html", {"widget": told})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        rows = [data.getlist(f"{name}.head")] if hasattr(data, "getlist") else [[]]
        if not rows[0]:
            text: str | None = data.get(name)
            return text
        rows += [data.getlist(f"{name}.{at}") for at in range(min(_rows(data, name), MOST_ROWS))]
        return lines_written([row[:MOST_COLUMNS] for row in rows])

    def _row(self, row: list[str], head: list[str]) -> dict[str, Any]:
        named, cells = row[: self.named], row[self.named :]
        about = [self._label(cell) for cell in named]
        columns = [self._label(cell) for cell in head[self.named :]]
        labels = [f"{', '.join(map(str, about))}: {column}" for column in columns]
        return {
            "about": list(zip(named, about, strict=True)),
            "cells": list(zip(cells, labels, strict=False)),
        }

    def _label(self, cell: str) -> Any:
        return self.words.get(cell, cell)


def lines_read(text: str) -> list[list[str]]:
    """Rows of stripped cells; lines without any are left out."""
    rows = csv.reader(io.StringIO(text))
    return [[cell.strip() for cell in row] for row in rows if any(row)]


def lines_written(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def _rows(data: Any, name: str) -> int:
    return sum(1 for at in range(MOST_ROWS) if f"{name}.{at}" in data)
