"""What a chunk costs at the very least: COPY of the rows that deciding it stores, and nothing else.

    table = table_of(card_bodies(10_000))                       # tests/underwriting/
    whole = prepared(organization.id, terms, table)             # not measured
    seconds(lambda: copied(organization.id, whole))             # the baseline
    seconds(lambda: decided_as_chunk(organization.id, terms, bodies))

The baseline has every value at hand (keys made, identities sealed, documents decided), spells it
for COPY, copies it to the passing tables, moves it into the tenant's tables by the same statements,
and commits, so all references, checks and triggers are in it. `staged` leaves out the tenant's
tables: COPY into tables without an index, the floor under the floor.
"""

from uuid import UUID

import pyarrow as pa
from django.db import transaction

from events.actor import SYSTEM
from tenancy.clock import now
from tenancy.enter import enter
from underwriting.regulation import pack
from underwriting.services.batch_contract import BatchTerms
from underwriting.services.batch_deciding import chunk_decided
from underwriting.services.batch_reading import sheet_of, sheet_sorted
from underwriting.services.batch_standing import aside_of, situation_of
from underwriting.services.batch_storing import Whole, chunk_settle, chunk_stage, chunk_store


def prepared(organization_id: UUID, terms: BatchTerms, table: pa.Table) -> Whole:
    """A chunk's rows by columns, decided and ready to be written; those that go singly are left."""
    sheet = sheet_of(organization_id, terms, table)
    found = sheet_sorted(sheet)
    places = found.columns.places.tolist()
    columns = found.columns.without(sheet, [places.index(row) for row in found.singly])
    columns = columns.without(sheet, aside_of(organization_id, sheet, columns).singly)
    situation = situation_of(organization_id, sheet, columns)
    decided = chunk_decided(organization_id, sheet, columns, situation)
    rules = pack(decided.arms[0].rules.pack_id)
    holder = f"batch:{terms.chunk_id}"
    return Whole(sheet, columns, situation, decided, SYSTEM, rules, holder)


def copied(organization_id: UUID, whole: Whole) -> None:
    """COPY and INSERT … SELECT into the same tables, committed."""
    with enter(organization_id):
        at = now(organization_id)
        chunk_store(organization_id, whole, at)
        chunk_settle(organization_id, whole, at)


def staged(organization_id: UUID, whole: Whole) -> None:
    """COPY alone, into passing tables."""
    with enter(organization_id):
        chunk_stage(whole)
        transaction.set_rollback(True)
