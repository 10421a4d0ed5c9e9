"""Customers: resolving who applies, sealing what they are, and forgetting them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from events.actor import SYSTEM, Actor
from events.services import event_record
from scoring.services.dataset_rows import dataset_rows_erase
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid, NotFound
from tenancy.ids import new_id
from tenancy.rows import find, insert
from tenancy.statements import ask
from tenancy.vault import blind_index, new_salt, new_wrapped_key, seal
from underwriting.enums import IndexKind, Match
from underwriting.identity import index_terms
from underwriting.messages import message
from underwriting.models import (
    Application,
    ApprovalPath,
    BlindIndexEntry,
    Customer,
    CustomerIdentity,
    Decision,
    Document,
    FactSet,
    Review,
    ReviewStep,
)
from underwriting.models.customer import RESOLVING
from underwriting.selectors.customers import identity_aad
from underwriting.services.list_entries import entries_erase
from underwriting.services.marks import marks_erase
from underwriting.services.repeats import answers_erase
from underwriting.services.snapshots import snapshot_rows_erase
from underwriting.submission import pointer_of
from underwriting.transitions import UNDECIDED

Digests = Mapping[IndexKind, bytes]


@dataclass(slots=True)
class Resolved:
    """A party's customer, how it was found, and the identity as sealed for this submission."""

    customer: Customer
    match: Match
    possible: Customer | None
    identity: CustomerIdentity


def customers_resolve(
    *, organization_id: UUID, identities: Sequence[Mapping[str, Any]], language: str, at: datetime
) -> list[Resolved]:
    """Find or make the customer of each identity. Inside the caller's `enter`.

    An exact match takes identity number, or e-mail, name and birth date together; a likeness
    makes a new customer and names the other, so that a person can look. Known customers are
    locked, in order. Raises Invalid when one person stands twice in an application.
    """
    digests = [_digests(organization_id, identity) for identity in identities]
    entries = _entries(organization_id, digests)
    known = _locked(organization_id, {entry.customer_id for entry in entries})
    owners = {
        (entry.kind, bytes(entry.digest)): known[entry.customer_id]
        for entry in entries
        if entry.customer_id in known
    }
    found = [_find(organization_id, own, owners) for own in digests]
    resolved = [
        _resolved(organization_id, identity, customer, match, possible, at)
        for identity, (customer, match, possible) in zip(identities, found, strict=True)
    ]
    _refuse_one_person_twice(resolved, digests, language)
    _store(organization_id, resolved, digests, owners)
    return resolved


def customer_erase(*, organization_id: UUID, actor: Actor, customer_id: UUID) -> Customer:
    """Forget a person: destroy key, salt and index, at once and for good.

    The facts of a request name nobody and stay while the law keeps them (R8, R23); those whose
    retention has ended are emptied now, the others by `erased_facts_purge`. Entries of lists that
    let the person pass are emptied; what blocks or watches them is kept to its own end. Events and
    hashes stay, so the chain still verifies, and replay calls the person's decisions erased.
    Refused while a request of theirs is undecided.
    """
    with enter(organization_id):
        customer = (
            Customer.objects.select_for_update()
            .filter(organization_id=organization_id, id=customer_id)
            .first()
        )
        if customer is None:
            raise NotFound("no such customer")
        if customer.erased_at is not None:
            return customer
        applications = Application.objects.filter(
            organization_id=organization_id, parties__customer_id=customer_id
        )
        if applications.filter(status__in=UNDECIDED).exists():
            raise Conflict("a request of this customer is undecided", code="in_flight")
        customer.wrapped_key, customer.salt = None, None
        customer.erased_at = now(organization_id)
        customer.save(update_fields=["wrapped_key", "salt", "erased_at"])
        entries_erase(organization_id, customer_id)
        BlindIndexEntry.objects.filter(
            organization_id=organization_id, customer_id=customer_id
        ).delete()
        marks_erase(organization_id, customer_id)
        ids = list(applications.values_list("id", flat=True))
        ReviewStep.objects.filter(organization_id=organization_id, application_id__in=ids).update(
            note=""
        )
        Review.objects.filter(organization_id=organization_id, application_id__in=ids).update(
            note=""
        )
        answers_erase(organization_id, ids)
        ended = applications.filter(litigation_hold=False, retention_until__lte=customer.erased_at)
        _empty(organization_id, list(ended.values_list("id", flat=True)))
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="customer.erased",
            subject=("customer", customer_id),
            data={"applications": applications.count()},
        )
    return customer


def erased_facts_purge(*, organization_id: UUID, application_id: UUID) -> None:
    """Empty what an erased person's request still held, once the law no longer keeps it."""
    with enter(organization_id):
        _empty(organization_id, [application_id])
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type="application.facts_purged",
            subject=("application", application_id),
            data={},
        )


def _empty(organization_id: UUID, application_ids: Sequence[UUID]) -> None:
    """A joint decision was computed from everybody's facts: its inputs go with the first erased,
    and its row of every data set; of the facts, those of erased parties."""
    of = {"organization_id": organization_id, "application_id__in": application_ids}
    FactSet.objects.filter(**of, party__customer__erased_at__isnull=False).update(document=None)
    Decision.objects.filter(**of).update(inputs=None)
    ApprovalPath.objects.filter(**of).update(document=None)
    Document.objects.filter(
        **of, party__customer__erased_at__isnull=False, sealed__isnull=False
    ).update(sealed=None)
    Application.objects.filter(organization_id=organization_id, id__in=application_ids).update(
        request=None
    )
    dataset_rows_erase(
        organization_id=organization_id, refs=[str(each) for each in application_ids]
    )
    snapshot_rows_erase(organization_id=organization_id, refs=application_ids)


def _digests(organization_id: UUID, identity: Mapping[str, Any]) -> dict[IndexKind, bytes]:
    return {
        kind: blind_index(organization_id, kind.value, term)
        for kind, term in index_terms(identity).items()
    }


class _Entry(NamedTuple):
    customer_id: UUID
    kind: str
    digest: bytes


_ENTRIES = """
SELECT customer_id, kind, digest FROM underwriting_blindindexentry
WHERE organization_id = %(organization)s AND kind = ANY (%(kinds)s) AND digest = ANY (%(digests)s)
"""


def _entries(organization_id: UUID, digests: Sequence[Digests]) -> list[_Entry]:
    wanted = [digest for own in digests for digest in own.values()]
    kinds = (*RESOLVING, IndexKind.NAME_BIRTH)
    asked = {"organization": organization_id, "kinds": list(kinds), "digests": wanted}
    return [_Entry(*row) for row in ask(_ENTRIES, asked)]


def _locked(organization_id: UUID, customer_ids: set[UUID]) -> dict[UUID, Customer]:
    """The customers, locked in the order of their ids; one erased meanwhile is not found."""
    if not customer_ids:
        return {}
    condition = "id = ANY (%(customers)s) ORDER BY id FOR UPDATE"
    rows = find(Customer, organization_id, condition, customers=list(customer_ids))
    return {row.id: row for row in rows if row.erased_at is None}


Owners = Mapping[tuple[str, bytes], Customer]


def _find(
    organization_id: UUID, own: Digests, owners: Owners
) -> tuple[Customer | None, Match, Customer | None]:
    """By number; else by e-mail, name and birth date, unless numbers differ; else perhaps."""
    national = own.get(IndexKind.NATIONAL_ID)
    if national is not None and (customer := owners.get((IndexKind.NATIONAL_ID, national))):
        return customer, Match.EXACT, None
    person = owners.get((IndexKind.PERSON, own[IndexKind.PERSON]))
    if person is not None:
        if national is not None and _has_number(organization_id, person):
            return None, Match.POSSIBLE, person
        return person, Match.EXACT, None
    alike = owners.get((IndexKind.NAME_BIRTH, own[IndexKind.NAME_BIRTH]))
    if alike is not None and not (national is not None and _has_number(organization_id, alike)):
        return None, Match.POSSIBLE, alike
    return None, Match.NEW, None


def _has_number(organization_id: UUID, customer: Customer) -> bool:
    return BlindIndexEntry.objects.filter(
        organization_id=organization_id, customer=customer, kind=IndexKind.NATIONAL_ID
    ).exists()


def _resolved(
    organization_id: UUID,
    identity: Mapping[str, Any],
    customer: Customer | None,
    match: Match,
    possible: Customer | None,
    at: datetime,
) -> Resolved:
    if customer is None:
        customer = Customer(
            organization_id=organization_id,
            wrapped_key=new_wrapped_key(organization_id),
            salt=new_salt(),
            created_at=at,
        )
    key = bytes(customer.wrapped_key or b"")
    row_id = new_id()
    sealed = seal(organization_id, key, canonical(dict(identity)), identity_aad(row_id))
    row = CustomerIdentity(
        id=row_id,
        organization_id=organization_id,
        customer=customer,
        sealed=sealed,
        recorded_at=at,
    )
    return Resolved(customer, match, possible, row)


def _refuse_one_person_twice(
    resolved: Sequence[Resolved], digests: Sequence[Digests], language: str
) -> None:
    seen: set[object] = set()
    for index, (party, own) in enumerate(zip(resolved, digests, strict=True)):
        keys: set[object] = {party.customer.id, own[IndexKind.PERSON]}
        keys |= {own[kind] for kind in (IndexKind.NATIONAL_ID,) if kind in own}
        if seen & keys:
            pointer = f"{pointer_of(index)}/identity"
            raise Invalid([FieldError(pointer, "same_person", message("same_person", language))])
        seen |= keys


def _store(
    organization_id: UUID,
    resolved: Sequence[Resolved],
    digests: Sequence[Digests],
    owners: Owners,
) -> None:
    """New customers and identities, and whatever the index did not have of them."""
    new = [party.customer for party in resolved if party.match != Match.EXACT]
    insert(new)
    insert([party.identity for party in resolved])
    fresh: list[BlindIndexEntry] = []
    known: list[BlindIndexEntry] = []
    for party, own in zip(resolved, digests, strict=True):
        target = known if party.match == Match.EXACT else fresh
        target += [
            BlindIndexEntry(
                organization_id=organization_id,
                customer=party.customer,
                kind=kind,
                digest=digest,
            )
            for kind, digest in own.items()
            if kind not in RESOLVING or (kind, digest) not in owners
        ]
    fresh.sort(key=lambda entry: (entry.kind, bytes(entry.digest)))  # one order, no deadlock
    insert(fresh)
    if known:
        BlindIndexEntry.objects.bulk_create(known, ignore_conflicts=True)
