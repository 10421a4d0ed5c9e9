"""What a policy says beside rules, bands and parameters, as tables to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml.dictionary import Dictionary
from underwriting.desk.policy_labels import WORDS, column_label, part_title, plain
from underwriting.desk.words import label
from underwriting.policy.document import Policy
from underwriting.policy.sheets.table import LOOKUPS, PATH, PRICES, SETTINGS, VALUE, Table, kind_of
from underwriting.policy.sheets.writing import tables_of
from underwriting.selectors.terms import parsed

TITLES = frozenset({"schema", "name"})
"""Settings that the page's heading says already."""
WORDED = frozenset({"by", "of", "count", VALUE})
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Part:
    """One table: its headers, and a text for each cell."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


def further_parts(policy: Policy, dictionary: Dictionary) -> list[Part]:
    """Price tables, look-ups and settings: whoever answers for a policy reads all of it."""
    tables = tables_of(parsed(policy.canonical().decode()), {})
    found = (_part(each, dictionary) for each in tables.values() if _further(each))
    return [part for part in found if part.rows]


def _further(table: Table) -> bool:
    return kind_of(table.part) in (PRICES, LOOKUPS, SETTINGS)


def _part(table: Table, dictionary: Dictionary) -> Part:
    written = [name for name in table.columns if any(line.get(name) for line in table.lines)]
    return Part(
        title=part_title(table),
        headers=[column_label(table.part, name, dictionary) for name in written],
        rows=[
            [_text(name, line.get(name, ""), dictionary) for name in written]
            for line in table.lines
            if line.get(PATH) not in TITLES
        ],
    )


def _text(column: str, text: str, dictionary: Dictionary) -> str:
    """A cell with names of fields and choices in words; a list without its brackets."""
    if column == PATH:
        return " › ".join(plain(step) for step in text.split("/"))
    if column not in WORDED or not text:
        return text or NOTHING
    items = text.removeprefix("[").removesuffix("]").split(", ")
    return ", ".join(_word(item, dictionary) for item in items) or NOTHING


def _word(item: str, dictionary: Dictionary) -> str:
    known = item in dictionary.entries
    return label(dictionary, item) if known else str(WORDS.get(item, item.replace("_", " ")))
