"""Bodies of what comes after an application was sent: facts, an applicant's words."""

from collections.abc import Mapping
from typing import Any

from tenancy.errors import FieldError, Invalid
from underwriting.enums import Provenance
from underwriting.services.facts import Addition
from underwriting.services.requests import LONGEST_WORDS
from underwriting.submission import pointer_of

FACT_MEMBERS = frozenset({"party", "facts", "consents", "provenance"})
SAID = (Provenance.DECLARED, Provenance.DOCUMENT, Provenance.BANK)
"""Where a sender's facts may come from; a bureau and staff speak for themselves."""
MOST_PARTIES = 20


def addition_of(body: Any) -> Addition:
    """Facts a party adds; `Invalid` names every member that is unknown or mistyped."""
    found = _object(body, FACT_MEMBERS)
    party, provenance = found.get("party", 0), found.get("provenance", Provenance.DECLARED)
    errors = []
    if type(party) is not int or not 0 <= party < MOST_PARTIES:
        errors.append(FieldError("/party", "type", "The position of a party, from 0."))
    if not isinstance(found.get("facts", {}), dict):
        errors.append(FieldError("/facts", "type", "This is a JSON object."))
    if not isinstance(found.get("consents", []), list):
        errors.append(FieldError("/consents", "type", "This is a list."))
    if provenance not in SAID:
        listed = ", ".join(SAID)
        errors.append(FieldError("/provenance", "provenance", f"This is one of: {listed}."))
    if errors:
        raise Invalid(errors)
    return Addition(
        position=party,
        facts=found.get("facts", {}),
        consents=found.get("consents", []),
        provenance=provenance,
    )


def nothing_of(body: Any) -> None:
    """Where nothing is to be said nothing is overlooked: no body, or an empty object."""
    if body is not None:
        _object(body, frozenset())


def words_of(body: Any) -> str:
    """The applicant's words, none where they said none."""
    if body in (None, {}):
        return ""
    found = _object(body, frozenset({"words"}))
    words = found.get("words", "")
    if not isinstance(words, str) or len(words) > LONGEST_WORDS or "\x00" in words:
        message = f"A text of at most {LONGEST_WORDS} characters."
        raise Invalid([FieldError("/words", "type", message)])
    return words


def problems_of_party(invalid: Invalid, position: int) -> Invalid:
    """The same problems, pointing into what one party sent: `/facts/…`, `/consents`."""
    own = pointer_of(position)
    return Invalid(
        [
            FieldError(each.pointer.removeprefix(own), each.code, each.message, each.params)
            for each in invalid.errors
        ]
    )


def _object(body: Any, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise Invalid([FieldError("", "type", "The body is a JSON object.")])
    unknown = [
        FieldError(f"/{name[:60]}", "unknown", "There is no such member.")
        for name in body
        if name not in known
    ]
    if unknown:
        raise Invalid(unknown)
    return body
