"""Raw SQL against what data sets hold apart and how their explorations stand."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

from scoring.models import Product
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tests.scoring.test_evidence_invariants import insert, known
from tests.scoring.test_invariants import HASH, NOW

__all__ = ["known"]
ROWS: dict[str, dict[str, Any]] = {
    "datasetprotected": {
        "dataset_id": "dataset", "number": 1, "rows": 10, "content_hash": HASH, "body": b"x",
    },
    "datasetstudy": {
        "dataset_id": "dataset", "status": "queued", "step": "", "progress_ppm": 0,
        "cancel_requested": False, "error": "", "requested_by_kind": "user",
        "requested_by_id": "1", "requested_at": NOW, "seen_at": NOW,
    },
}  # fmt: skip


@pytest.mark.parametrize("table", ROWS)
def test_a_row_that_holds_is_taken(hanse: Organization, known: dict[str, Any], table: str) -> None:
    insert(hanse, known, table, ROWS[table])


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("datasetprotected", {"rows": 0}),
        ("datasetprotected", {"rows": 10_001}),
        ("datasetprotected", {"content_hash": "x"}),
        ("datasetstudy", {"status": "asleep"}),
        ("datasetstudy", {"status": "succeeded"}),
        ("datasetstudy", {"status": "failed", "finished_at": NOW}),
        ("datasetstudy", {"progress_ppm": 1_000_001}),
    ],
)
def test_a_row_that_does_not_is_refused(
    hanse: Organization, known: dict[str, Any], table: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        insert(hanse, known, table, {**ROWS[table], **changes})


@pytest.mark.parametrize("table", ROWS)
def test_one_at_a_time(hanse: Organization, known: dict[str, Any], table: str) -> None:
    insert(hanse, known, table, ROWS[table])
    with pytest.raises(IntegrityError):
        insert(hanse, known, table, ROWS[table])


def test_what_is_held_apart_is_not_rewritten(
    personal_loan: Product, hanse: Organization, known: dict[str, Any]
) -> None:
    insert(hanse, known, "datasetprotected", ROWS["datasetprotected"])
    with pytest.raises(RefusedWrite), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_datasetprotected SET body = %s", [b"other"])
