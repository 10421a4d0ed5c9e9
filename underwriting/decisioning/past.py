"""Applications from before this platform, as a plan reads them: facts without a context of ours."""

from collections.abc import Mapping
from typing import Any

from ml.dictionary import Dictionary
from ml.values import Value, days_of
from underwriting.decisioning.inputs import Facts, GroupRows, InputsRefused, Unknown

NOTHING_OWED: Mapping[str, int | None] = {
    "context.exposure": 0,
    "context.open_offers": 0,
    "context.in_flight": 0,
    "context.draw_ppm": None,
}
"""Nobody knows what an imported applicant owed here then; a backtest's report says so."""


def past_facts(fields: Dictionary, inputs: Mapping[str, Any]) -> Facts:
    """An imported application: `request`, `parties` (role, liability, facts) and its day `as_of`.

    What no model uses may be missing from history; everything else is as demanded, and named where
    it cannot be read. InputsRefused without a party.
    """
    day = days_of(inputs["as_of"])
    parties = inputs["parties"]
    if not parties:
        raise InputsRefused("shape", "parties")
    unknown: list[Unknown] = []
    request = _scope(fields, "request", inputs["request"], day, None, unknown)
    members = [
        _scope(fields, "party", party["facts"], day, position, unknown)
        for position, party in enumerate(parties)
    ]
    names = [group.name for group in fields.groups]
    unknown += [Unknown(name, position) for position in range(len(members)) for name in names]
    groups: tuple[GroupRows, ...] = tuple({name: [] for name in names} for _ in members)
    context: dict[str, Value] = {
        "context.as_of": day,
        **NOTHING_OWED,
        "context.parties": len(members),
    }
    return Facts(
        request,
        members,
        tuple(party.get("role", "borrower") for party in parties),
        tuple(party.get("liability", "full") != "none" for party in parties),
        context,
        tuple(unknown),
        groups if names else (),
    )


def _scope(
    fields: Dictionary,
    scope: str,
    document: Mapping[str, Any],
    day: int,
    party: int | None,
    unknown: list[Unknown],
) -> dict[str, Value]:
    only = frozenset(field.name for field in fields.decision_fields(scope))
    told = {name: value for name, value in document.items() if name in only}
    values, problems = fields.read(scope, told, as_of=day, history=True, only=only)
    unknown += [Unknown(problem.field, party) for problem in problems]
    return values
