"""Whether and how "what would get you approved" is looked for: a member of the policy document.

"paths": {"most_changes": 2, "honoured_days": 60, "request": ["amount", "term"]}
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field as Described

from ml.dictionary import Dictionary
from underwriting.policy.findings import Finding
from underwriting.policy.part import Part


class Paths(Part):
    """What is looked for after an adverse decision, and how long the answer binds the lender.

    `most_changes` is the largest number of facts named at once; `request` what of the request may
    change beside the dictionary's changeable facts; `honoured_days` for how long an application
    that does as it was told is decided by the versions that told it.
    """

    most_changes: int = Described(default=2, ge=1, le=3)
    request: tuple[Literal["amount", "term"], ...] = ("amount", "term")
    honoured_days: int = Described(default=30, ge=1, le=365)


def path_findings(settings: Paths | None, dictionary: Dictionary) -> Iterator[Finding]:
    """A search that could never name anything."""
    if settings is None or settings.request:
        return
    if not any(field.changeable for field in dictionary.fields):
        message = "nothing may be changed: the dictionary calls no field changeable"
        yield Finding("warning", "no_path", "/paths", message)
