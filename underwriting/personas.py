"""Applicants of a test twin who get one outcome whatever the lender's rules say.

A word in the first applicant's name says which, as with the personas of the connectors' stub. It
is read when the application comes in, in a test twin and nowhere else; the database refuses it of a
live lender. The decision is computed as always, then the outcome is replaced, and document and
inputs say so: replay does the same again. `docs/api/sandbox.md` lists them.
"""

from collections.abc import Mapping
from typing import Any

from tenancy.enums import Mode
from underwriting.enums import Outcome

REASON = "TEST_PERSONA"
TEXTS: Mapping[str, str] = {
    "en": "A test persona: the applicant's name chose this outcome",
    "de": "Eine Testperson: Der Name hat dieses Ergebnis bestimmt",
    "es": "Una persona de prueba: el nombre eligió este resultado",
    "pt": "Uma pessoa de teste: o nome escolheu este resultado",
}

WORDS: Mapping[str, Outcome] = {
    "approve": Outcome.APPROVE,
    "decline": Outcome.DECLINE,
    "refer": Outcome.REFER,
    "counteroffer": Outcome.COUNTER_OFFER,
}


def persona_of(mode: str, identity: Mapping[str, Any]) -> Outcome | None:
    """The outcome that a name asks for in a test twin, by its first word that asks for one."""
    if mode != Mode.TEST:
        return None
    words = f"{identity['given_names']} {identity['family_name']}".casefold().split()
    return next((WORDS[word] for word in words if word in WORDS), None)
