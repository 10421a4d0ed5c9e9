"""From contributions to the few principal reasons an applicant is told.

Features that share a reason code in the dictionary are one reason: their points are added up, so
that an income counted against someone in one place and for them in another is judged by the sum.
What did not count against the applicant is never a reason. A fact of the request is one reason
for all parties (the largest loss counts); a fact of a party names the party.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ml.dictionary import Derived, Dictionary, Field
from ml.reference import Reference

Contributions = Sequence[tuple[str, int]]


class Reason(NamedTuple):
    """One principal reason: `points` are negative, `party` None where the request gave it.

    `field` is the feature that lost most under this code.
    """

    code: str
    field: str
    party: int | None
    points: int


def principal_reasons(
    dictionary: Dictionary,
    party_contributions: Sequence[Contributions],
    limit: int = 4,
    reference: Reference | None = None,
) -> tuple[Reason, ...]:
    """At most `limit` reasons, most points lost first; ties by code, then by party.

    `party_contributions` holds one model's contributions per party, in the parties' order. With
    a `reference` they are measured against those whom it describes, else as the model gives them.
    """
    entries = dictionary.entries
    found: dict[tuple[str, int | None], Reason] = {}
    for party, contributions in enumerate(party_contributions):
        for reason in _party_reasons(entries, party, _against(reference, contributions)):
            key = (reason.code, reason.party)
            if key not in found or reason.points < found[key].points:
                found[key] = reason
    ranked = sorted(found.values(), key=_rank)
    return tuple(ranked[:limit])


def reason_text(dictionary: Dictionary, code: str, language: str) -> str:
    """The dictionary's text of a reason code; its first language where this one is absent."""
    texts = dictionary.reasons()[code]
    return texts.get(language) or texts[dictionary.languages[0]]


def _against(reference: Reference | None, contributions: Contributions) -> Contributions:
    if reference is None:
        return contributions
    others = reference.points
    return [(feature, points - others.get(feature, 0)) for feature, points in contributions]


def _party_reasons(
    entries: Mapping[str, Field | Derived], party: int, contributions: Contributions
) -> list[Reason]:
    """One party's reasons: contributions added up per code and scope, losses only."""
    merged: dict[tuple[str, int | None], list[tuple[int, str]]] = defaultdict(list)
    for feature, points in contributions:
        entry = entries[feature]
        if entry.reason is not None:
            named = party if entry.scope == "party" else None
            merged[entry.reason.code, named].append((points, feature))
    return [
        Reason(code, min(parts)[1], named, total)
        for (code, named), parts in merged.items()
        if (total := sum(points for points, _ in parts)) < 0
    ]


def _rank(reason: Reason) -> tuple[int, str, int]:
    return reason.points, reason.code, -1 if reason.party is None else reason.party
