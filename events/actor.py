from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

Kind = Literal["user", "api_key", "applicant", "system"]

KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a kind and an identifier, never a name or an address."""

    kind: Kind
    id: str

    @classmethod
    def user(cls, user_id: UUID | int | str) -> "Actor":
        return cls("user", str(user_id))

    @classmethod
    def api_key(cls, key_id: UUID) -> "Actor":
        return cls("api_key", str(key_id))

    @classmethod
    def applicant(cls, party_id: UUID) -> "Actor":
        return cls("applicant", str(party_id))


SYSTEM = Actor("system", "assay")
