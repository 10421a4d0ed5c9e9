"""From contributions to the few principal reasons an applicant is told.

Features that share a reason code in the dictionary are one reason: their points are added up, so
that an income counted against someone in one place and for them in another is judged by the sum.
What did not count against the applicant is never a reason. A fact of the request is one reason
for all parties (the largest loss counts); a fact of a party names the party.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ml.dictionary import Dictionary
from ml.reference import Reference

Contributions = Sequence[tuple[str, int]]
Told = tuple[str, bool, bool]
"""A reason's code, whether it is a party's own, and whether several features share it."""
Loss = tuple[int, str, int, str]
"""Points, code, party, feature: in this order they rank."""
OF_REQUEST = -1
"""In the place of a party: the fact is the request's."""


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
    told = dictionary.told
    found: dict[tuple[str, int], Loss] = {}
    for party, contributions in enumerate(party_contributions):
        for loss in _losses(told, party, _against(reference, contributions)):
            key = loss[1], loss[2]
            if key not in found or loss < found[key]:
                found[key] = loss
    return tuple(
        Reason(code, field, None if party == OF_REQUEST else party, points)
        for points, code, party, field in sorted(found.values())[:limit]
    )


def reason_text(dictionary: Dictionary, code: str, language: str) -> str:
    """The dictionary's text of a reason code; its first language where this one is absent."""
    texts = dictionary.reasons()[code]
    return texts.get(language) or texts[dictionary.languages[0]]


def _against(reference: Reference | None, contributions: Contributions) -> Contributions:
    if reference is None:
        return contributions
    others = reference.points
    return [(feature, points - others.get(feature, 0)) for feature, points in contributions]


def _losses(told: Mapping[str, Told], party: int, contributions: Contributions) -> list[Loss]:
    """One party's losses: contributions added up per code and scope, losses only.

    Most codes belong to one feature alone: those are judged as they come, without adding up.
    """
    found: list[Loss] = []
    shared: dict[Told, list[tuple[int, str]]] = {}
    for feature, points in contributions:
        key = told.get(feature)
        if key is None:
            continue
        if key[2]:
            shared.setdefault(key, []).append((points, feature))
        elif points < 0:
            found.append((points, key[0], party if key[1] else OF_REQUEST, feature))
    for key, parts in shared.items():
        total = sum(points for points, _ in parts)
        if total < 0:
            found.append((total, key[0], party if key[1] else OF_REQUEST, min(parts)[1]))
    return found
