"""Raw SQL against what is kept about data sets, trainings, models and their monitoring."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

from scoring.models import DictionaryVersion, ModelVersion, Product
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.scoring.test_invariants import HASH, NOW
from tests.scoring.test_invariants import ROWS as PARENTS

ROWS: dict[str, dict[str, Any]] = {
    "datasetchunk": {
        "dataset_id": "dataset", "number": 1, "rows": 10, "content_hash": HASH, "body": b"x",
    },
    "datasetevidence": {
        "dataset_id": "dataset", "kind": "leakage", "document": "{}", "made_at": NOW,
    },
    "leakageacceptance": {
        "dataset_id": "dataset", "findings": "[]", "reason": "why", "status": "open",
        "requested_by_kind": "user", "requested_by_id": "1", "requested_at": NOW,
        "answered_by": "",
    },
    "loanupload": {
        "name": "loans.csv", "size": 3, "content_hash": HASH, "target": "", "status": "waiting",
        "step": "", "progress_ppm": 0, "cancel_requested": False, "error": "",
        "uploaded_by_kind": "user", "uploaded_by_id": "1", "uploaded_at": NOW, "changed_at": NOW,
    },
    "dictionarydraft": {
        "product_slug": "car-loan", "product_names": "{}", "currency": "EUR", "target": "bad",
        "source_name": "loans.csv", "document": "{}", "mapping": "{}", "profile": "{}",
        "terms": "{}",
        "status": "open", "revision": 1, "created_by_kind": "user", "created_by_id": "1",
        "created_at": NOW, "changed_at": NOW,
    },
    "trainingstep": {
        "run_id": "run", "number": 1, "name": "split", "family": "", "key": HASH,
        "status": "waiting", "error": "",
    },
    "trainingtrial": {
        "run_id": "run", "family": "woe", "number": 0, "parameters": "{}", "value": 0.7,
        "folds": "[]", "seconds": 1.5, "status": "complete", "error": "",
    },
    "modelevidence": {
        "model_version_id": "model", "kind": "calibration", "document": "{}",
        "content_hash": HASH, "made_at": NOW,
    },
    "producteconomics": {
        "product_id": "product", "number": 1, "document": "{}", "content_hash": HASH,
        "published_at": NOW, "published_by_kind": "user", "published_by_id": "1",
    },
    "monitoringrun": {
        "product_id": "product", "model_version_id": "model", "segment": "",
        "period_start": "2026-01-01", "period_end": "2026-01-31", "applications": 5,
        "outcomes": 0, "document": "{}", "computed_at": NOW,
    },
    "monitoringplan": {
        "product_id": "product", "window_days": 28, "segment_field": "", "pauses": False,
        "changed_at": NOW,
    },
    "pause": {
        "product_id": "product", "reason": "drift", "begun_at": NOW, "begun_by_kind": "user",
        "begun_by_id": "1", "ended_by": "",
    },
    "monitoringfigure": {
        "run_id": "look", "measure": "psi", "field": "", "value": 0.1, "n": 5, "reference_n": 9,
        "level": "ok",
    },
    "alert": {
        "product_id": "product", "model_version_id": "model", "segment": "", "measure": "psi",
        "field": "", "level": "alarm", "status": "open", "opened_at": NOW,
        "first_run_id": "look", "last_run_id": "look", "value": 0.4, "threshold": 0.3,
        "calm_looks": 0, "taken_by": "", "note": "",
    },
}  # fmt: skip
FROZEN = (
    "datasetchunk", "datasetevidence", "loanuploadpart", "trainingtrial", "modelevidence",
    "producteconomics",
)  # fmt: skip


@pytest.fixture
def known(personal_loan: Product, hanse: Organization) -> dict[str, Any]:
    with enter(hanse.id):
        found = {
            "product": personal_loan.id,
            "dictionary": DictionaryVersion.objects.get().id,
            "model": ModelVersion.objects.get().id,
        }
    for name, table in (("dataset", "dataset"), ("run", "trainingrun")):
        found[name] = insert(hanse, found, table, PARENTS[table])
    found["look"] = insert(hanse, found, "monitoringrun", ROWS["monitoringrun"])
    return found


def insert(
    organization: Organization, known: dict[str, Any], table: str, row: dict[str, Any]
) -> Any:
    """Plain SQL under the application's role; gives the new row's id."""
    meant = {
        name: known.get(value, value) if isinstance(value, str) else value
        for name, value in row.items()
    }
    meant |= {"id": new_id(), "organization_id": organization.id}
    columns, places = ", ".join(meant), ", ".join(["%s"] * len(meant))
    statement = f"INSERT INTO scoring_{table} ({columns}) VALUES ({places})"  # noqa: S608
    with enter(organization.id), connection.cursor() as cursor:
        cursor.execute(statement, list(meant.values()))
    return meant["id"]


@pytest.mark.parametrize("table", [name for name in ROWS if name != "monitoringrun"])
def test_a_row_that_holds_is_taken(hanse: Organization, known: dict[str, Any], table: str) -> None:
    insert(hanse, known, table, ROWS[table])


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("datasetchunk", {"rows": 0}),
        ("datasetchunk", {"rows": 10_001}),
        ("datasetchunk", {"content_hash": "md5:1"}),
        ("datasetchunk", {"dataset_id": new_id()}),
        ("datasetevidence", {"kind": "gossip"}),
        ("leakageacceptance", {"reason": ""}),
        ("leakageacceptance", {"status": "approved"}),
        ("leakageacceptance", {"status": "approved", "answered_at": NOW, "answered_by": "1"}),
        ("leakageacceptance", {"status": "approved", "answered_by": "2"}),
        ("leakageacceptance", {"answered_by": "2", "answered_at": NOW}),
        ("loanupload", {"status": "failed"}),
        ("loanupload", {"progress_ppm": 1_000_001}),
        ("dictionarydraft", {"status": "published"}),
        ("dictionarydraft", {"dictionary_version_id": "dictionary"}),
        ("dictionarydraft", {"currency": "eur"}),
        ("trainingstep", {"status": "done"}),
        ("trainingstep", {"status": "running"}),
        ("trainingstep", {"status": "failed", "started_at": NOW, "finished_at": NOW}),
        ("trainingstep", {"key": "short"}),
        ("trainingtrial", {"value": None}),
        ("modelevidence", {"kind": "rumour"}),
        ("producteconomics", {"number": 0}),
        ("monitoringrun", {}),
        ("monitoringrun", {"segment": "x", "period_start": "2026-02-01"}),
        ("monitoringfigure", {"value": None}),
        ("monitoringfigure", {"level": "fine"}),
        ("monitoringplan", {"window_days": 6}),
        ("monitoringplan", {"window_days": 400}),
        ("pause", {"reason": ""}),
        ("pause", {"ended_at": NOW}),
        ("pause", {"ended_by": "2"}),
        ("alert", {"status": "closed"}),
        ("alert", {"level": "ok"}),
    ],
)
def test_a_row_that_does_not_is_refused(
    hanse: Organization, known: dict[str, Any], table: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        insert(hanse, known, table, ROWS[table] | changes)


@pytest.mark.parametrize(
    "table",
    [
        "datasetchunk", "datasetevidence", "leakageacceptance", "trainingstep", "trainingtrial",
        "modelevidence", "producteconomics", "monitoringplan", "monitoringfigure", "alert", "pause",
    ],
)  # fmt: skip
def test_there_is_one_of_each(hanse: Organization, known: dict[str, Any], table: str) -> None:
    insert(hanse, known, table, ROWS[table])
    with pytest.raises(IntegrityError):
        insert(hanse, known, table, ROWS[table])


@pytest.mark.parametrize("table", FROZEN)
def test_what_is_kept_is_not_rewritten(
    hanse: Organization, known: dict[str, Any], table: str
) -> None:
    with pytest.raises(RefusedWrite), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(f"UPDATE scoring_{table} SET id = id")  # noqa: S608
