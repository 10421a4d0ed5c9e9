"""JSON Schema (draft 2020-12) of a scope's document: what it accepts, `read` accepts."""

from collections.abc import Sequence
from typing import Any

from ml.dictionary.entries import Field, Texts
from ml.dictionary.reading import MAX_TEXT, demanded


def schema_of(fields: Sequence[Field], language: str) -> dict[str, Any]:
    """An object schema; titles and descriptions in the language."""
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
    }
    return {name: value for name, value in described.items() if value is not None}


def _value_schema(field: Field, language: str) -> dict[str, Any]:
    if field.type == "category":
        return {"oneOf": _choices(field, language)}
    if field.type in ("money", "decimal"):
        return _number_schema(field)
    if field.type == "integer":
        bounds = {"minimum": field.min, "maximum": field.max}
        known = {k: v for k, v in bounds.items() if isinstance(v, int)}
        return _with_special({"type": "integer", **known}, field)
    if field.type == "boolean":
        return {"type": "boolean"}
    if field.type == "date":
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    return {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}


def _choices(field: Field, language: str) -> list[dict[str, Any]]:
    listed = [
        {"const": category.value, "title": _text(category.label, language) or category.value}
        for category in field.values
    ]
    return listed + [{"const": code, "title": meaning} for code, meaning in field.special.items()]


def _number_schema(field: Field) -> dict[str, Any]:
    """A decimal string; its bounds cannot be said in JSON Schema, so they are said beside it."""
    decimals = f"(\\.[0-9]{{1,{field.digits}}})?" if field.digits else ""
    sign = "" if field.min is not None and not str(field.min).startswith("-") else "-?"
    schema: dict[str, Any] = {"type": "string", "pattern": f"^{sign}[0-9]{{1,18}}{decimals}$"}
    if field.min is not None:
        schema["x-assay-minimum"] = str(field.min)
    if field.max is not None:
        schema["x-assay-maximum"] = str(field.max)
    return schema


def _with_special(schema: dict[str, Any], field: Field) -> dict[str, Any]:
    if not field.special:
        return schema
    return {"anyOf": [schema, {"enum": [int(code) for code in field.special]}]}


def _text(texts: Texts, language: str) -> str | None:
    return texts.get(language) or texts.get("en")
