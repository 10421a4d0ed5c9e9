"""Answers on the way: kept in the visitor's session, sealed, gone once they are handed in.

Nothing half-written reaches a lender's tables, and the session table holds nothing readable.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

NONCE_BYTES = 12


@dataclass
class Person:
    """One applicant's answers, in human form; `consents` is purpose to the hash of the text."""

    identity: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)

    @property
    def given_names(self) -> str:
        return str(self.identity.get("given_names", ""))


@dataclass
class Draft:
    """One visitor's answers for one product.

    `nonce` makes handing in twice one application. `typed` keeps what could not be read, as it
    was typed, by step; `done` names the steps that were answered.
    """

    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    count: int | None = None
    request: dict[str, Any] = field(default_factory=dict)
    people: list[Person] = field(default_factory=lambda: [Person()])
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def person(self, number: int) -> Person:
        """The applicant of that number, counted from one."""
        while len(self.people) < number:
            self.people.append(Person())
        return self.people[number - 1]

    @property
    def applicants(self) -> list[Person]:
        """Those who apply; answers of somebody since taken out are not among them."""
        self.person(self.count or 1)
        return self.people[: self.count or 1]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the session keeps once a draft is handed in: which draft, and everybody's links."""

    nonce: str
    links: tuple[str, ...]


def draft_of(session: SessionBase, organization_id: UUID, product: str) -> Draft | None:
    kept = _opened(session, _place("draft", organization_id, product))
    if kept is None:
        return None
    try:
        return Draft(**{**kept, "people": [Person(**person) for person in kept["people"]]})
    except (TypeError, KeyError):  # kept by an older release
        return None


def draft_keep(session: SessionBase, organization_id: UUID, product: str, draft: Draft) -> None:
    place = _place("draft", organization_id, product)
    session[place] = _sealed(place, asdict(draft))


def draft_forget(session: SessionBase, organization_id: UUID, product: str) -> None:
    session.pop(_place("draft", organization_id, product), None)


def receipt_of(session: SessionBase, organization_id: UUID, product: str) -> Receipt | None:
    kept = _opened(session, _place("receipt", organization_id, product))
    return None if kept is None else Receipt(kept["nonce"], tuple(kept["links"]))


def receipt_keep(
    session: SessionBase, organization_id: UUID, product: str, receipt: Receipt
) -> None:
    """Put the receipt in the draft's place."""
    place = _place("receipt", organization_id, product)
    session[place] = _sealed(place, {"nonce": receipt.nonce, "links": list(receipt.links)})
    draft_forget(session, organization_id, product)


def receipt_forget(session: SessionBase, organization_id: UUID, product: str) -> None:
    session.pop(_place("receipt", organization_id, product), None)


def _place(kind: str, organization_id: UUID, product: str) -> str:
    return f"portal/{kind}/{organization_id.hex}/{product}"


def _sealed(place: str, data: Mapping[str, Any]) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    plaintext = json.dumps(data, separators=(",", ":")).encode()
    return base64.b64encode(nonce + _cipher().encrypt(nonce, plaintext, place.encode())).decode()


def _opened(session: SessionBase, place: str) -> dict[str, Any] | None:
    """None when there is nothing, or nothing that opens here: the visitor starts afresh."""
    kept = session.get(place)
    if not isinstance(kept, str):
        return None
    sealed = base64.b64decode(kept)
    try:
        data: dict[str, Any] = json.loads(
            _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        )
    except (InvalidTag, ValueError):
        return None
    return data


def _cipher() -> AESGCM:
    info = b"underwriting.portal.drafts/1"
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return AESGCM(derivation.derive(settings.SECRET_KEY.encode()))
