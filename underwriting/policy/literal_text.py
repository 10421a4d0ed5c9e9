"""Single values as people write them: 0.4000 or 40 %, yes, 2026-11-21, "98", $max_dti.

What cannot be written so that it reads back as the very same value is written as JSON after
`json:`, so that nothing a document may hold is lost in a grid or a workbook.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ml.canonical import canonical
from underwriting.policy.inputs import Input

Percent = Literal["ppm", "ratio"]

TEXTUAL = frozenset({"category", "text"})
JSON_MARK = "json:"
NOTHING = "null"
PPM_A_PERCENT = 10_000
MOST_DIGITS = 40

_QUOTED = re.compile(r'"(?:[^"\\\x00]|\\.)*"')
_INTEGER = re.compile(r"-?[0-9]{1,40}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,40}\.[0-9]{1,40}\Z")
_PERCENT = re.compile(r"(-?[0-9]{1,40}(?:\.[0-9]{1,40})?)\s*%\Z")
_SPACED = re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:\.[0-9]+)?\Z")
_FOREIGN = re.compile(r"-?[0-9][0-9., \u00a0\u202f]*[,][0-9 ]+\Z")
_BARE = re.compile(r"[\w$][\w.\-/+:()'&]*(?: [\w.\-/+:()'&]+)*\Z")
_WORDS = {"yes": True, "true": True, "no": False, "false": False}


class TextRefused(ValueError):
    """A text that is no value here; the message says what could stand there."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the values of one input are written.

    `kind` as in `Input.kind`, None where it is not known; `percent` where 40 % stands for 0.40
    ("ratio") or for 400,000 parts per million ("ppm"); `unit` may follow a number.
    """

    kind: str | None = None
    percent: Percent | None = None
    unit: str | None = None

    @property
    def textual(self) -> bool:
        return self.kind in TEXTUAL


def manner_of(name: str, item: Input | None) -> Manner:
    """How an input's values are written, by its type, and by its name where it is unknown."""
    if name.endswith("_ppm"):
        return Manner("number", "ppm")
    if item is None:
        return Manner()
    percent: Percent | None = "ratio" if item.unit == "ratio" else None
    return Manner(item.kind, percent, item.unit)


def literal_text(value: Any, manner: Manner, *, quoted: bool = False) -> str:
    """The value as text; `literal_value` reads the same value from it."""
    text = _written(value, manner, quoted=quoted)
    if text is not None and _reads_back(text, value, manner):
        return text
    if isinstance(value, str) and not quoted:
        return literal_text(value, manner, quoted=True)
    return f"{JSON_MARK} {canonical(value).decode()}"


def literal_value(text: str, manner: Manner) -> Any:
    """The value of a text; TextRefused where it is none."""
    text = text.strip()
    if text.startswith(JSON_MARK):
        return json_value(text)
    if text == NOTHING:
        return None
    if text.startswith('"'):
        return quoted_value(text)
    if manner.textual or text.startswith("$"):
        return text
    if text.lower() in _WORDS and manner.kind != "date":
        return _WORDS[text.lower()]
    return _figure(_without_unit(text, manner), manner)


def json_value(text: str) -> Any:
    """What stands after `json:`; whole numbers only, as in a policy document."""
    try:
        found = json.loads(text[len(JSON_MARK) :], parse_float=_refused, parse_constant=_refused)
        canonical(found)
    except (ValueError, TypeError, RecursionError) as error:
        raise TextRefused(f"this is no JSON: {error}") from error
    return found


def quoted_value(text: str) -> str:
    """The text between quotation marks."""
    if not _QUOTED.fullmatch(text):
        raise TextRefused(f"{text[:60]}: a quotation mark is not closed")
    try:
        return str(json.loads(text))
    except ValueError as error:
        raise TextRefused(f"{text[:60]}: {error}") from error


def refuse_foreign(text: str) -> None:
    """Commas in a number mean one thing here and another elsewhere."""
    if _FOREIGN.match(text):
        raise TextRefused(f"{text}: write numbers as 12000.50, with a point and no commas")


def masked(text: str) -> tuple[str, list[str]]:
    """The text with every quoted part replaced by a mark, and the parts: so that it splits."""
    if "\x00" in text:
        raise TextRefused("a control character cannot stand here")
    found: list[str] = []

    def hide(match: re.Match[str]) -> str:
        found.append(match.group())
        return f"\x00{len(found) - 1}\x00"

    return _QUOTED.sub(hide, text), found


def unmasked(text: str, quoted: list[str]) -> str:
    """The text with its quoted parts back in place."""
    return re.sub(r"\x00([0-9]+)\x00", lambda match: quoted[int(match.group(1))], text)


def percent_text(ppm: int) -> str:
    """Parts per million as percent: 49000 is 4.9 %."""
    return f"{_plain(Decimal(ppm) / PPM_A_PERCENT)} %"


def _written(value: Any, manner: Manner, *, quoted: bool) -> str | None:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return percent_text(value) if manner.percent == "ppm" else str(value)
    if not isinstance(value, str):
        return None
    if quoted:
        return json.dumps(value, ensure_ascii=False)
    if manner.percent == "ratio" and _DECIMAL.match(value) and len(value.split(".")[1]) > 1:
        return f"{_shifted(value, 2)} %"
    return value if _BARE.match(value) or _DECIMAL.match(value) else None


def _reads_back(text: str, value: Any, manner: Manner) -> bool:
    try:
        found = literal_value(text, manner)
    except TextRefused:
        return False
    return type(found) is type(value) and bool(found == value)


def _figure(text: str, manner: Manner) -> Any:
    if match := _PERCENT.match(text):
        return _of_percent(match.group(1), manner)
    if _SPACED.match(text):
        text = re.sub(r"[ \u00a0\u202f]", "", text)
    if _INTEGER.match(text):
        return int(text)
    refuse_foreign(text)
    if not text:
        raise TextRefused("a value is missing")
    if manner.kind == "boolean":
        raise TextRefused(f"{text}: write yes or no")
    return text


def _of_percent(figure: str, manner: Manner) -> Any:
    if manner.percent == "ppm":
        ppm = Decimal(figure) * PPM_A_PERCENT
        if ppm != int(ppm):
            raise TextRefused(f"{figure} %: at most four decimals")
        return int(ppm)
    return _shifted(figure, -2)


def _shifted(figure: str, places: int) -> str:
    """The decimal point moved, no digit dropped or added beyond what that needs."""
    return f"{Decimal(figure).scaleb(places):f}"


def _without_unit(text: str, manner: Manner) -> str:
    unit = manner.unit
    if unit and unit != "ratio" and text.endswith(unit):
        return text[: -len(unit)].rstrip()
    return text


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _refused(text: str) -> Any:
    raise TextRefused(f"{text}: write numbers with decimals as text")
