"""A chunk read as columns: which rows an API would take, and what they say, typed.

Columns only sort rows into those that hold and those that do not. What is wrong with a row is
told by `submission_read`, so that file and API say the same.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml.values import days_of
from underwriting.enums import Liability, Role
from underwriting.identity import of_age, parse_date
from underwriting.imports.bodies import (
    APPLICANT,
    CO_APPLICANTS,
    CONSENTS,
    MAX_METADATA,
    MEMBERS,
    Consents,
    is_text,
)
from underwriting.imports.cells import Cells, Coded, Ints, Mask, spread
from underwriting.imports.facts import Facts, FieldColumn, facts_of
from underwriting.imports.identities import Identities, identities_of
from underwriting.submission import OF_AGE, Terms, minor

WHOLE = ("request", APPLICANT, CO_APPLICANTS, "metadata")
"""Members that have members of their own: a text cannot stand there."""
_BESIDE = (CONSENTS, "role", "liability")

Agreed = Callable[[str | None], bool]
"""Whether a cell of consents (None: the batch's) agrees to all that must be agreed to."""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who stands at one place of an application; `rows` says in which."""

    rows: Ints
    identities: Identities
    facts: Facts
    roles: list[str]
    liabilities: list[str]
    consents: Coded
    stated: dict[str, Coded] = field(default_factory=dict)
    """Role and liability as they were sent."""


@dataclass(frozen=True, slots=True)
class Rows:
    """n rows that hold; `numbers` are theirs in the file."""

    numbers: Ints
    requests: Facts
    people: tuple[People, ...]
    amounts: Ints
    terms: list[int | None]
    languages: list[str]
    external_ids: list[str | None]
    devices: list[str | None]
    metadata: list[str]

    def __len__(self) -> int:
        return len(self.numbers)


def chunk_read(
    cells: Cells, numbers: Ints, terms: Terms, *, product: str, language: str, agreed: Agreed
) -> tuple[Rows, Mask]:
    """The rows that hold, and which of all rows those are."""
    holds = _outer_holds(cells, terms, product, language)
    as_of = days_of(terms.today)
    requests, refused = facts_of(terms.dictionary, "request", cells, "request", as_of)
    holds &= ~refused & _amounts_hold(terms, requests)
    for position, present in _positions(cells, terms, holds):
        _, refused = _people(cells, terms, position, present, agreed)
        holds[present[refused]] = False
    kept = np.flatnonzero(holds)
    good = cells.take(kept)
    people = tuple(
        _people(good, terms, position, present, agreed)[0]
        for position, present in _positions(good, terms, np.ones(len(kept), bool))
        if position == 0 or len(present)
    )
    asked = requests.take(kept)
    return (
        Rows(
            numbers=numbers[kept],
            requests=asked,
            people=people,
            amounts=_values(asked, terms.product["amount"]["field"]),
            terms=_terms(terms, asked),
            languages=good.get("language").each(lambda text: text or language),
            external_ids=good.get("external_id").rows(),
            devices=good.get("device").rows(),
            metadata=_metadata(good),
        ),
        holds,
    )


def _outer_holds(cells: Cells, terms: Terms, product: str, language: str) -> Mask:
    holds = cells.get("language").holds(lambda text: text in terms.languages)
    if language not in terms.languages:
        holds &= cells.get("language").given
    for name in ("external_id", "device"):
        holds &= cells.get(name).holds(is_text)
    holds &= cells.get("product").holds(lambda text: text == product)
    for path, column in cells.columns.items():
        if path.partition(".")[0] not in MEMBERS or path in WHOLE:
            holds &= ~column.given
    said = cells.under("metadata")
    for name, column in said.items():
        holds &= column.holds(lambda text, name=name: is_text(text) and is_text(name))  # type: ignore[misc]
    if len(said) > MAX_METADATA:
        holds &= np.sum([column.given for column in said.values()], axis=0) <= MAX_METADATA
    return holds


def _amounts_hold(terms: Terms, requests: Facts) -> Mask:
    """Amount and term within the product's, and a purchase's amount what its price leaves."""
    asked = terms.product["amount"]
    amount = requests.fields[asked["field"]].column()
    low, high = (minor(asked[name], terms.minor_units) for name in ("min", "max"))
    holds: Mask = ~amount.null & (amount.values >= low) & (amount.values <= high)
    if stated := terms.product.get("term"):
        term = requests.fields[stated["field"]].column()
        holds &= term.null | np.isin(term.values, stated["values"])
    if rule := terms.product.get("down_payment"):
        price, paid = (requests.fields[rule[name]].column() for name in ("price", "field"))
        holds &= price.null | paid.null | (price.values - paid.values == amount.values)
    return holds


def _positions(cells: Cells, terms: Terms, holds: Mask) -> list[tuple[int, Ints]]:
    """Each place and the rows that have somebody there; rows with too many, or a gap, go."""
    found = [(0, np.arange(cells.rows))]
    before: Mask = np.ones(cells.rows, bool)
    places = [str(index) for index in range(int(terms.product.get("max_parties", 1)) - 1)]
    for position, place in enumerate(places, start=1):
        given = cells.given(f"{CO_APPLICANTS}.{place}")
        holds &= before | ~given
        before = given
        found.append((position, np.flatnonzero(given)))
    for name, column in cells.under(CO_APPLICANTS).items():
        if name.partition(".")[0] not in places:
            holds &= ~column.given
    return found


def _people(
    cells: Cells, terms: Terms, position: int, present: Ints, agreed: Agreed
) -> tuple[People, Mask]:
    """Everybody at one place, and which of them an API would refuse."""
    prefix = APPLICANT if position == 0 else f"{CO_APPLICANTS}.{position - 1}"
    own = cells.take(present)
    identities, refused = identities_of(own, f"{prefix}.identity", terms.today)
    as_of = days_of(terms.today)
    facts, wrong = facts_of(terms.dictionary, "party", own, f"{prefix}.facts", as_of)
    consents = own.get(f"{prefix}.{CONSENTS}")
    refused |= wrong | ~np.array([agreed(text) for text in consents.texts], bool)[consents.codes]
    role, liability = own.get(f"{prefix}.role"), own.get(f"{prefix}.liability")
    roles = role.each(lambda text: text or (Role.CO_BORROWER if position else Role.BORROWER).value)
    liabilities = liability.each(lambda text: text or Liability.FULL.value)
    refused |= ~_liable(position, roles, liabilities)
    for name, column in own.under(prefix).items():
        if not name.startswith(("identity.", "facts.")) and name not in _BESIDE:
            refused |= column.given
    stated = {"role": role, "liability": liability}
    people = People(
        present, identities, _of_age(facts, identities, terms), roles, liabilities, consents, stated
    )
    return people, refused


def _liable(position: int, roles: Sequence[str], liabilities: Sequence[str]) -> Mask:
    """As `submission` reads roles: the first alone borrows, and owes all of it."""
    pairs = list(zip(roles, liabilities, strict=True))
    fits = {pair: _fits(position, *pair) for pair in set(pairs)}
    return np.array([fits[pair] for pair in pairs], bool)


def _fits(position: int, role: str, liability: str) -> bool:
    known = role in Role.values and liability in Liability.values
    borrows = role == Role.BORROWER
    return known and borrows == (position == 0) and (not borrows or liability == Liability.FULL)


def _of_age(facts: Facts, identities: Identities, terms: Terms) -> Facts:
    """The facts with what may be known of birth dates: whether of age, never how old."""
    if OF_AGE not in terms.dictionary.readers("party"):
        return facts
    births = identities.births
    typed = [_is_of_age(text, terms) for text in births.texts]
    read = FieldColumn(
        terms.dictionary.readers("party")[OF_AGE], births.codes, typed, typed, [False] * len(typed)
    )
    return facts._replace(fields={**facts.fields, OF_AGE: read})


def _is_of_age(text: str | None, terms: Terms) -> bool | None:
    born = parse_date(text)
    if born is None:
        return None
    return of_age(born, minimum_age=terms.minimum_age, today=terms.today)


def _values(facts: Facts, name: str) -> Ints:
    found: Ints = facts.fields[name].column().values
    return found


def _terms(terms: Terms, requests: Facts) -> list[int | None]:
    asked = terms.product.get("term")
    if not asked:
        return [None] * requests.rows
    read = requests.fields[asked["field"]]
    return spread(list(read.typed), read.codes)


def _metadata(cells: Cells) -> list[str]:
    """Each row's metadata as JSON."""
    said = {name: column.rows() for name, column in cells.under("metadata").items()}
    if not said:
        return ["{}"] * cells.rows
    return [
        json.dumps({n: text for n, text in zip(said, row, strict=True) if text is not None})
        for row in zip(*said.values(), strict=True)
    ]


def contents(rows: Rows, *, product: str, consents: Consents) -> list[bytes]:
    """What makes each row the same request as another, as `content_bytes` spells it."""
    attested = _dumped([dict(each) for each in consents])
    parties: list[list[str]] = [[] for _ in range(len(rows))]
    for people in rows.people:
        for row, body in zip(people.rows.tolist(), _bodies(people, attested), strict=True):
            parties[row].append(body)
    slug = _dumped(product)
    return [
        f"[{slug},{request},[{','.join(said)}],{_dumped(language)},{_dumped(name)}]".encode()
        for request, said, language, name in zip(
            rows.requests.bodies(), parties, rows.languages, rows.external_ids, strict=True
        )
    ]


def _bodies(people: People, attested: str) -> list[str]:
    consents = people.consents.each(
        lambda text: attested if text is None else _dumped(json.loads(text))
    )
    stated = [
        [f',"{name}":{_dumped(text)}' if text else "" for text in column.rows()]
        for name, column in sorted(people.stated.items())
    ]
    facts, identities = people.facts.bodies(), people.identities.bodies()
    columns = zip(consents, facts, identities, *stated, strict=True)
    return [
        f'{{"consents":{agreed},"facts":{fact},"identity":{who}{"".join(rest)}}}'
        for agreed, fact, who, *rest in columns
    ]


def _dumped(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
