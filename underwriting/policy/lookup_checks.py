"""What is wrong with a policy's look-ups, given the lists that the lender has.

A list that is not there, or holds something else, would never answer, and every rule that asks it
would meet a missing value; so it is found before the policy can be handed in.
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from ml.dictionary import Dictionary
from underwriting.policy.document import Policy
from underwriting.policy.findings import Finding
from underwriting.policy.lookups import ListedBy, ListLookup, VelocityLookup

LONGEST_WINDOW_DAYS = 366
"""How far back applications are counted; what they shared is kept for a month longer."""

ANSWERS = "text"
"""What a list holds that is asked about a field of the dictionary."""

OF_A_KIND = frozenset(get_args(ListedBy))


def lookup_findings(
    policy: Policy, dictionary: Dictionary, lists: Mapping[str, str]
) -> list[Finding]:
    """Errors of the look-ups; `lists` are the lender's, code to what each holds."""
    found: list[Finding] = []
    for name, lookup in (policy.lookups or {}).items():
        if isinstance(lookup, VelocityLookup):
            found += _window(name, lookup)
        else:
            found += _listed(name, lookup, dictionary, lists)
    return found


def list_holds(of: str) -> str:
    """What a list must hold to be asked about this."""
    return of if of in OF_A_KIND else ANSWERS


def _listed(
    name: str, lookup: ListLookup, dictionary: Dictionary, lists: Mapping[str, str]
) -> Iterator[Finding]:
    where = f"/lookups/{name}"
    held = lists.get(lookup.code)
    if held is None:
        yield Finding("error", "list_unknown", f"{where}/list", f"there is no list {lookup.code}")
    elif held != list_holds(lookup.of):
        text = f"the list {lookup.code} holds {held}, not {list_holds(lookup.of)}"
        yield Finding("error", "list_holds", f"{where}/of", text)
    if lookup.of not in OF_A_KIND and lookup.of not in dictionary.entries:
        text = f"no field {lookup.of} in the dictionary"
        yield Finding("error", "lookup_field", f"{where}/of", text)


def _window(name: str, lookup: VelocityLookup) -> Iterator[Finding]:
    if lookup.days > LONGEST_WINDOW_DAYS:
        text = f"applications are counted over {LONGEST_WINDOW_DAYS} days at most"
        yield Finding("error", "lookup_window", f"/lookups/{name}/days", text)
