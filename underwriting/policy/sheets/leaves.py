"""A single value of a table's cell as text, and back."""

import json
from typing import Any

from ml.canonical import canonical
from underwriting.policy.literal_text import (
    JSON_MARK,
    Manner,
    TextRefused,
    json_value,
    literal_text,
    literal_value,
    masked,
    quoted_value,
    unmasked,
)


def raw_text(value: Any) -> str:
    """A text as it is; in quotation marks where spaces or nothing at all would be lost."""
    if not isinstance(value, str):
        return f"{JSON_MARK} {canonical(value).decode()}"
    plain = value and value == value.strip() and not value.startswith(('"', JSON_MARK))
    return value if plain and "\r" not in value else json.dumps(value, ensure_ascii=False)


def raw_value(text: str) -> Any:
    """The text that `raw_text` wrote."""
    text = text.replace("\r\n", "\n").strip()
    if text.startswith(JSON_MARK):
        return json_value(text)
    return quoted_value(text) if text.startswith('"') else text


def leaf_text(value: Any, manner: Manner) -> str:
    """A scalar, a list of scalars in brackets, or whatever it is as JSON."""
    if isinstance(value, list):
        texts = [literal_text(each, manner) for each in value]
        text = f"[{', '.join(texts)}]"
        return text if _reads_back(text, value, manner) else f"{JSON_MARK} {_json(value)}"
    if isinstance(value, dict):
        return f"{JSON_MARK} {_json(value)}"
    return literal_text(value, manner)


def leaf_value(text: str, manner: Manner) -> Any:
    """The value of a text; TextRefused where it is none."""
    text = text.strip()
    if not text.startswith("["):
        return literal_value(text, manner)
    hidden, quoted = masked(text)
    if not hidden.endswith("]"):
        raise TextRefused(f"{text[:60]}: the list is not closed")
    inside = hidden[1:-1].strip()
    if not inside:
        return []
    parts = [unmasked(each, quoted).strip() for each in inside.split(",")]
    if not all(parts):
        raise TextRefused(f"{text[:60]}: a value is missing")
    return [literal_value(each, manner) for each in parts]


def _reads_back(text: str, value: Any, manner: Manner) -> bool:
    try:
        return canonical(leaf_value(text, manner)) == canonical(value)
    except (TextRefused, TypeError):
        return False


def _json(value: Any) -> str:
    return canonical(value).decode()
