"""A cell of a rule as people write it: > 40 %, between 18 and 75, in: a, b, missing.

A bare value asks for equality. `[other_field]` compares with another input, `$name` with a
parameter, `and` joins what must hold at once. Writing a cell and reading the text gives the very
same cell; a cell that has no such text is written as JSON after `json:`.
"""

import re
from collections.abc import Mapping
from typing import Any

from ml.canonical import canonical
from underwriting.policy.inputs import Input
from underwriting.policy.literal_text import (
    JSON_MARK,
    Manner,
    TextRefused,
    json_value,
    literal_text,
    literal_value,
    manner_of,
    masked,
    refuse_foreign,
    unmasked,
)

Cell = dict[str, Any]

SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "ne": "≠"}
WORDED = {"starts_with": "starts with", "ends_with": "ends with", "contains": "contains"}
LISTS = {"in": "in:", "not_in": "not in:"}
PRESENCE = ("missing", "known")
ORDER = (*PRESENCE, "ge", "gt", "between", "le", "lt", "eq", "ne", *LISTS, *WORDED)
"""In which order a cell with several conditions is read out."""

_SPELT = {
    ">=": "ge", "≥": "ge", ">": "gt", "<=": "le", "≤": "le", "<": "lt",
    "==": "eq", "=": "eq", "!=": "ne", "<>": "ne", "≠": "ne",
}  # fmt: skip
_SIGN = re.compile(r"(>=|<=|<>|!=|==|≥|≤|≠|>|<|=)\s*(.*)\Z", re.DOTALL)
_LIST = re.compile(r"(not\s+in|none\s+of|in|one\s+of)\s*:\s*(.*)\Z", re.DOTALL | re.IGNORECASE)
_BETWEEN = re.compile(r"between\s+(.*)\Z", re.DOTALL | re.IGNORECASE)
_NOT = re.compile(r"not\s+(.*)\Z", re.DOTALL | re.IGNORECASE)
_TEXT = re.compile(
    r"(starts\s+with|ends\s+with|contains)(\s*:|\s)\s*(.*)\Z", re.DOTALL | re.IGNORECASE
)
_AND = re.compile(r"\s+and(?:\s+|\Z)", re.IGNORECASE)
_FIELD = re.compile(r"\[\s*((?:[a-z]+\.)?[a-z][a-z0-9_]{0,62})\s*\]\Z")


def cell_text(name: str, cell: Mapping[str, Any], item: Input | None = None) -> str:
    """The text of a cell of the input `name`; `item` says of which type it is, where known."""
    manner = manner_of(name, item)
    for quoted in (False, True):
        text = _written(cell, manner, quoted=quoted)
        if text is not None and _reads_back(name, text, cell, item):
            return text
    return f"{JSON_MARK} {canonical(dict(cell)).decode()}"


def cell_of(name: str, text: str, item: Input | None = None) -> Cell:
    """The cell of a text; TextRefused says what is wrong with it."""
    text = text.strip()
    if text.startswith(JSON_MARK):
        found = json_value(text)
        if not isinstance(found, dict) or not found:
            raise TextRefused('json: takes an object such as {"gt": 5}')
        return found
    return _cell(text, manner_of(name, item))


def _cell(text: str, manner: Manner) -> Cell:
    hidden, quoted = masked(text)
    cell: Cell = {}
    for clause in _clauses(hidden):
        op, operand = _clause(unmasked(clause, quoted).strip(), manner)
        if op in cell:
            raise TextRefused(f"{_named(op)} is asked twice")
        cell[op] = operand
    return cell


def _clauses(hidden: str) -> list[str]:
    """The text at every `and`, except the one that belongs to `between`."""
    parts = _AND.split(hidden)
    clauses: list[str] = []
    while parts:
        part = parts.pop(0)
        if _BETWEEN.match(part.strip()):
            if not parts:
                raise TextRefused("between takes two values: between 18 and 75")
            part = f"{part} and {parts.pop(0)}"
        clauses.append(part)
    return clauses


def _clause(text: str, manner: Manner) -> tuple[str, Any]:
    if not text:
        raise TextRefused("a condition is missing")
    if text.lower() in PRESENCE:
        return text.lower(), True
    if match := _BETWEEN.match(text):
        low, high = _AND.split(masked(match.group(1))[0], maxsplit=1)
        return "between", [_part(each, match.group(1), manner) for each in (low, high)]
    if match := _LIST.match(text):
        negative = match.group(1).lower().startswith("no")
        return ("not_in" if negative else "in"), _listed(match.group(2), manner)
    if match := _SIGN.match(text):
        return _SPELT[match.group(1)], _operand(match.group(2), manner)
    if match := _TEXT.match(text):
        op = re.sub(r"\s+", "_", match.group(1).lower())
        asked = _listed if match.group(2).endswith(":") else _operand
        return op, asked(match.group(3), manner)
    if match := _NOT.match(text):
        return "ne", _operand(match.group(1), manner)
    return "eq", _operand(text, manner)


def _part(hidden: str, whole: str, manner: Manner) -> Any:
    return _value(unmasked(hidden, masked(whole)[1]), manner)


def _listed(text: str, manner: Manner) -> list[Any]:
    hidden, quoted = masked(text)
    if not hidden.strip():
        return []
    return [_value(unmasked(each, quoted), manner) for each in hidden.split(",")]


def _operand(text: str, manner: Manner) -> Any:
    if match := _FIELD.match(text.strip()):
        return {"field": match.group(1)}
    return _value(text, manner)


def _value(text: str, manner: Manner) -> Any:
    text = text.strip()
    if not text:
        raise TextRefused("a value is missing")
    hidden, _quoted = masked(text)
    if not manner.textual:
        refuse_foreign(text)
    if not text.startswith(JSON_MARK) and any(sign in hidden for sign in '",[]<>≤≥≠'):
        raise TextRefused(f'{text[:60]}: put it in quotation marks, or write "in: a, b" for a list')
    found = literal_value(text, manner)
    if found is None:
        raise TextRefused("write missing where a value is missing")
    return found


def _written(cell: Mapping[str, Any], manner: Manner, *, quoted: bool) -> str | None:
    if not cell or set(cell) - set(ORDER):
        return None
    clauses = [_clause_text(op, cell[op], manner, quoted=quoted) for op in ORDER if op in cell]
    return None if None in clauses else " and ".join(filter(None, clauses))


def _clause_text(op: str, operand: Any, manner: Manner, *, quoted: bool) -> str | None:
    if op in PRESENCE:
        return op if operand is True else None
    if op in LISTS:
        listed = _list_text(operand, manner, quoted=quoted)
        return None if listed is None else f"{LISTS[op]} {listed}".rstrip()
    if op == "between":
        if not isinstance(operand, list) or len(operand) != 2:
            return None
        low, high = (_operand_text(each, manner, quoted=quoted) for each in operand)
        return f"between {low} and {high}"
    if op in WORDED and isinstance(operand, list):
        listed = _list_text(operand, manner, quoted=quoted)
        return None if listed is None else f"{WORDED[op]}: {listed}".rstrip()
    text = _operand_text(operand, manner, quoted=quoted)
    if text is None or op == "eq":
        return text
    return f"{SIGNS.get(op) or WORDED[op]} {text}"


def _list_text(operand: Any, manner: Manner, *, quoted: bool) -> str | None:
    if not isinstance(operand, list):
        return None
    texts = [_literal(each, manner, quoted=quoted) for each in operand]
    return None if None in texts else ", ".join(filter(None, texts))


def _operand_text(operand: Any, manner: Manner, *, quoted: bool) -> str | None:
    if isinstance(operand, Mapping):
        return f"[{operand['field']}]" if set(operand) == {"field"} else None
    if isinstance(operand, list):
        return None
    return _literal(operand, manner, quoted=quoted)


def _literal(value: Any, manner: Manner, *, quoted: bool) -> str | None:
    """None where only JSON says it: then the whole cell is written so."""
    text = literal_text(value, manner, quoted=quoted)
    return None if text.startswith(JSON_MARK) else text


def _reads_back(name: str, text: str, cell: Mapping[str, Any], item: Input | None) -> bool:
    try:
        return canonical(cell_of(name, text, item)) == canonical(dict(cell))
    except (TextRefused, TypeError):
        return False


def _named(op: str) -> str:
    return SIGNS.get(op) or WORDED.get(op) or LISTS.get(op) or op
