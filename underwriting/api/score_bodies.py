"""The outer shape of what asks for scores. The facts themselves, the dictionary reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from scoring.models.score import MOST_ROWS
from scoring.services.score_facts import ScoreRow
from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id

MAX_TEXT = 200
OF_A_ROW = ("request", "facts", "reference")
TEXTS = ("product", "purpose", "language", "model")


@dataclass(frozen=True, slots=True)
class ScoreBody:
    """A body whose outer shape is right."""

    product: str
    purpose: str
    language: str | None
    model: UUID | None
    rows: tuple[ScoreRow, ...]


def score_body(body: Any) -> ScoreBody:
    """One row beside what is asked; `Invalid` names every wrong member."""
    errors = _members(body, (*TEXTS, *OF_A_ROW), ("product", "purpose", "request", "facts"), "")
    errors += _row_errors(body, "") if isinstance(body, Mapping) else []
    return _body(body, errors, [body])


def score_batch_body(body: Any) -> ScoreBody:
    """Up to a thousand rows under `rows`; `Invalid` names every wrong member."""
    errors = _members(body, (*TEXTS, "rows"), ("product", "purpose", "rows"), "")
    rows = body.get("rows", ()) if isinstance(body, Mapping) else ()
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
        if not errors:
            words = f"This is a list of 1 to {MOST_ROWS} rows; a batch takes any number."
            errors.append(FieldError("/rows", "range", words))
        rows = []
    for index, row in enumerate(rows):
        errors += _members(row, OF_A_ROW, ("request", "facts"), f"/rows/{index}")
        errors += _row_errors(row, f"/rows/{index}") if isinstance(row, Mapping) else []
    return _body(body, errors, rows, "/rows/{index}")


def erasure_body(body: Any) -> str:
    """The caller's word for somebody whose facts shall go."""
    errors = _members(body, ("reference",), ("reference",), "")
    if not errors and not _is_text(body["reference"]):
        errors.append(_text_error("/reference"))
    if errors:
        raise Invalid(errors)
    return str(body["reference"])


def _body(body: Any, errors: list[FieldError], rows: list[Any], place: str = "") -> ScoreBody:
    model = None
    if isinstance(body, Mapping):
        errors += [
            _text_error(f"/{name}") for name in TEXTS if name in body and not _is_text(body[name])
        ]
        model = parse_public_id("mdl", str(body.get("model", "")))
        if _is_text(body.get("model")) and model is None:
            errors.append(FieldError("/model", "id", "This is not one of our ids."))
    if errors:
        raise Invalid(errors)
    return ScoreBody(
        product=body["product"],
        purpose=body["purpose"],
        language=body.get("language"),
        model=model,
        rows=tuple(
            ScoreRow(row["request"], row["facts"], row.get("reference"), place.format(index=index))
            for index, row in enumerate(rows)
        ),
    )


def _members(
    body: Any, allowed: tuple[str, ...], needed: tuple[str, ...], at: str
) -> list[FieldError]:
    if not isinstance(body, Mapping):
        return [FieldError(at, "type", "This is a JSON object.")]
    missing = [
        FieldError(f"{at}/{name}", "required", "This member is required.")
        for name in needed
        if name not in body
    ]
    return missing + [
        FieldError(f"{at}/{_escaped(name)}", "unknown", "There is no such member.")
        for name in body
        if name not in allowed
    ]


def _row_errors(row: Mapping[str, Any], at: str) -> list[FieldError]:
    reference = row.get("reference")
    return [] if reference is None or _is_text(reference) else [_text_error(f"{at}/reference")]


def _text_error(pointer: str) -> FieldError:
    return FieldError(pointer, "type", f"This is a text of 1 to {MAX_TEXT} characters.")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= MAX_TEXT and value.isprintable()


def _escaped(name: str) -> str:
    return name[:60].replace("~", "~0").replace("/", "~1")
