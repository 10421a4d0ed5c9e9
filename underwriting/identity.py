"""Who applies: what an identity holds, checked field by field, and how it is searched for.

Pure. An identity is sealed as soon as it is stored and never reaches a decision; what a decision
may know of it (`of_age`) is derived here.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from underwriting.countries import COUNTRIES
from underwriting.enums import IndexKind

REQUIRED = ("given_names", "family_name", "birth_date", "email")
OPTIONAL = ("phone", "national_id", "address")
TEXTS = ("given_names", "family_name", "email", "phone", "national_id")
"""Members that are text, each with a form of its own."""
ADDRESS_REQUIRED = ("line1", "postal_code", "city", "country")
ADDRESS_OPTIONAL = ("line2",)
LONGEST_NAME = 100
LONGEST_LINE = 120
OLDEST_YEARS = 120

_NAME_MARKS = frozenset(" '’.-·")
_EMAIL = re.compile(
    r"^[^\s@\"(),:;<>\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}$"
)
_PHONE = re.compile(r"^\+?[0-9][0-9 ()/.-]{4,24}$")
_NATIONAL_ID = re.compile(r"^[0-9A-Za-z][0-9A-Za-z ./-]{2,30}[0-9A-Za-z]$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class IdentityProblem:
    """One wrong field of an identity: its path below the identity, and a code."""

    path: str
    code: str


def identity_problems(identity: Any, *, today: date) -> list[IdentityProblem]:
    """Everything wrong with an identity document, each field by its path; [] if it holds."""
    if not isinstance(identity, Mapping):
        return [IdentityProblem("", "type_object")]
    return [
        *_member_problems("", identity, REQUIRED, OPTIONAL),
        *_text_problems(identity),
        *_birth_problems(identity.get("birth_date"), today),
        *_address_problems(identity.get("address")),
    ]


def of_age(birth_date: date, *, minimum_age: int, today: date) -> bool:
    """Whether the birthday that makes of age has come; 29 February counts on 1 March."""
    years = today.year - birth_date.year
    if (today.month, today.day) < (birth_date.month, birth_date.day):
        years -= 1
    return years >= minimum_age


def normalized(kind: str, value: str) -> str:
    """One spelling per person, for the blind index."""
    if kind == IndexKind.EMAIL:
        return unicodedata.normalize("NFKC", value).strip().casefold()
    if kind == IndexKind.PHONE:
        digits = re.sub(r"\D", "", value)
        return digits.removeprefix("00")
    if kind == IndexKind.NATIONAL_ID:
        return re.sub(r"[^0-9A-Z]", "", value.upper())
    plain = unicodedata.normalize("NFKD", value)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())


def identity_value_holds(kind: str, value: str) -> bool:
    """Whether a value alone could be one of this kind; kinds without a form of their own can."""
    text = value.strip()
    if kind == "email":
        return _is_email(text)
    if kind == "email_domain":
        return _is_email(f"somebody@{text.removeprefix('@')}")
    if kind == "phone":
        return bool(_PHONE.match(text))
    return kind != "national_id" or bool(_NATIONAL_ID.match(text))


def index_terms(identity: Mapping[str, Any]) -> dict[IndexKind, str]:
    """What this person can be found by, normalized, before it is keyed."""
    name = f"{identity['given_names']} {identity['family_name']}"
    whole_name = normalized(IndexKind.NAME_BIRTH, name)
    email = normalized(IndexKind.EMAIL, identity["email"])
    terms = {
        IndexKind.EMAIL: email,
        IndexKind.NAME_BIRTH: f"{whole_name}|{identity['birth_date']}",
        IndexKind.PERSON: f"{email}|{whole_name}|{identity['birth_date']}",
    }
    for kind in (IndexKind.PHONE, IndexKind.NATIONAL_ID):
        if identity.get(kind.value):
            terms[kind] = normalized(kind, identity[kind.value])
    return terms


def _member_problems(
    path: str, document: Mapping[str, Any], required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[IdentityProblem]:
    for name in required:
        if name not in document:
            yield IdentityProblem(f"{path}/{name}", "required")
    for name in document:
        if name not in required and name not in optional:
            yield IdentityProblem(f"{path}/{_escaped(str(name))}", "unknown_field")


def text_fault(name: str, value: Any) -> str | None:
    """Why a text of an identity cannot stand; None where it can."""
    holds, code = _TEXT_RULES[name]
    if not isinstance(value, str):
        return "type_text"
    if not value.strip():
        return "required"
    return None if holds(value.strip()) else code


def birth_fault(value: Any, today: date) -> str | None:
    """Why this is no birth date; None where it is one, or was not given."""
    if value is None:
        return None
    born = parse_date(value)
    if born is None:
        return "date"
    if born > today:
        return "date_future"
    return "date_too_old" if today.year - born.year > OLDEST_YEARS else None


def line_fault(name: str, value: Any) -> str | None:
    """Why this is no line of an address; None where it is one."""
    if not isinstance(value, str):
        return "type_text"
    if not _is_line(value):
        return "line"
    return "country" if name == "country" and value not in COUNTRIES else None


def _text_problems(identity: Mapping[str, Any]) -> Iterator[IdentityProblem]:
    for name in TEXTS:
        code = text_fault(name, identity[name]) if name in identity else None
        if code is not None:
            yield IdentityProblem(f"/{name}", code)


def _birth_problems(value: Any, today: date) -> Iterator[IdentityProblem]:
    code = birth_fault(value, today)
    if code is not None:
        yield IdentityProblem("/birth_date", code)


def parse_date(value: Any) -> date | None:
    """A date written YYYY-MM-DD and in no other way."""
    if not isinstance(value, str) or not _DATE.match(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _address_problems(address: Any) -> Iterator[IdentityProblem]:
    if address is None:
        return
    if not isinstance(address, Mapping):
        yield IdentityProblem("/address", "type_object")
        return
    yield from _member_problems("/address", address, ADDRESS_REQUIRED, ADDRESS_OPTIONAL)
    for name in (*ADDRESS_REQUIRED, *ADDRESS_OPTIONAL):
        code = line_fault(name, address[name]) if name in address else None
        if code is not None:
            yield IdentityProblem(f"/address/{name}", code)


def _is_name(text: str) -> bool:
    """Letters of any script with the marks that names carry; no digits."""
    letters = [c for c in text if c not in _NAME_MARKS]
    return (
        len(text) <= LONGEST_NAME
        and bool(letters)
        and all(unicodedata.category(c)[0] in "LM" for c in letters)
    )


def _is_email(text: str) -> bool:
    return len(text) <= 254 and bool(_EMAIL.match(text)) and ".." not in text


def _is_line(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST_LINE and text.isprintable()


def _escaped(name: str) -> str:
    """A member's name as a JSON pointer writes it (RFC 6901)."""
    return name[:60].replace("~", "~0").replace("/", "~1")


_TEXT_RULES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "given_names": (_is_name, "name"),
    "family_name": (_is_name, "name"),
    "email": (_is_email, "email"),
    "phone": (lambda text: bool(_PHONE.match(text)), "phone"),
    "national_id": (lambda text: bool(_NATIONAL_ID.match(text)), "national_id"),
}
"""What must hold of each text of an identity, and the code of what does not."""
