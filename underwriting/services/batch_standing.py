"""What a chunk's decisions rest on besides the rows: customers, what they owe, lists, counters."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tenancy.enter import enter
from tenancy.ids import new_id
from underwriting.enums import Match
from underwriting.selectors.batch_customers import (
    KnownCustomers,
    applications_known,
    customers_promised,
    customers_suspect,
    known_customers,
)
from underwriting.selectors.batch_lookups import Counted, RowMark, lookups_of_rows
from underwriting.selectors.batch_terms import Arms, arms_in_force
from underwriting.selectors.exposures import Exposure, Standing, exposure_together, standings
from underwriting.selectors.lookups import lookups_declared
from underwriting.services.batch_people import Found, Person, found_of, people_of, row_marks
from underwriting.services.batch_reading import Columns, Sheet


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything read about a chunk's rows at one moment."""

    arms: Arms
    applications: list[UUID]
    """Ids of the applications to be: what is drawn by lot depends on them."""
    people: list[Person]
    standings: Mapping[UUID, Standing]
    suspects: frozenset[UUID]
    owned: Collection[tuple[str, bytes]]
    """Fingerprints that lead to somebody already."""
    marks: list[tuple[RowMark, int]]
    counted: Mapping[str | None, Counted]
    """Answers of lists and counters by the policy that asks."""

    @property
    def known(self) -> list[UUID]:
        """Customers that were there before."""
        return [person.customer_id for person in self.people if not person.new]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows whose external id is known: with the same content, or with another."""

    same: Mapping[int, UUID]
    other: frozenset[int]


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows that do not go by columns, for what the lender knows of them."""

    repeats: Repeats
    singly: list[int]


def aside_of(organization_id: UUID, sheet: Sheet, columns: Columns) -> Aside:
    """Rows that were handed in before, and those whose people are told something already or meet
    in one customer."""
    with enter(organization_id, read_only=True):
        repeats = _repeats(organization_id, sheet, columns)
        found = found_of(columns.keyed, known_customers(organization_id, columns.keyed.finding))
        first = {
            each.known
            for each, position in zip(found, columns.parties.positions, strict=True)
            if each.known and position == 0
        }
        promised = customers_promised(organization_id, first, sheet.product.at)
    times = Counter(each.known for each in found if each.known)
    singly = {
        owner
        for owner, each in zip(columns.parties.owners, found, strict=True)
        if each.known and (each.known in promised or times[each.known] > 1)
    }
    return Aside(repeats, sorted(singly - repeats.same.keys() - repeats.other))


def situation_of(organization_id: UUID, sheet: Sheet, columns: Columns) -> Situation:
    """Read what decisions rest on; ids and keys of new customers are made here."""
    at, keyed = sheet.product.at, columns.keyed
    with enter(organization_id, read_only=True):
        arms = arms_in_force(organization_id, sheet.product, sheet.batch.chunk_id)
        customers = known_customers(organization_id, keyed.finding)
        found = found_of(keyed, customers)
        known = sorted({each.known for each in found if each.known})
        standing = standing_of(organization_id, sheet, known)
        suspects = customers_suspect(organization_id, known) if known else set()
        people = _people(sheet, columns, found, customers)
        marks = row_marks(columns.parties, people, keyed, sheet.keyring, columns.rows.devices)
        counted = _counted(organization_id, sheet, columns, arms, marks, at)
    applications = [new_id() for _ in range(len(columns.rows))]
    return Situation(
        arms, applications, people, standing, frozenset(suspects), customers.owners, marks, counted
    )


def standing_of(organization_id: UUID, sheet: Sheet, known: Sequence[UUID]) -> dict[UUID, Standing]:
    """What known customers owe, were offered and have asked for. Inside the caller's `enter`."""
    return standings(
        organization_id=organization_id,
        customer_ids=known,
        product_id=sheet.product.product_id,
        currency=sheet.product.currency,
        at=sheet.product.at,
    )


def exposure_of_row(situation: Situation, people: Sequence[Person]) -> Exposure:
    """What the people of one application owe; whoever is new owes nothing."""
    own = [
        situation.standings[p.customer_id] for p in people if p.customer_id in situation.standings
    ]
    if not own:
        return NOTHING
    fresh = [(p.customer_id, 0, 0, 0, False, None) for p in people if p.new]
    return exposure_together([*own, *fresh])


NOTHING = Exposure(0, 0, 0)


def suspect(situation: Situation, people: Sequence[Person]) -> bool:
    return any(person.customer_id in situation.suspects for person in people)


def uncertain(people: Sequence[Person]) -> bool:
    """Whether somebody is perhaps a customer already known."""
    return any(person.match == Match.POSSIBLE for person in people)


def _people(
    sheet: Sheet, columns: Columns, found: Sequence[Found], customers: KnownCustomers
) -> list[Person]:
    return people_of(columns.parties, found, customers.keys, sheet.keyring)


def _repeats(organization_id: UUID, sheet: Sheet, columns: Columns) -> Repeats:
    named = columns.rows.external_ids
    there = applications_known(organization_id, [name for name in named if name is not None])
    same: dict[int, UUID] = {}
    other: set[int] = set()
    for row, name in enumerate(named):
        if name is None or name not in there:
            continue
        application_id, partner_id, content = there[name]
        if (partner_id, content) == (sheet.batch.partner_id, columns.hashes[row]):
            same[row] = application_id
        else:
            other.add(row)
    return Repeats(same, frozenset(other))


def _counted(
    organization_id: UUID,
    sheet: Sheet,
    columns: Columns,
    arms: Arms,
    marks: Sequence[tuple[RowMark, int]],
    at: datetime,
) -> dict[str | None, Counted]:
    found: dict[str | None, Counted] = {}
    for rules in (each for row in arms.rules for each in row):
        asked = lookups_declared(organization_id, rules.policy_hash)
        found[rules.policy_hash] = lookups_of_rows(
            organization_id=organization_id,
            asked=asked,
            rows=len(columns.rows),
            marks=[mark for mark, _ in marks],
            said={
                lookup["of"]: _said(columns, lookup["of"])
                for lookup in asked.values()
                if "list" in lookup
            },
            keyring=sheet.keyring,
            at=at,
        )
    return found


def _said(columns: Columns, name: str) -> list[list[Any]]:
    """One fact of request and parties, row by row."""
    found: list[list[Any]] = [[value] for value in columns.rows.requests.human(name)]
    for people in columns.rows.people:
        for row, value in zip(people.rows.tolist(), people.facts.human(name), strict=True):
            found[row].append(value)
    return found
