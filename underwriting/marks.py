"""What an application shares with others: one spelling of each thing, before it is keyed.

Pure. Two spellings are the same where they differ in case, accents, punctuation and spaces alone:

- identity number, phone: letters and digits, as the blind index of customers writes them;
- e-mail address and its domain: case does not count;
- address: line1, line2, postal code, city, country, in this order, words separated by one space;
- employer, and answers to a question: letters and digits in words;
- device: as it was given.

What is written differently is another thing: "Hauptstr." is not "Hauptstrasse".
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from underwriting.enums import MarkKind
from underwriting.identity import normalized

EMPLOYER = "employer"
"""The dictionary's field that names the employer, where it has one."""

_ADDRESS = ("line1", "line2", "postal_code", "city", "country")
_AS_THE_INDEX = (MarkKind.NATIONAL_ID, MarkKind.PHONE, MarkKind.EMAIL)
_NO_WORD = re.compile(r"[\W_]+")


def spelled(kind: str, value: str) -> str:
    """The one spelling of a value of this kind; "" where nothing is left of it."""
    if kind in _AS_THE_INDEX:
        return normalized(kind, value)
    if kind == MarkKind.EMAIL_DOMAIN:
        return normalized(MarkKind.EMAIL, value).rpartition("@")[2]
    if kind == MarkKind.DEVICE:
        return value.strip()
    return words(value)


def words(text: str) -> str:
    """Letters and digits without case and accents, in words: "Müller & Co." is "muller co"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", letters).strip()


def party_marks(
    identity: Mapping[str, Any], facts: Mapping[str, Any]
) -> Iterator[tuple[MarkKind, str]]:
    """What one party comes with, spelled; what was not given is left out."""
    said = {
        MarkKind.NATIONAL_ID: identity.get("national_id"),
        MarkKind.PHONE: identity.get("phone"),
        MarkKind.EMAIL: identity.get("email"),
        MarkKind.EMAIL_DOMAIN: identity.get("email"),
        MarkKind.ADDRESS: address_line(identity.get("address")),
        MarkKind.EMPLOYER: facts.get(EMPLOYER),
    }
    for kind, value in said.items():
        found = spelled(kind, str(value)) if value else ""
        if found:
            yield kind, found


def address_line(address: Mapping[str, Any] | None) -> str:
    """An address in one line, as lists hold it."""
    given = address or {}
    return ", ".join(str(given[name]) for name in _ADDRESS if given.get(name))
