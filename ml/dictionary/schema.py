"""JSON Schema (draft 2020-12) of a scope's document.

What the schema accepts, `read` accepts, but for what JSON Schema has no word for and which stands
beside it as `x-assay-minimum`, `x-assay-maximum` (bounds of decimals and dates), `x-assay-latest`
(no date after the decision's day) and `format` (a date of the calendar). `read` accepts a little
more: an amount as a JSON number, if it is exact at the field's decimals.
"""

from collections.abc import Sequence
from typing import Any

from ml.dictionary.entries import Field, Texts
from ml.dictionary.reading import MAX_TEXT, demanded

SAFE_DIGITS = 18
"""Any number of so many digits is below 2**62."""
PRINTED = "^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$"


def schema_of(fields: Sequence[Field], language: str) -> dict[str, Any]:
    """An object schema; titles and descriptions in the language, else in English."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in fields if demanded(field, history=False)],
        "properties": {field.name: _property(field, language) for field in fields},
    }


def _property(field: Field, language: str) -> dict[str, Any]:
    schema = _value_schema(field, language)
    if not demanded(field, history=False):
        schema = {"anyOf": [schema, {"type": "null"}]}
    described = {
        "title": _text(field.label, language) or field.name,
        "description": _text(field.help, language),
        **schema,
        "x-assay-type": field.type,
        "x-assay-unit": field.unit,
        "x-assay-missing": _text(field.missing_means or {}, language),
        **_bounds_beside(field),
    }
    return {name: value for name, value in described.items() if value is not None}


def _value_schema(field: Field, language: str) -> dict[str, Any]:
    if field.type == "category":
        return {"oneOf": _choices(field, language)}
    if field.type == "boolean":
        return {"type": "boolean"}
    if field.type == "date":
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    if field.type == "text":
        return {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": PRINTED}
    if field.type == "integer":
        return _integer_schema(field)
    return {"type": "string", "pattern": _decimal_pattern(field)}


def _choices(field: Field, language: str) -> list[dict[str, Any]]:
    listed = [
        {"const": category.value, "title": _text(category.label, language) or category.value}
        for category in field.values
    ]
    values = {category.value for category in field.values}
    codes = {code: meaning for code, meaning in field.special.items() if code not in values}
    return listed + [{"const": code, "title": meaning} for code, meaning in codes.items()]


def _integer_schema(field: Field) -> dict[str, Any]:
    limit = 10**SAFE_DIGITS - 1
    low = -limit if field.min is None else int(field.min)
    high = limit if field.max is None else int(field.max)
    schema = {"type": "integer", "minimum": low, "maximum": high}
    if not field.special:
        return schema
    return {"anyOf": [schema, {"enum": [int(code) for code in field.special]}]}


def _decimal_pattern(field: Field) -> str:
    """Digits as `read` takes them; zeros beyond the field's decimals change nothing."""
    decimals = f"[0-9]{{1,{field.digits}}}0*" if field.digits else "0+"
    texts = ["-" if field.min is None else str(field.min), *field.special]
    sign = "-?" if any(text.startswith("-") for text in texts) else ""
    return f"^{sign}0*[0-9]{{1,{SAFE_DIGITS - field.digits}}}(\\.{decimals})?$"


def _bounds_beside(field: Field) -> dict[str, Any]:
    if field.type not in ("decimal", "money", "date"):
        return {}
    return {
        "x-assay-minimum": None if field.min is None else str(field.min),
        "x-assay-maximum": None if field.max is None else str(field.max),
        "x-assay-special": dict(field.special) or None,
        "x-assay-latest": "today" if field.type == "date" and field.max is None else None,
    }


def _text(texts: Texts, language: str) -> str | None:
    return texts.get(language) or texts.get("en")
