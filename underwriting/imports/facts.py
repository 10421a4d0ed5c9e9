"""What rows say of a dictionary's fields: typed columns, and the texts that are stored of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.dictionary.entries import Field
from ml.dictionary.reading import FieldReader, Wrong, demanded
from ml.readers import assembled, lexical
from ml.values import Value
from underwriting.imports.cells import Cells, Coded, Ints, Mask, objects, spread
from underwriting.submission import OF_AGE

Spell = Callable[[Any], str]
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class FieldColumn(NamedTuple):
    """One field of n rows. `sent` is what an API body would hold, `typed` what it means."""

    reader: FieldReader
    codes: Ints
    sent: Sequence[Any]
    typed: Sequence[Value]
    wrong: Sequence[bool]

    def column(self) -> Column:
        return assembled(self.reader.field, self.codes, list(self.typed))

    def members(self, name: str, values: Sequence[Any], spell: Spell) -> list[str | None]:
        """Each row's member of a JSON object; None where the row has none."""
        key = f"{json.dumps(name)}:"
        return spread([None if v is None else key + spell(v) for v in values], self.codes)

    def take(self, rows: Ints) -> "FieldColumn":
        return self._replace(codes=self.codes[rows])


class Facts(NamedTuple):
    """The facts of one scope: every asked field, given or not, in the dictionary's order."""

    dictionary: Dictionary
    scope: str
    fields: Mapping[str, FieldColumn]
    rows: int

    def take(self, rows: Ints) -> "Facts":
        taken = {name: field.take(rows) for name, field in self.fields.items()}
        return self._replace(fields=taken, rows=len(rows))

    def frame(self) -> Frame:
        """Every field that may decide, for the column path; what is not asked is missing."""
        columns = {}
        for field in self.dictionary.decision_fields(self.scope):
            read = self.fields.get(field.name)
            columns[field.name] = read.column() if read else _missing(field, self.rows)
        return Frame(columns, self.rows)

    def lacking(self) -> list[str]:
        """Fields that a decision demands and nobody was asked for."""
        fields = self.dictionary.decision_fields(self.scope)
        return [f.name for f in fields if f.name not in self.fields and demanded(f, history=False)]

    def texts(self) -> list[str]:
        """Canonical text of each row's facts, as it is stored."""
        members = [
            self.fields[name].members(name, self._human(name), _ENCODE)
            for name in sorted(self.fields)
        ]
        return objects(members, self.rows)

    def human(self, name: str) -> list[Any]:
        """One field of every row, as people and JSON write it."""
        read = self.fields.get(name)
        return [None] * self.rows if read is None else spread(self._human(name), read.codes)

    def bodies(self) -> list[str]:
        """What was sent, as `content_bytes` spells it."""
        members = [
            self.fields[name].members(name, self.fields[name].sent, _sent)
            for name in sorted(self.fields)
            if name != OF_AGE
        ]
        return objects(members, self.rows)

    def _human(self, name: str) -> list[Any]:
        read = self.fields[name]
        return [None if value is None else read.reader.human(value) for value in read.typed]


def facts_of(
    dictionary: Dictionary, scope: str, cells: Cells, prefix: str, as_of: int
) -> tuple[Facts, Mask]:
    """The facts below a path, and the rows that an API would refuse for them."""
    readers = dictionary.readers(scope)
    given = cells.under(prefix)
    fields = {
        field.name: field_of(readers[field.name], cells.get(f"{prefix}.{field.name}"), as_of)
        for field in asked_fields(dictionary, scope)
    }
    refused = np.zeros(cells.rows, bool)
    for name, read in fields.items():
        refused |= np.array(read.wrong, bool)[read.codes]
        if demanded(readers[name].field, history=False):
            refused |= read.codes == len(read.typed) - 1
    for name in given.keys() - fields.keys():
        refused |= given[name].given
    return Facts(dictionary, scope, fields, cells.rows), refused


def asked_fields(dictionary: Dictionary, scope: str) -> list[Field]:
    """What a door may send: nothing prohibited, nothing known only later, nothing derived."""
    return [
        field
        for field in dictionary.decision_fields(scope)
        if field.known == "application" and field.name != OF_AGE
    ]


def field_of(reader: FieldReader, cells: Coded, as_of: int) -> FieldColumn:
    """One field's cells, each distinct one read once by the very reader of the row path."""
    sent = [None if text is None else lexical(reader.field, text) for text in cells.texts]
    read = [_typed(reader, value, as_of) for value in sent]
    typed, wrong = [value for value, _ in read], [failed for _, failed in read]
    return FieldColumn(reader, cells.codes, sent, typed, wrong)


def _typed(reader: FieldReader, value: Any, as_of: int) -> tuple[Value, bool]:
    if value is None:
        return None, False
    try:
        return reader.typed(value, as_of=as_of), False
    except Wrong:
        return None, True


def _missing(field: Field, rows: int) -> Column:
    return assembled(field, np.zeros(rows, np.int64), [None])


def _sent(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
