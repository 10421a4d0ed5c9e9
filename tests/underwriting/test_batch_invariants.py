"""Attacks on batches by raw SQL under the application's role, inside the tenant."""

from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from scoring.models import Product
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.cast_underwriting import Submit
from underwriting.enums import BatchStatus
from underwriting.models import Batch, BatchChunk, BatchRow

CLAIM_BATCH = (
    "UPDATE underwriting_batch SET status = 'reading', holder = 'w', fence = fence + 1,"
    " lease_until = now()"
)
CLAIM_CHUNK = (
    "UPDATE underwriting_batchchunk SET status = 'deciding', holder = 'w', fence = fence + 1,"
    " lease_until = now()"
)


def run(organization: Organization, statement: str, *values: object) -> None:
    with enter(organization.id), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(organization: Organization, statement: str, name: str, *values: object) -> None:
    with pytest.raises((IntegrityError, RefusedWrite), match=name):
        run(organization, statement, *values)


@pytest.fixture
def batch(hanse: Organization, personal_loan: Product) -> Batch:
    with enter(hanse.id):
        at = timezone.now()
        return Batch.objects.create(
            organization_id=hanse.id, product=personal_loan, source="s3://inbox/a.csv",
            name="a.csv", language="de", seen_at=at, created_at=at, created_by_kind="system",
            created_by_id="system",
        )  # fmt: skip


def read(organization: Organization, batch: Batch) -> UUID:
    """A batch being decided, with one chunk of ten rows."""
    run(organization, CLAIM_BATCH)
    with enter(organization.id):
        chunk = BatchChunk.objects.create(
            organization_id=organization.id, batch=batch, number=1, first_row=1, last_row=10,
            rows=10, body=b"rows",
        )  # fmt: skip
    run(organization, "UPDATE underwriting_batch SET status = 'deciding', rows = 10,"
        " deciding_since = now(), lease_until = NULL")  # fmt: skip
    return chunk.id


ATTACKS_WHILE_WAITING = [
    ("UPDATE underwriting_batch SET language = 'en'", "batch_stays|stays as it was sent"),
    ("UPDATE underwriting_batch SET created_by_id = 'me'", "stays as it was sent"),
    (("UPDATE underwriting_batch SET status = 'done', rows = 1, deciding_since = now(),"
     " finished_at = now()"), "stays as it was sent"),
    ("UPDATE underwriting_batch SET status = 'sold'", "stays as it was sent"),
    ("UPDATE underwriting_batch SET status = 'reading'", "batch_reader_has_a_lease"),
    ("UPDATE underwriting_batch SET status = 'cancelled'", "batch_over_says_when"),
    ("UPDATE underwriting_batch SET status = 'failed', finished_at = now()",
     "batch_failure_says_why"),
    ("UPDATE underwriting_batch SET format = 'xls'", "batch_format_known"),
    ("UPDATE underwriting_batch SET fence = -1", "stays as it was sent"),
]  # fmt: skip


def test_a_batch_stays_as_it_was_sent(hanse: Organization, batch: Batch) -> None:
    for statement, name in ATTACKS_WHILE_WAITING:
        refused(hanse, statement, name)
    with pytest.raises(RefusedWrite):
        run(hanse, "DELETE FROM underwriting_batch")
    copied = "INSERT INTO underwriting_batch SELECT (jsonb_populate_record(b, %s::jsonb)).* FROM underwriting_batch b"  # noqa: E501
    for change, name in (
        ('{"status": "deciding"}', "a batch begins waiting"),
        ('{"source": null}', "batch_comes_from_one_place"),
        ('{"decimal_mark": "x"}', "batch_decimal_mark_known"),
    ):
        given = change.replace("{", f'{{"id": "{new_id()}", ')
        refused(hanse, copied, name, given)


ATTACKS_ON_A_CHUNK = [
    ("UPDATE underwriting_batchchunk SET rows = 9, last_row = 9", "stays"),
    ("UPDATE underwriting_batchchunk SET number = 2", "stays"),
    ("UPDATE underwriting_batchchunk SET status = 'deciding'", "batch_chunk_claimed_has_a_lease"),
    ("UPDATE underwriting_batchchunk SET status = 'done'", "stays"),
    ("UPDATE underwriting_batchchunk SET status = 'failed'", "stays"),
    ("DELETE FROM underwriting_batchchunk", "stays"),
    ("UPDATE underwriting_batch SET status = 'done', finished_at = now()",
     "over when its chunks are"),
    ("UPDATE underwriting_batch SET status = 'cancelled', finished_at = now()",
     "over when its chunks are"),
]  # fmt: skip
DONE = (
    "UPDATE underwriting_batchchunk SET status = 'done', lease_until = NULL, body = NULL,"
    " finished_at = now(), refused = 9, placed = 1"
)


def test_a_chunk_keeps_its_rows(hanse: Organization, batch: Batch) -> None:
    read(hanse, batch)
    for statement, name in ATTACKS_ON_A_CHUNK:
        refused(hanse, statement, name)
    with pytest.raises(IntegrityError, match="cut while their file is read"), enter(hanse.id):
        BatchChunk.objects.create(
            organization_id=hanse.id, batch=batch, number=2, first_row=11, last_row=11, rows=1
        )
    run(hanse, CLAIM_CHUNK)
    refused(hanse, "UPDATE underwriting_batchchunk SET fence = 0", "claimed|stays")
    refused(hanse, DONE.replace("refused = 9", "refused = 8"), "accounts_for_every_row")
    refused(hanse, DONE, "has an application for every row")


def test_a_row_is_placed_once_when_its_chunk_is_done(
    hanse: Organization, batch: Batch, submit: Submit
) -> None:
    application = submit().application
    read(hanse, batch)
    run(hanse, CLAIM_CHUNK)
    row = {"organization_id": hanse.id, "batch": batch, "application": application, "made": True}
    with pytest.raises(IntegrityError, match="when its chunk is done"), enter(hanse.id):
        BatchRow.objects.create(**row, row=3)
    with enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(DONE)
        BatchRow.objects.create(**row, row=3)
    with pytest.raises(IntegrityError, match="batch_row_once"), enter(hanse.id):
        BatchRow.objects.create(**row, row=3)
    with pytest.raises(IntegrityError, match="when its chunk is done"), enter(hanse.id):
        BatchRow.objects.create(**row, row=11)
    for statement in (
        "UPDATE underwriting_batchchunk SET placed = 2, refused = 8",
        "UPDATE underwriting_batchchunk SET status = 'waiting', placed = 0, finished_at = NULL",
        "DELETE FROM underwriting_batchchunk",
    ):
        refused(hanse, statement, "stays|accounts")
    refused(hanse, "UPDATE underwriting_batchrow SET row = 4", "row|permission|refused")
    run(hanse, "UPDATE underwriting_batch SET status = 'done', finished_at = now()")
    refused(hanse, "UPDATE underwriting_batch SET cancel_requested = true", "stays as it was sent")
    with enter(hanse.id, read_only=True):
        assert Batch.objects.get().status == BatchStatus.DONE
