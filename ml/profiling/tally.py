"""What is remembered of a column while its rows pass by: bounded, whatever the file's length.

Spellings are counted exactly up to `MOST_SPELLINGS` different ones; later new ones are only
counted by shape. Shapes say how a cell could be read: as a number in which locale, as a date in
which order.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ml.columns import Array
from ml.profiling.headers import plain
from ml.profiling.spelling import SPACES, date_in, unsigned

MOST_SPELLINGS = 4_000
BLANK = "blank"
NULL = "null"
PERHAPS_NULL = "perhaps_null"
INTEGER = "integer"
DOT = "dot"
DOT_OR_GROUP = "dot_or_group"
GROUP_DOT = "group_dot"
COMMA = "comma"
COMMA_OR_GROUP = "comma_or_group"
GROUP_COMMA = "group_comma"
DOT_THEN_COMMA = "dot_then_comma"
COMMA_THEN_DOT = "comma_then_dot"
GROUP_SPACE = "group_space"
EXPONENT = "exponent"
NUMBERS = frozenset(
    {INTEGER, DOT, DOT_OR_GROUP, GROUP_DOT, COMMA, COMMA_OR_GROUP, GROUP_COMMA, DOT_THEN_COMMA,
     COMMA_THEN_DOT, GROUP_SPACE, EXPONENT}
)  # fmt: skip
YMD, DMY, MDY, DAY_OR_MONTH, MONTH = "ymd", "dmy", "mdy", "day_or_month", "month_name"
DATES = frozenset({YMD, DMY, MDY, DAY_OR_MONTH, MONTH})
TEXT = "text"
NULL_WORDS = frozenset(
    {"na", "n/a", "#n/a", "nan", "null", "(null)", "\\n", "#div/0!", "#ref!", "#value!", "#name?",
     "#num!", "nat", "<na>", "[null]"}
)  # fmt: skip
PERHAPS_NULL_WORDS = frozenset(
    {"-", "--", "---", "?", ".", "..", "*", "none", "nil", "n.a.", "nd", "n.d.", "n/d", "s/d", "sd",
     "sin dato", "sin datos", "sin informacion", "no informado", "nao informado", "desconocido",
     "desconhecido", "unknown", "missing", "not available", "unbekannt", "k.a.", "keine angabe",
     "ninguno", "vacio", "x"}
)  # fmt: skip
_SHAPES = (
    (INTEGER, r"[+-]?\d{1,18}"),
    (DOT_OR_GROUP, r"[+-]?\d{1,3}\.\d{3}"),
    (COMMA_OR_GROUP, r"[+-]?\d{1,3},\d{3}"),
    (DOT, r"[+-]?(\d+\.\d*|\.\d+)"),
    (COMMA, r"[+-]?(\d+,\d*|,\d+)"),
    (GROUP_DOT, r"[+-]?\d{1,3}(\.\d{3}){2,}"),
    (GROUP_COMMA, r"[+-]?\d{1,3}(,\d{3}){2,}"),
    (DOT_THEN_COMMA, r"[+-]?\d{1,3}(\.\d{3})+,\d+"),
    (COMMA_THEN_DOT, r"[+-]?\d{1,3}(,\d{3})+\.\d+"),
    (GROUP_SPACE, rf"[+-]?\d{{1,3}}([{SPACES}]\d{{3}})+([.,]\d+)?"),
    (EXPONENT, r"[+-]?\d+([.,]\d+)?[eE][+-]?\d{1,2}"),
)
_SHAPE = re.compile("|".join(f"(?P<{name}>{pattern})$" for name, pattern in _SHAPES))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")


@dataclass(slots=True)
class Tally:
    """One column's counts. `kept` maps spellings to how often they came."""

    kept: dict[str, int] = field(default_factory=dict)
    shapes: Counter[str] = field(default_factory=Counter)
    shape_of: dict[str, str] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    full: bool = False
    signs: int = 0
    control: int = 0
    multiline: int = 0
    longest: int = 0
    decimals: int = 0

    def add(self, spellings: list[str | None], counts: Array) -> None:
        """Take the distinct spellings of a block and how often each came."""
        self.rows += int(counts.sum())
        for text, count in zip(spellings, counts.tolist(), strict=True):
            if not count:
                continue
            if text is None:
                self.shapes[BLANK] += count
                continue
            known = self.shape_of.get(text)
            self.shapes[known or self._new(text, count)] += count
            if text in self.kept:
                self.kept[text] += count
            elif len(self.kept) < MOST_SPELLINGS:
                self.kept[text] = count
            else:
                self.full = True

    def _new(self, text: str, count: int) -> str:
        """The shape of a spelling not seen before, or too rare to be remembered."""
        stripped = text.strip()
        if len(stripped) > self.longest:
            self.longest = len(stripped)
        found = shape_of(stripped)
        if found == TEXT:
            found = self._text(text, stripped, count)
        elif found in (DOT, COMMA):
            self.decimals = max(self.decimals, len(stripped) - 1 - stripped.find(_mark(found)))
        self.first.setdefault(found, stripped)
        if len(self.shape_of) < MOST_SPELLINGS:
            self.shape_of[text] = found
        return found

    def _text(self, text: str, stripped: str, count: int) -> str:
        """A text may yet be a number with a sign; note also what should not be in one."""
        if _CONTROL.search(text):
            self.control += count
        if "\n" in stripped or "\r" in stripped:
            self.multiline += count
        bare = unsigned(stripped)
        if bare == stripped:
            return TEXT
        found = shape_of(bare)
        if found in NUMBERS:
            self.signs += count
            return found
        return TEXT

    @property
    def missing(self) -> int:
        return self.shapes[BLANK] + self.shapes[NULL]

    @property
    def present(self) -> int:
        return self.rows - self.missing

    @property
    def values(self) -> dict[str, int]:
        """Spellings that are surely no null, with their counts."""
        absent = (BLANK, NULL)
        return {text: n for text, n in self.kept.items() if self._shape(text) not in absent}

    def _shape(self, text: str) -> str:
        return self.shape_of.get(text) or shape_of(text.strip())

    def spelled(self, *shapes: str) -> dict[str, int]:
        """The kept spellings of these shapes."""
        return {text: n for text, n in self.kept.items() if self._shape(text) in shapes}


def _mark(shape: str) -> str:
    return "." if shape == DOT else ","


def shape_of(text: str) -> str:
    """How a stripped cell could be read; the first that fits."""
    if not text:
        return BLANK
    match = _SHAPE.match(text)
    if match is not None and match.lastgroup is not None:
        return _number(text, match.lastgroup)
    if len(text) <= 20:
        word = plain(text)
        if word in NULL_WORDS:
            return NULL
        if word in PERHAPS_NULL_WORDS:
            return PERHAPS_NULL
    return _date(text) if 6 <= len(text) <= 40 else TEXT


def _number(text: str, shape: str) -> str:
    """`0.123` and `0123` are read in one way only."""
    if shape in (DOT_OR_GROUP, COMMA_OR_GROUP) and text.lstrip("+-").startswith("0"):
        return DOT if shape == DOT_OR_GROUP else COMMA
    return shape


def _date(text: str) -> str:
    if not (text[0].isdigit() or text[0].isalpha()) or not any(c.isdigit() for c in text):
        return TEXT
    if date_in(text, "dmy") is not None:
        if text[:4].isdigit():
            return YMD
        if any(c.isalpha() for c in text[:6]):
            return MONTH
        return DAY_OR_MONTH if date_in(text, "mdy") is not None else DMY
    return MDY if date_in(text, "mdy") is not None else TEXT


def distinct(codes: Array, size: int) -> Array:
    """How often each code below `size` occurs."""
    return np.bincount(codes, minlength=size)
