"""A row of a file as the API body that it stands for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml.dictionary import Dictionary
from ml.readers import lexical
from tenancy.errors import FieldError
from underwriting.imports.cells import Cells

APPLICANT, CO_APPLICANTS, CONSENTS = "applicant", "co_applicants", "consents"
MAX_TEXT = 200
MAX_METADATA = 20
MEMBERS = frozenset(
    {
        "external_id",
        "language",
        "device",
        "metadata",
        "product",
        "request",
        APPLICANT,
        CO_APPLICANTS,
    }
)

Consents = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Body:
    """What a door hands to `application_submit`; `errors` are those of its outer shape."""

    request: Any
    parties: list[Any]
    language: str
    external_id: str | None
    device: str | None
    metadata: Mapping[str, str]
    errors: list[FieldError]


def body_of(
    cells: Cells,
    row: int,
    *,
    dictionary: Dictionary,
    product: str,
    language: str,
    consents: Consents,
) -> Body:
    """One row; consents and language are the batch's where the row states none."""
    said: dict[str, Any] = {}
    for path, column in cells.columns.items():
        text = column.texts[int(column.codes[row])]
        if text is not None:
            _put(said, path.split("."), _meant(dictionary, path, text))
    parties = [said.get(APPLICANT, {}), *_listed(said.get(CO_APPLICANTS, {}))]
    attested = [dict(each) for each in consents]
    return Body(
        request=said.get("request", {}),
        parties=[_agreeing(party, attested) for party in parties],
        language=said.get("language", language),
        external_id=said.get("external_id"),
        device=said.get("device"),
        metadata=said.get("metadata", {}),
        errors=_outer_errors(said, product),
    )


def is_text(value: Any) -> bool:
    """Whether this may stand as a name or an id."""
    return isinstance(value, str) and 1 <= len(value) <= MAX_TEXT and "\x00" not in value


def consents_read(text: str) -> Any:
    """A cell of consents is JSON; what is not stays text, and is refused as such."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _put(whole: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Where a path leads; what another cell made no object is left as it is."""
    target: Any = whole
    *way, last = path
    for name in way:
        target = target.setdefault(name, {})
        if not isinstance(target, dict):
            return
    target.setdefault(last, value)


def _meant(dictionary: Dictionary, path: str, text: str) -> Any:
    """A fact in the form its type has in JSON; everything else is text."""
    scope, _, name = path.rpartition(".")
    if scope.endswith(CONSENTS) or name == CONSENTS:
        return consents_read(text) if name == CONSENTS else text
    if scope == "request" or scope.endswith(".facts"):
        reader = dictionary.readers("request" if scope == "request" else "party").get(name)
        return text if reader is None else lexical(reader.field, text)
    return text


def _listed(found: Any) -> list[Any]:
    """Members named 0, 1, … as a list; a gap is an applicant of whom nothing is said."""
    if not isinstance(found, dict):
        return [found]
    if not all(name.isdecimal() and len(name) < 3 for name in found):
        return list(found.values())
    return [found.get(str(index), {}) for index in range(max(map(int, found), default=-1) + 1)]


def _agreeing(party: Any, attested: list[dict[str, str]]) -> Any:
    if not isinstance(party, dict) or CONSENTS in party:
        return party
    return {**party, CONSENTS: attested}


def _outer_errors(said: Mapping[str, Any], product: str) -> list[FieldError]:
    """As `underwriting.api.envelope` says of a body."""
    errors = [
        FieldError(f"/{name}", "unknown", "There is no such member.")
        for name in said
        if name not in MEMBERS
    ]
    errors += [
        FieldError(f"/{name}", "type", f"This is a text of 1 to {MAX_TEXT} characters.")
        for name in ("language", "external_id", "device")
        if name in said and not is_text(said[name])
    ]
    if said.get("product", product) != product:
        errors.append(FieldError("/product", "product_unknown", "The batch is of another product."))
    metadata = said.get("metadata", {})
    texts = isinstance(metadata, dict) and all(map(is_text, [*metadata, *metadata.values()]))
    if not texts or len(metadata) > MAX_METADATA:
        message = f"This is an object of at most {MAX_METADATA} texts."
        errors.append(FieldError("/metadata", "type", message))
    return errors
