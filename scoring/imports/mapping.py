"""How a file's columns become dictionary fields.

    {"external_ref": "ID_CLIENT",
     "applied_on": {"column": "APPLIED"},
     "disposition": {"constant": "booked"},
     "outcome": {"column": "BAD", "values": {"0": "good", "1": "bad"}},
     "columns": {"INCOME": "monthly_income", "STATUS": ["sex", "marital_status"]},
     "values": {"sex": {"F": "female", "N": null}},
     "ignore": ["CLERK_TYPE"], "nulls": ["", "NA"],
     "file": {"encoding": "cp1252", "delimiter": ";"},
     "formats": {"INCOME": {"kind": "number", "decimal": ",", "thousands": "."},
                 "APPLIED": {"kind": "date", "order": "dmy"}},
     "others": {"city": "other", "trend": null}}

`external_ref` null: a row is known by its facts, and by how often the file had them before.
A value mapped to null is missing. Every column of the file is either used or ignored by name.
`formats` says how a column writes its values (ml.profiling.Spelling), `others` what every value of
a category becomes that the dictionary does not list: another value, or null for missing.
"""

import codecs
import json
from collections.abc import Iterable
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from ml.dictionary import Dictionary
from ml.profiling.dialect import Dialect
from ml.profiling.spelling import Spelling
from tenancy.canonical import canonical, content_hash
from tenancy.errors import FieldError, Invalid


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Source(_Part):
    """A column, with what its values mean, or one constant for every row."""

    column: str | None = None
    constant: str | None = None
    values: dict[str, str | None] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("give a column or a constant")
        return self


class FileFormat(_Part):
    """How the file is written, where its first bytes alone would not tell."""

    encoding: str
    delimiter: str

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            codecs.lookup(name)
        except LookupError:
            raise ValueError(f"{name!r} is no encoding") from None
        return name

    @field_validator("delimiter")
    @classmethod
    def _one(cls, mark: str) -> str:
        if len(mark) != 1:
            raise ValueError("a delimiter is one character")
        return mark


class Format(_Part):
    """How a column writes its values: what profiling found, kept for the import."""

    kind: Literal["text", "number", "date", "code"]
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " "] = ""
    signs: bool = False
    decimals: int | None = Field(default=None, ge=0, le=9)
    order: Literal["ymd", "dmy", "mdy"] = "ymd"

    @property
    def spelling(self) -> Spelling:
        return Spelling(**self.model_dump())


class Mapping(_Part):
    external_ref: str | None = None
    applied_on: Source | None = None
    disposition: Source
    outcome: Source | None = None
    columns: dict[str, str | list[str]]
    values: dict[str, dict[str, str | None]] = Field(default_factory=dict)
    ignore: list[str] = Field(default_factory=list)
    nulls: list[str] = Field(default_factory=lambda: [""])
    file: FileFormat | None = None
    formats: dict[str, Format] = Field(default_factory=dict)
    others: dict[str, str | None] = Field(default_factory=dict)

    @property
    def fields(self) -> dict[str, str]:
        """Field to the file's column it is read from."""
        return {
            field: column
            for column, fields in self.columns.items()
            for field in ([fields] if isinstance(fields, str) else fields)
        }

    @property
    def used(self) -> set[str]:
        """Every column of the file that something is read from."""
        sources = (self.applied_on, self.disposition, self.outcome)
        named = {source.column for source in sources if source and source.column}
        return named | set(self.columns) | ({self.external_ref} if self.external_ref else set())

    @property
    def dialect(self) -> Dialect | None:
        """The file's dialect; None where its bytes tell."""
        return None if self.file is None else Dialect(self.file.encoding, self.file.delimiter)

    @property
    def content_hash(self) -> str:
        return content_hash(canonical(self.model_dump(mode="json")))


def mapping_parse(document: bytes | dict[str, Any]) -> Mapping:
    """Raises Invalid naming every wrong place."""
    try:
        data = json.loads(document) if isinstance(document, bytes) else document
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise Invalid([_problem(each) for each in error.errors()]) from error
    except ValueError as error:
        raise Invalid([FieldError("", "not_json", f"the mapping is no JSON: {error}")]) from error


def mapping_for(dictionary: Dictionary, columns: Iterable[str]) -> Mapping:
    """The mapping of a file that is in the dictionary's own words already."""
    names = {field.name for field in dictionary.fields}
    special = {"external_ref", "applied_on", "disposition", "outcome"}
    present = set(columns)
    return Mapping(
        external_ref="external_ref" if "external_ref" in present else None,
        applied_on=Source(column="applied_on") if "applied_on" in present else None,
        disposition=(
            Source(column="disposition") if "disposition" in present else Source(constant="booked")
        ),
        outcome=Source(column="outcome") if "outcome" in present else None,
        columns={name: name for name in present & names},
        ignore=sorted(present - names - special),
    )


def mapping_check(mapping: Mapping, dictionary: Dictionary, columns: Iterable[str]) -> None:
    """Before the first row: the file, the mapping and the dictionary must speak of the same."""
    names = {field.name for field in dictionary.fields}
    present = list(columns)
    problems = [
        *_each("/columns", set(mapping.fields) - names, "field_unknown", "no field {} exists"),
        *_each("/values", set(mapping.values) - names, "field_unknown", "no field {} exists"),
        *_each("/others", set(mapping.others) - names, "field_unknown", "no field {} exists"),
        *_each("/columns", mapping.used - set(present), "column_missing", "no column {} in file"),
        *_each(
            "/ignore",
            set(present) - mapping.used - set(mapping.ignore),
            "column_unmapped",
            "column {} is neither mapped nor ignored",
        ),
    ]
    if problems:
        raise Invalid(problems)


def _each(pointer: str, names: Iterable[str], code: str, words: str) -> list[FieldError]:
    return [
        FieldError(f"{pointer}/{name}", code, words.format(repr(name))) for name in sorted(names)
    ]


def _problem(error: Any) -> FieldError:
    pointer = "".join(f"/{part}" for part in error["loc"])
    return FieldError(pointer, str(error["type"]), str(error["msg"]))
