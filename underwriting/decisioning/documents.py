"""The decision document: what is stored, compared byte for byte, and never holds a fact."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ml.dictionary import Dictionary
from ml.model import Score
from ml.values import Value, date_of, scaled_text
from underwriting.decisioning.catalogue import NOT_EVALUATED
from underwriting.decisioning.evaluation import Evaluated
from underwriting.decisioning.inputs import Facts
from underwriting.decisioning.reasons import referred_to_a_person
from underwriting.decisioning.settlement import Settled
from underwriting.policy.document import Band

SCHEMA = "assay.decision/1"
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def document(
    settled: Settled,
    *,
    roles: Sequence[str],
    scores: Sequence[Score],
    points: int | None,
    pd_ppm: int | None,
    band: Band | None,
    trace: Sequence[Mapping[str, Any]],
    pins: Mapping[str, str],
) -> dict[str, Any]:
    """The document of a settled application. Its trace is shared: copy before changing it."""
    return {
        "schema": SCHEMA,
        "outcome": settled.outcome,
        "points": points,
        "pd_ppm": pd_ppm,
        "band": None if band is None else band.name,
        "parties": [
            _party(role, scores[index] if scores else None) for index, role in enumerate(roles)
        ],
        "reasons": settled.reasons,
        "offer": settled.offer,
        "trace": trace if settled.step is None else [*trace, settled.step],
        "pins": pins,
    }


def not_evaluated(roles: Sequence[str], pins: Mapping[str, str]) -> dict[str, Any]:
    """The document of an application that a fault kept from being evaluated: to a person."""
    settled = Settled("refer", referred_to_a_person(NOT_EVALUATED), None)
    return document(
        settled, roles=roles, scores=(), points=None, pd_ppm=None, band=None, trace=[], pins=pins
    )


def to_bytes(found: Mapping[str, Any]) -> bytes:
    """Canonical bytes, as `ml.canonical` gives them, without its check of every value."""
    return _ENCODER.encode(found).encode()


def spelled(part: Any) -> str:
    """Canonical text of a part of a document."""
    return _ENCODER.encode(part)


def facts_shown(
    dictionary: Dictionary, facts: Facts, found: Evaluated, minor_units: int
) -> dict[str, Any]:
    """Values in human form for a person to read: application, parties, price and context.

    `affordability` is the calculation in minor units, None where the policy has none.
    """
    own = [frozenset(found.application), *(frozenset(party) for party in facts.parties)]
    return {
        "application": _shown(dictionary, found.application, own[0]),
        "parties": [
            _shown(dictionary, party, frozenset(party) - own[0]) for party in found.parties
        ],
        "price": {
            name: _money(value, minor_units) if name in _MONEY else value
            for name, value in {**facts.context, **found.price}.items()
            if name not in ("context.as_of", "context.draw_ppm")
        },
        "affordability": None if found.means is None else found.means.shown(),
    }


_MONEY = frozenset(
    {
        "price.instalment",
        "limit.band",
        "limit.customer",
        "context.exposure",
        "context.open_offers",
        "price.financed",
        "affordability.disposable",
        "affordability.stressed_instalment",
    }
)


def _shown(
    dictionary: Dictionary, values: Mapping[str, Value], names: frozenset[str]
) -> dict[str, Value]:
    entries = dictionary.entries
    return {
        name: _human(entries[name].type, entries[name].digits, value)
        for name, value in values.items()
        if name in names and name in entries
    }


def _human(kind: str, digits: int, value: Value) -> Value:
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if kind == "date":
        return date_of(value).isoformat()
    return scaled_text(value, digits) if kind in ("decimal", "money") else value


def _money(value: Value, minor_units: int) -> Value:
    return scaled_text(value, minor_units) if isinstance(value, int) else value


def _party(role: str, score: Score | None) -> dict[str, Any]:
    if score is None:
        return {"role": role, "points": None, "pd_ppm": None, "contributions": []}
    return {
        "role": role,
        "points": score.points,
        "pd_ppm": score.pd_ppm,
        "contributions": [list(pair) for pair in score.contributions],
    }
