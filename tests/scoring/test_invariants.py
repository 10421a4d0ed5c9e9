"""What the database itself refuses, attacked with raw SQL under the application's role."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

from scoring.models import DictionaryVersion, ModelVersion, Product
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import Organization

HASH = "sha256:" + "0" * 64
NOW = "2026-01-01T00:00:00Z"
ROWS: dict[str, dict[str, Any]] = {
    "product": {
        "slug": "other", "names": "{}", "currency": "EUR", "minor_units": 2, "created_at": NOW,
    },
    "dictionaryversion": {
        "product_id": "product", "number": 9, "document": "{}", "content_hash": HASH,
        "published_at": NOW,
    },
    "pastapplication": {
        "product_id": "product", "dictionary_version_id": "dictionary", "external_ref": "L1",
        "disposition": "booked", "outcome": "good", "request": "{}", "parties": "[]",
        "fact_hash": HASH,
    },
    "dataset": {
        "product_id": "product", "dictionary_version_id": "dictionary", "fingerprint": HASH,
        "rows": 10, "goods": 7, "bads": 3, "registered_at": NOW, "source": "history",
        "exclusions": "[]", "indeterminates": 0, "censored": 0, "excluded": 0,
    },
    "performance": {
        "product_id": "product", "loan_ref": "L1", "months_on_book": 3, "as_of": "2026-01-01",
        "days_past_due": 0, "balance": 100, "charged_off": False, "recovered": 0,
    },
    "outcomedefinition": {
        "product_id": "product", "number": 1, "bad_days_past_due": 90,
        "indeterminate_days_past_due": 30, "window_months": 12, "published_at": NOW,
    },
    "trainingrun": {
        "product_id": "product", "dictionary_version_id": "dictionary", "settings": "{}",
        "status": "queued", "step": "", "progress_ppm": 0, "cancel_requested": False, "log": "",
        "error": "", "requested_by_kind": "user", "requested_by_id": "1", "requested_at": NOW,
        "seen_at": NOW,
    },
    "trainingschedule": {
        "product_id": "product", "every_days": 90, "next_due_at": NOW, "enabled": True,
    },
    "modelrequest": {
        "product_id": "product", "model_version_id": "model", "reason": "why", "status": "open",
        "move": "promote", "evidence": '{"artifact": "sha256:1"}', "valid_until": None,
        "championship_id": None, "begins_at": None, "ends_at": None,
        "requested_by_kind": "user", "requested_by_id": "1", "requested_at": NOW,
        "first_yes_by": "", "second_yes_by": "", "refused_by": "",
    },
    "scoringrun": {
        "application_id": "fresh", "model_version_id": "model", "points": 600, "pd_ppm": 30_000,
        "parties": "[]", "scored_at": NOW, "verdict": "", "explored": False,
    },
}  # fmt: skip


@pytest.fixture
def known(personal_loan: Product, hanse: Organization) -> dict[str, Any]:
    with enter(hanse.id):
        return {
            "product": personal_loan.id,
            "dictionary": DictionaryVersion.objects.get().id,
            "model": ModelVersion.objects.get().id,
        }


def insert(organization: Organization, known: dict[str, Any], table: str, **changes: Any) -> None:
    row = {**ROWS[table], **changes, "id": new_id(), "organization_id": organization.id}
    row = {name: known.get(value, value) if isinstance(value, str) else value
           for name, value in row.items()}  # fmt: skip
    row = {name: new_id() if value == "fresh" else value for name, value in row.items()}
    columns, places = ", ".join(row), ", ".join(["%s"] * len(row))
    statement = f"INSERT INTO scoring_{table} ({columns}) VALUES ({places})"  # noqa: S608
    with enter(organization.id), connection.cursor() as cursor:
        cursor.execute(statement, list(row.values()))


@pytest.mark.parametrize("table", ROWS)
def test_a_row_that_holds_is_taken(hanse: Organization, known: dict[str, Any], table: str) -> None:
    insert(hanse, known, table)


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("product", {"currency": "eur"}),
        ("product", {"minor_units": 9}),
        ("product", {"slug": "personal-loan"}),
        ("dictionaryversion", {"number": 0}),
        ("dictionaryversion", {"number": 1}),
        ("dictionaryversion", {"content_hash": "md5:1"}),
        ("pastapplication", {"disposition": "lost"}),
        ("pastapplication", {"disposition": "declined"}),
        ("pastapplication", {"outcome": "fine"}),
        ("pastapplication", {"external_ref": ""}),
        ("dataset", {"rows": 9}),
        ("dataset", {"censored": 1}),
        ("dataset", {"source": ""}),
        ("dataset", {"applied_from": "2026-02-01", "applied_to": "2026-01-01"}),
        ("performance", {"balance": -1}),
        ("performance", {"months_on_book": -1}),
        ("outcomedefinition", {"bad_days_past_due": 30}),
        ("outcomedefinition", {"window_months": 0}),
        ("trainingrun", {"status": "asleep"}),
        ("trainingrun", {"status": "succeeded"}),
        ("trainingrun", {"status": "failed", "finished_at": NOW}),
        ("trainingrun", {"progress_ppm": 1_000_001}),
        ("trainingschedule", {"every_days": 0}),
        ("modelrequest", {"reason": ""}),
        ("modelrequest", {"evidence": "{}"}),
        ("modelrequest", {"move": "bless"}),
        ("modelrequest", {"move": "validate"}),
        ("modelrequest", {"valid_until": "2027-01-01T00:00:00Z"}),
        ("modelrequest", {"move": "correct"}),
        ("modelrequest", {"first_yes_by": "2"}),
        ("modelrequest", {"status": "approved", "answered_at": NOW, "first_yes_by": "2"}),
        ("modelrequest", {"status": "refused", "answered_at": NOW}),
        ("scoringrun", {"pd_ppm": 1_000_001}),
        ("scoringrun", {"verdict": "approve"}),
        ("scoringrun", {"verdict": "maybe", "concluded_at": NOW}),
        ("scoringrun", {"model_version_id": "fresh"}),
        ("scoringrun", {"explored": True}),
        ("scoringrun", {"explored": True, "propensity_ppm": 1_000_000}),
        ("scoringrun", {"propensity_ppm": 1_000_001}),
    ],
)
def test_a_row_that_does_not_is_refused(
    hanse: Organization, known: dict[str, Any], table: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        insert(hanse, known, table, **changes)


def test_a_row_cannot_point_at_another_lenders(
    hanse: Organization, aurora: Organization, known: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        insert(aurora, known, "trainingschedule")


def test_one_training_at_a_time(hanse: Organization, known: dict[str, Any]) -> None:
    insert(hanse, known, "trainingrun")
    with pytest.raises(IntegrityError):
        insert(hanse, known, "trainingrun", status="running")
