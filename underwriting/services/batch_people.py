"""The people of a chunk: keyed, found among the lender's customers, and sealed."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tenancy.ids import new_id
from tenancy.vault import KEY_BYTES, Keyring, salted_hash
from underwriting.enums import IndexKind, MarkKind, Match
from underwriting.imports.parties import Parties
from underwriting.selectors.batch_customers import FINDING, Keys, KnownCustomers
from underwriting.selectors.batch_lookups import RowMark
from underwriting.selectors.customers import identity_aad

Digests = Mapping[IndexKind, Sequence[bytes | None]]
SHARED = (MarkKind.NATIONAL_ID, MarkKind.PHONE, MarkKind.EMAIL)
"""Marks whose fingerprints are those of the customers' index."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """Fingerprints of n parties: by what they are found, and by what they come with."""

    index: Digests
    marks: Mapping[MarkKind, Sequence[bytes | None]]

    @property
    def finding(self) -> list[bytes]:
        """Those that may lead to a customer, each once."""
        return list({digest for kind in FINDING for digest in self.index[kind] if digest})


@dataclass(frozen=True, slots=True)
class Found:
    """One party's customer: `known` None where the customer is new."""

    known: UUID | None
    match: Match
    possible: UUID | None


@dataclass(frozen=True, slots=True)
class Person:
    """One party as it is stored; `wrapped_key` is None for a customer that is there already."""

    customer_id: UUID
    match: Match
    possible: UUID | None
    wrapped_key: bytes | None
    salt: bytes
    identity_id: UUID
    sealed: bytes

    @property
    def new(self) -> bool:
        return self.wrapped_key is not None


def keyed_of(parties: Parties, keyring: Keyring) -> Keyed:
    index = {kind: _keyed(keyring, kind, texts) for kind, texts in parties.terms.items()}
    marks = {
        kind: index[IndexKind(kind.value)]
        if kind in SHARED
        else _keyed_once(keyring, kind, parties.marks[kind])
        for kind in parties.marks
    }
    return Keyed(index, marks)


def met_twice(parties: Parties, keyed: Keyed) -> set[int]:
    """Rows in which somebody stands who stands elsewhere in the chunk too, or twice in the row.

    What is known of such a person changes between the rows.
    """
    times: Counter[tuple[IndexKind, bytes]] = Counter()
    for kind in FINDING:
        times.update((kind, digest) for digest in keyed.index[kind] if digest)
    twice = {key for key, count in times.items() if count > 1}
    if not twice:
        return set()
    return {
        owner
        for kind in FINDING
        for owner, digest in zip(parties.owners, keyed.index[kind], strict=True)
        if (kind, digest) in twice
    }


def found_of(keyed: Keyed, known: KnownCustomers) -> list[Found]:
    """Each party's customer, by the rules of `customers_resolve`."""
    owners = known.owners
    national = keyed.index[IndexKind.NATIONAL_ID]
    persons, names = keyed.index[IndexKind.PERSON], keyed.index[IndexKind.NAME_BIRTH]
    nobody = Found(None, Match.NEW, None)
    if not owners:
        return [nobody] * len(persons)
    found = []
    for number, person, name in zip(national, persons, names, strict=True):
        by_number = owners.get((IndexKind.NATIONAL_ID, number)) if number else None
        alike = owners.get((IndexKind.PERSON, person or b""))
        likely = owners.get((IndexKind.NAME_BIRTH, name or b""))
        if by_number is not None:
            found.append(Found(by_number, Match.EXACT, None))
        elif alike is not None:
            differs = number is not None and alike in known.numbered
            found.append(
                Found(None, Match.POSSIBLE, alike) if differs else Found(alike, Match.EXACT, None)
            )
        elif likely is not None and not (number is not None and likely in known.numbered):
            found.append(Found(None, Match.POSSIBLE, likely))
        else:
            found.append(nobody)
    return found


def people_of(
    parties: Parties, found: Sequence[Found], keys: Mapping[UUID, Keys], keyring: Keyring
) -> list[Person]:
    """Everybody with a key, a salt, and the identity sealed for this submission."""
    return [
        _person(text, each, keys, keyring)
        for text, each in zip(parties.identities, found, strict=True)
    ]


def row_marks(parties: Parties, people: Sequence[Person], keyed: Keyed, keyring: Keyring,
              devices: Sequence[str | None]) -> list[tuple[RowMark, int]]:  # fmt: skip
    """Each fingerprint of each row once, with the first party it belongs to, row by row."""
    own: Sequence[bytes | None] = [
        keyring.blind_index(MarkKind.IDENTITY, person.customer_id.hex) for person in people
    ]
    columns = [(MarkKind.IDENTITY.value, own)]
    columns += [(kind.value, column) for kind, column in keyed.marks.items()]
    found: dict[RowMark, int] = {}
    for party, owner in enumerate(parties.owners):
        for kind, column in columns:
            digest = column[party]
            if digest is not None:
                found.setdefault(RowMark(owner, kind, digest), party)
        if parties.positions[party] == 0 and (device := devices[owner]):
            digest = keyring.blind_index(MarkKind.DEVICE, device.strip())
            found.setdefault(RowMark(owner, MarkKind.DEVICE.value, digest), party)
    return list(found.items())


def _person(text: str, found: Found, keys: Mapping[UUID, Keys], keyring: Keyring) -> Person:
    identity_id = new_id()
    wrapped: bytes | None = None
    if found.known is None:
        customer_id, salt = new_id(), secrets.token_bytes(KEY_BYTES)
        key, wrapped = keyring.new_key()
    else:
        customer_id, stored = found.known, keys[found.known]
        key, salt = keyring.opened(stored.wrapped_key), stored.salt
    sealed = keyring.seal(key, text.encode(), identity_aad(identity_id))
    return Person(customer_id, found.match, found.possible, wrapped, salt, identity_id, sealed)


def hashed(salt: bytes, text: str) -> str:
    """A fingerprint that loses its meaning with the customer's salt."""
    return f"hmac-sha256:{salted_hash(salt, text.encode()).hex()}"


def _keyed(keyring: Keyring, kind: str, texts: Sequence[str | None]) -> list[bytes | None]:
    return [None if text is None else keyring.blind_index(kind, text) for text in texts]


def _keyed_once(keyring: Keyring, kind: str, texts: Sequence[str | None]) -> list[bytes | None]:
    """The same of texts that many share."""
    known = {text: keyring.blind_index(kind, text) for text in set(texts) if text is not None}
    return [None if text is None else known[text] for text in texts]
