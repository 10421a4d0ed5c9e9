"""Who can be met in test mode: what the stub answers, chosen by words in a test person's name.

`docs/connectors.md` lists them. A word counts wherever it stands in given names or family name, and
several may stand together ("Highscore Sanctionshit"). Everybody else is derived from a hash of
their identity: the same person gets the same report in every process and on every day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from underwriting.connectors.contract import Failure, Kind, Subject
from underwriting.connectors.reports import Alert

LOWEST, HIGHEST = 300, 850
File = Literal["whole", "thin", "none", "frozen"]


@dataclass(frozen=True, slots=True)
class Persona:
    """What the stub makes of a person. `fails` holds for the kinds named, on every attempt or, with
    `until`, on those before it."""

    score: int | None = None
    file: File = "whole"
    alerts: tuple[Alert, ...] = ()
    hits: frozenset[Kind] = frozenset()
    fails: Mapping[Kind, Failure] | None = None
    until: int | None = None


def _failing(failure: Failure, *kinds: Kind, until: int | None = None) -> Persona:
    return Persona(fails=dict.fromkeys(kinds or tuple(Kind), failure), until=until)


PERSONAS: Mapping[str, Persona] = {
    "highscore": Persona(score=820),
    "lowscore": Persona(score=420),
    "thinfile": Persona(file="thin"),
    "nofile": Persona(file="none"),
    "frozen": Persona(file="frozen", alerts=(Alert.FREEZE,)),
    "fraudalert": Persona(alerts=(Alert.FRAUD_ALERT,)),
    "activeduty": Persona(alerts=(Alert.ACTIVE_DUTY,)),
    "addressdiffers": Persona(alerts=(Alert.ADDRESS_DISCREPANCY,)),
    "identitymismatch": Persona(hits=frozenset({Kind.IDENTITY})),
    "sanctionshit": Persona(hits=frozenset({Kind.SANCTIONS})),
    "fraudhit": Persona(hits=frozenset({Kind.FRAUD})),
    "timeout": _failing(Failure.TIMEOUT, Kind.BUREAU),
    "timeoutonce": _failing(Failure.TIMEOUT, Kind.BUREAU, until=2),
    "malformed": _failing(Failure.MALFORMED, Kind.BUREAU),
    "unavailable": _failing(Failure.UNAVAILABLE),
}


def personas_of(subject: Subject) -> list[Persona]:
    """The personas whose words stand in the name, in the name's order."""
    words = f"{subject.given_names} {subject.family_name}".casefold().split()
    return [PERSONAS[word] for word in words if word in PERSONAS]


def drawn(subject: Subject, what: str, most: int) -> int:
    """A number from 0 to `most` that belongs to this person and question."""
    said = "|".join(
        (
            subject.given_names.casefold(),
            subject.family_name.casefold(),
            subject.birth_date,
            (subject.national_id or "").upper(),
            what,
        )
    )
    return int.from_bytes(sha256(said.encode()).digest()[:8]) % (most + 1)
