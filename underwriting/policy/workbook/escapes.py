"""Characters that XML cannot hold, as spreadsheets write them: _x000B_ (ECMA-376, ST_Xstring)."""

import re

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NEEDS = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def escaped(text: str) -> str:
    """The text as a cell holds it."""
    return _NEEDS.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


def unescaped(text: str) -> str:
    """The text of a cell; what would be half a character, or none, stays as it is written."""
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    number = int(match.group(1), 16)
    return chr(number) if number and not 0xD800 <= number <= 0xDFFF else match.group()
