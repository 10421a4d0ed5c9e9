"""The pinned inputs of a decision: what was asked, each party's facts, and the context.

    {"schema": "assay.inputs/1", "request": {...},
     "parties": [{"role": "borrower", "liability": "full", "facts": {...}}],
     "context": {"as_of": "2026-11-21", "exposure": "0.00", "open_offers": "0.00", "in_flight": 0}}

Where the policy explores, the context has `"draw_ppm"` too: the lot this application drew, so that
the decision can be computed again.

The context may also hold what the lender's lists and counters said, how long ago this customer was
last declined, and what the checks of the parties came to (the worst of all):

    "lookups": {"list.blocked_employer": false, "velocity.recent": 3}, "days_since_decline": 12,
    "checks": {"identity": "clear", "sanctions": "unavailable", "fraud": "not_run"}

What is not there is missing to the rules; what stands there and cannot be read is an unread fact.

With `"stage": "eligibility"` beside the others, nobody else was asked: free rules declined it
(`decisioning.eligibility`).

A party may have `"groups": {"transactions": [{...}]}` beside its facts, for the dictionary's
repeated groups; a group that the dictionary has and a party lacks is unread, never empty.

Values are in human form. A fact on a prohibited basis, or known only after the decision, never
enters: such inputs are refused as a whole. A missing or mistyped fact is no reason to refuse; it
is named and the application goes to a person.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ml.dictionary import Dictionary
from ml.values import Value
from underwriting.decisioning.context import PPM, ContextReader, InputsRefused, Unknown

__all__ = ["PPM", "Facts", "InputsReader", "InputsRefused", "Unknown", "inputs_document"]

SCHEMA = "assay.inputs/1"
ELIGIBILITY = "eligibility"
ROLES = ("borrower", "co_borrower", "guarantor")
LIABILITIES = ("full", "limited", "none")
MAX_PARTIES = 10
MAX_GROUP_ROWS = 5_000
_MEMBERS = {"schema", "request", "parties", "context"}
_PARTY_MEMBERS = {"role", "liability", "facts"}
_MAY_BE_MEMBERS = {*_PARTY_MEMBERS, "groups"}


GroupRows = dict[str, list[dict[str, Value]]]
"""One party's rows of each repeated group."""


class Facts(NamedTuple):
    """Typed inputs. `unknown` lists what was required or given, and could not be read.

    `groups` has one entry a party where the dictionary has repeated groups, else none.
    """

    request: dict[str, Value]
    parties: list[dict[str, Value]]
    roles: tuple[str, ...]
    liable: tuple[bool, ...]
    context: dict[str, Value]
    unknown: tuple[Unknown, ...]
    groups: tuple[GroupRows, ...] = ()


def inputs_document(
    *,
    request: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    as_of: str,
    exposure: str,
    open_offers: str,
    in_flight: int,
    lookups: Mapping[str, bool | int | None] | None = None,
    days_since_decline: int | None = None,
    checks: Mapping[str, str | None] | None = None,
) -> dict[str, Any]:
    """The inputs document of these parts; `parties` have role, liability, facts (and groups).

    What nobody asked for (no look-up, no check, never declined) leaves no trace in it.
    """
    asked = {"lookups": lookups, "days_since_decline": days_since_decline, "checks": checks}
    further = {name: value for name, value in asked.items() if value is not None}
    return {
        "schema": SCHEMA,
        "request": dict(request),
        "parties": [
            {name: party[name] for name in sorted(_MAY_BE_MEMBERS) if name in party}
            for party in parties
        ],
        "context": {
            "as_of": as_of,
            "exposure": exposure,
            "open_offers": open_offers,
            "in_flight": in_flight,
            **further,
        },
    }


def decisive_facts(dictionary: Dictionary, scope: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without those that may not enter a decision."""
    allowed = {field.name for field in dictionary.decision_fields(scope)}
    return {name: value for name, value in facts.items() if name in allowed}


class InputsReader:
    """Reads inputs documents of one dictionary and currency; compiled once per plan."""

    def __init__(self, dictionary: Dictionary, minor_units: int) -> None:
        self._read = dictionary.read
        self._groups = tuple(group.name for group in dictionary.groups)
        self._only, barred = {}, set()
        for scope in ("request", "party", *self._groups):
            allowed = frozenset(field.name for field in dictionary.decision_fields(scope))
            barred |= {field.name for field in dictionary.fields_of(scope)} - allowed
            self._only[scope] = allowed
        self._barred = frozenset(barred)
        self._context = ContextReader(minor_units)

    def read(self, inputs: Mapping[str, Any]) -> Facts:
        """Typed facts; InputsRefused for what may not be decided on at all."""
        parties = _checked_parties(inputs)
        facts = [party["facts"] for party in parties]
        for document in (inputs["request"], *facts):
            self._refuse_barred(document)
        context, unknown = self._context.read(inputs["context"])
        as_of = context["context.as_of"]
        day = as_of if isinstance(as_of, int) else None
        request, found = self._scope("request", inputs["request"], day, None)
        unknown += found
        members, groups = [], []
        for position, party in enumerate(parties):
            values, found = self._scope("party", party["facts"], day, position)
            members.append(values)
            unknown += found
            if self._groups or "groups" in party:
                rows, found = self._party_groups(party.get("groups", {}), day, position)
                groups.append(rows)
                unknown += found
        context["context.parties"] = len(members)
        return Facts(
            request,
            members,
            tuple([party["role"] for party in parties]),
            tuple([party["liability"] != "none" for party in parties]),
            context,
            tuple(unknown),
            tuple(groups),
        )

    def _party_groups(
        self, given: Any, day: int | None, party: int
    ) -> tuple[GroupRows, list[Unknown]]:
        """A party's rows of every group; a group not given is unread."""
        if not isinstance(given, Mapping) or not set(given) <= set(self._groups):
            raise InputsRefused("shape", "groups")
        unknown = [Unknown(name, party) for name in self._groups if name not in given]
        found: GroupRows = {name: [] for name in self._groups}
        for name, rows in given.items():
            if not isinstance(rows, list) or len(rows) > MAX_GROUP_ROWS:
                raise InputsRefused("shape", name)
            for row in rows:
                self._refuse_barred(row)
                values, problems = self._scope(name, row, day, party)
                found[name].append(values)
                unknown += problems
        return found, unknown

    def _refuse_barred(self, document: Any) -> None:
        if not isinstance(document, Mapping):
            raise InputsRefused("shape", "facts")
        if not self._barred.isdisjoint(document):
            raise InputsRefused("barred", min(self._barred.intersection(document)))

    def _scope(
        self, scope: str, document: Any, day: int | None, party: int | None
    ) -> tuple[dict[str, Value], list[Unknown]]:
        values, problems = self._read(scope, document, as_of=day, only=self._only[scope])
        if not problems:
            return values, []
        return values, [Unknown(problem.field, party) for problem in problems]


def _checked_parties(inputs: Any) -> Sequence[Mapping[str, Any]]:
    """The parties of well-formed inputs."""
    if not isinstance(inputs, Mapping):
        raise InputsRefused("shape", "inputs")
    if inputs.keys() != _MEMBERS and set(inputs) - {"stage"} != _MEMBERS:
        raise InputsRefused("shape", "inputs")
    if inputs["schema"] != SCHEMA or inputs.get("stage", ELIGIBILITY) != ELIGIBILITY:
        raise InputsRefused("shape", "inputs")
    parties = inputs["parties"]
    if not isinstance(parties, Sequence) or not 1 <= len(parties) <= MAX_PARTIES:
        raise InputsRefused("shape", "parties")
    for party in parties:
        if not isinstance(party, Mapping) or not _PARTY_MEMBERS <= party.keys() <= _MAY_BE_MEMBERS:
            raise InputsRefused("shape", "parties")
        if party["role"] not in ROLES or party["liability"] not in LIABILITIES:
            raise InputsRefused("shape", "role")
    return parties
