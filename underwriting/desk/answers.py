"""The parties' answers, as the dictionary words them. Call inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from ml.dictionary import Derived, Dictionary, Field
from underwriting.desk.words import answer, day, label
from underwriting.enums import Liability, Match, Provenance, Role
from underwriting.models import Party
from underwriting.selectors.applications import PartyFacts
from underwriting.selectors.customers import identity_of


@dataclass(frozen=True, slots=True)
class Answer:
    """One line: what was asked, what was said. `used` says that model or policy read it."""

    name: str
    label: str
    text: str
    stated: bool
    used: bool


@dataclass(frozen=True, slots=True)
class PartyCase:
    """A party as the desk shows them. `identity` is None where the reader may not see it."""

    position: int
    role: str
    liability_words: str
    match: str
    possible_match: bool
    provenance: str
    identity: Sequence[tuple[str, str]] | None
    erased: bool
    answers: Sequence[Answer]
    name: str


def answers_of(
    dictionary: Dictionary, scope: str, facts: Mapping[str, Any] | None, currency: str
) -> list[Answer]:
    """Every field of the scope that is asked. Prohibited bases stay out: they decide nothing."""
    if facts is None:
        return []
    shown = [field for field in dictionary.fields_of(scope) if _shown(field, facts)]
    return [_answer(dictionary, field, facts.get(field.name), currency) for field in shown]


def derived_answers(
    dictionary: Dictionary, values: Mapping[str, Any], currency: str, scopes: frozenset[str]
) -> list[Answer]:
    """What was computed from the answers, as far as it was."""
    return [
        _answer(dictionary, entry, values[entry.name], currency)
        for entry in dictionary.derived
        if entry.scope in scopes and values.get(entry.name) is not None
    ]


def party_case(
    dictionary: Dictionary, party_facts: PartyFacts, currency: str, *, identities: bool
) -> PartyCase:
    party = party_facts.party
    opened = identity_of(party) if identities else None
    return PartyCase(
        position=party.position,
        role=str(Role(party.role).label),
        liability_words=_liability(party.liability),
        match=str(Match(party.match).label),
        possible_match=party.match == Match.POSSIBLE,
        provenance=str(Provenance(party_facts.provenance).label),
        identity=identity_lines(opened) if identities and opened else None,
        erased=party.customer.erased_at is not None,
        answers=answers_of(dictionary, "party", party_facts.facts, currency),
        name=_name(opened) or party_name(party),
    )


@dataclass(frozen=True, slots=True)
class TableRow:
    """One question with each party's answer, side by side; an empty text where it was not asked."""

    label: str
    texts: Sequence[str]
    sealed: bool = False


def answer_rows(parties: Sequence[PartyCase]) -> list[TableRow]:
    """The parties beside each other: who they are, then what they said."""
    identities = [dict(party.identity or ()) for party in parties]
    said = [{each.label: each.text for each in party.answers} for party in parties]
    return [*_rows(identities, sealed=True), *_rows(said, sealed=False)]


def _rows(of_parties: Sequence[Mapping[str, str]], *, sealed: bool) -> list[TableRow]:
    labels = dict.fromkeys(label for each in of_parties for label in each)
    return [
        TableRow(label, [each.get(label, "") for each in of_parties], sealed) for label in labels
    ]


def party_name(party: Party) -> str:
    """Who it is without saying who: the role, numbered where there are several."""
    role = str(Role(party.role).label)
    return role if party.position < 2 else f"{role} {party.position}"


def identity_lines(identity: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is sealed about a person, without the name: that heads their column."""
    address = identity.get("address") or {}
    lines = {
        gettext("Born"): _born(identity.get("birth_date")),
        gettext("E-mail"): identity.get("email"),
        gettext("Phone"): identity.get("phone"),
        gettext("Identity number"): identity.get("national_id"),
        gettext("Address"): _address(address),
    }
    return [(name, text) for name, text in lines.items() if text]


def _shown(field: Field, facts: Mapping[str, Any]) -> bool:
    if field.prohibited_basis is not None or field.known == "decision":
        return False
    return field.name in facts or (field.known == "application" and field.required)


def _answer(dictionary: Dictionary, entry: Field | Derived, value: Any, currency: str) -> Answer:
    return Answer(
        name=entry.name,
        label=label(dictionary, entry.name),
        text=answer(entry, value, currency),
        stated=value is not None,
        used=bool({"model", "policy"} & set(entry.uses)),
    )


def _liability(value: str) -> str:
    words = {
        Liability.FULL: gettext("liable in full"),
        Liability.LIMITED: gettext("liable in part"),
        Liability.NONE: gettext("not liable"),
    }
    return words[Liability(value)]


def _name(identity: Mapping[str, Any] | None) -> str:
    if not identity:
        return ""
    return f"{identity.get('given_names', '')} {identity.get('family_name', '')}".strip()


def _born(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _address(address: Mapping[str, Any]) -> str:
    town = f"{address.get('postal_code', '')} {address.get('city', '')}".strip()
    parts = (address.get("line1"), address.get("line2"), town, address.get("country"))
    return ", ".join(part for part in parts if part)
