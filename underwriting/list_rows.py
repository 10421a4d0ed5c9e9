"""A file of list entries: read row by row, each wrong row named by its line and why.

Pure. Columns, in any order: `value`, `reason`, and where wanted `from`, `until` (YYYY-MM-DD),
`label`, `words`. Comma or semicolon, UTF-8 with or without a mark.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from underwriting.enums import READABLE_HOLDS, EntryReason
from underwriting.identity import identity_value_holds, parse_date
from underwriting.marks import spelled

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 10_000
LONGEST_VALUE = 400
LONGEST_LABEL = 120
LONGEST_WORDS = 1_000
REQUIRED = ("value", "reason")
COLUMNS = (*REQUIRED, "from", "until", "label", "words")


@dataclass(frozen=True, slots=True)
class EntryGiven:
    """One entry as somebody gives it; `starts` None is now."""

    value: str
    reason: str
    starts: date | None = None
    ends: date | None = None
    label: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A line of a file (its first is 1) and the codes of what is wrong with it."""

    line: int
    codes: tuple[str, ...]


class FileRefused(ValueError):
    """A file that cannot be read at all; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def entry_problems(holds: str, entry: EntryGiven, *, personal: bool, today: date) -> list[str]:
    """Codes of what is wrong with an entry of a list that holds this; [] if it stands."""
    starts = entry.starts or today
    checks = {
        "value": 0 < len(entry.value) <= LONGEST_VALUE
        and entry.value.isprintable()
        and bool(spelled(holds, entry.value))
        and identity_value_holds(holds, entry.value),
        "reason": entry.reason in EntryReason.values,
        "words_needed": entry.reason != EntryReason.OTHER or bool(entry.words.strip()),
        "until_needed": entry.ends is not None or not personal,
        "until_before_from": entry.ends is None or entry.ends > starts,
        "until_past": entry.ends is None or entry.ends > today,
        "too_long": len(entry.label) <= LONGEST_LABEL and len(entry.words) <= LONGEST_WORDS,
    }
    return [code for code, holds_good in checks.items() if not holds_good]


def entries_read(body: bytes) -> Iterator[tuple[int, EntryGiven | RowRefused]]:
    """Each row with its line; FileRefused for what is no such file."""
    if len(body) > MOST_BYTES:
        raise FileRefused("file_too_large")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused("file_not_utf8") from error
    head = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", strict=True
    )
    try:
        names = [name.strip().casefold() for name in reader.fieldnames or ()]
        if not set(REQUIRED) <= set(names) <= set(COLUMNS) or len(set(names)) < len(names):
            raise FileRefused("file_columns")
        reader.fieldnames = names
        for number, row in enumerate(reader):
            if number >= MOST_ROWS:
                raise FileRefused("file_too_many_rows")
            yield reader.line_num, _entry(reader.line_num, row)
    except csv.Error as error:
        raise FileRefused("file_not_csv") from error


def holds_personal(holds: str) -> bool:
    """Whether the values name persons, so that only fingerprints of them are kept."""
    return holds not in READABLE_HOLDS


def _entry(line: int, row: Mapping[str | None, str | list[str] | None]) -> EntryGiven | RowRefused:
    if None in row or None in row.values():
        return RowRefused(line, ("columns",))
    said = {str(name): str(text).strip() for name, text in row.items()}
    dates = {name: parse_date(said.get(name, "")) for name in ("from", "until")}
    wrong = tuple(f"{name}_date" for name, day in dates.items() if said.get(name) and day is None)
    if wrong:
        return RowRefused(line, wrong)
    return EntryGiven(
        value=said["value"],
        reason=said["reason"].upper(),
        starts=dates["from"],
        ends=dates["until"],
        label=said.get("label", ""),
        words=said.get("words", ""),
    )
