"""Everything a decision depends on, as bytes and as the hashes it names them by."""

from typing import NamedTuple

from ml.canonical import content_hash


class AlteredPin(ValueError):
    """Bytes that are not those a decision named: some pinned part was altered."""

    def __init__(self, kind: str, expected: str, found: str) -> None:
        super().__init__(f"{kind} is {found}, the decision named {expected}")
        self.kind = kind
        self.expected = expected
        self.found = found


class Hashes(NamedTuple):
    """Content hashes of the pinned parts, under the names of a decision document's `pins`."""

    dictionary: str
    product: str
    model: str
    policy: str
    pack: str
    engine: str


class Pinned(NamedTuple):
    """The pinned parts themselves, as they were stored."""

    dictionary: bytes
    product: bytes
    model: bytes
    policy: bytes
    pack: bytes
    engine: bytes

    @property
    def hashes(self) -> Hashes:
        return Hashes(*(content_hash(part) for part in self))
