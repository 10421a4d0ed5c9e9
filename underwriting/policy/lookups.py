"""Questions a policy asks of the lender's lists and counters: each becomes an input of its rules.

    "lookups": {"blocked_employer": {"list": "BLOCKED_EMPLOYERS", "of": "employer"},
                "recent": {"count": "applications", "by": "identity", "days": 30}}

The first is the yes/no input `list.blocked_employer`, the second the whole number
`velocity.recent`, in which the application itself counts. The answers are pinned with the
decision's inputs; one that is not there is missing, and the row says what that means.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag
from pydantic import Field as Described

from ml.values import LIMIT
from underwriting.policy.inputs import Input
from underwriting.policy.part import Name, Part

LIST, VELOCITY = "list", "velocity"
ListedBy = Literal["employer", "national_id", "email", "email_domain", "device", "address", "phone"]
CountedBy = Literal["identity", "device", "address", "employer", "phone"]


class ListLookup(Part):
    """Whether what the application says `of` something stands on the lender's list."""

    code: str = Described(alias="list", min_length=1, max_length=63)
    of: ListedBy | Name


class VelocityLookup(Part):
    """How many applications share the same identity, device, … within the last `days` days."""

    count: Literal["applications"]
    by: CountedBy
    days: int = Described(ge=1, le=3_650)


def _kind(given: Any) -> str:
    listed = "list" in given if isinstance(given, Mapping) else isinstance(given, ListLookup)
    return LIST if listed else VELOCITY


Lookup = Annotated[
    Annotated[ListLookup, Tag(LIST)] | Annotated[VelocityLookup, Tag(VELOCITY)],
    Discriminator(_kind),
]


def lookup_inputs(lookups: Mapping[str, ListLookup | VelocityLookup]) -> dict[str, Input]:
    """The inputs these look-ups give to rules, by name: list.* yes/no, velocity.* a number."""
    found = (_input(name, lookup) for name, lookup in lookups.items())
    return {item.name: item for item in found}


def _input(name: str, lookup: ListLookup | VelocityLookup) -> Input:
    if isinstance(lookup, ListLookup):
        return Input(f"{LIST}.{name}", "application", "boolean")
    return Input(f"{VELOCITY}.{name}", "application", "integer", range=(0, LIMIT))
