"""Explorations: carried out once by a worker, told as they go, seen by whoever may see them."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from events.actor import Actor
from events.models import Event
from scoring.enums import DatasetEvidenceKind, TrainingStatus
from scoring.models import Dataset, DatasetEvidence, DatasetStudy, Product
from scoring.selectors.datasets import evidence_of
from scoring.services import studies
from scoring.services.datasets import dataset_register
from scoring.services.studies import (
    SILENT_FOR,
    StudyProgress,
    study_cancel,
    study_execute,
    study_request,
)
from scoring.training.rows import LoanRows
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, NotFound
from tenancy.models import Organization

RITA = Actor("user", "7")
PARTY = {
    "checking_account": "from_200", "savings": "unknown", "credit_history": "existing_paid",
    "existing_credits": 1, "other_installment_plans": "none", "employment_since": "from_1_year",
    "job": "skilled", "housing": "own", "property": "car_or_other", "telephone": True,
    "other_debtors": "none",
}  # fmt: skip


def some_rows(count: int = 240) -> LoanRows:
    """Loans of two years; women live in rented rooms, which the radar must hear."""
    chance = np.random.default_rng(5)
    made = []
    for number in range(count):
        woman = number % 2 == 0
        facts = {**PARTY, "housing": "rent" if woman else "own"}
        parties = [{"role": "borrower", "liability": "full", "facts": facts}]
        amount = f"{int(chance.integers(5, 100)) * 100}.00"
        request = {"amount": amount, "term_months": 24, "purpose": "furniture"}
        made.append(
            (
                f"L{number:04}", date(2024, 1, 1) + timedelta(days=3 * number), "booked",
                "bad" if chance.random() < 0.3 else "good", canonical(request).decode(),
                canonical(parties).decode(), '{"sex":"female"}' if woman else '{"sex":"male"}',
                f"L{number:04}",
            )
        )  # fmt: skip
    return LoanRows.of(made)


@pytest.fixture
def dataset(personal_loan: Product, hanse: Organization) -> Dataset:
    return dataset_register(
        organization_id=hanse.id,
        actor=RITA,
        product_slug="personal-loan",
        source="a file",
        rows=some_rows(),
    )


def study_of(organization: Organization, dataset: Dataset) -> DatasetStudy:
    with enter(organization.id):
        return DatasetStudy.objects.get(dataset=dataset)


def found(organization: Organization, dataset: Dataset, kind: str) -> dict[str, Any] | None:
    with enter(organization.id):
        return evidence_of(dataset, kind)


def test_registering_asks_a_worker_who_explores_once(dataset: Dataset, hanse: Organization) -> None:
    study = study_of(hanse, dataset)
    assert study.status == TrainingStatus.QUEUED
    done = study_execute(organization_id=hanse.id, study_id=study.id)
    assert done is not None
    assert (done.status, done.progress_ppm, done.error) == ("succeeded", 1_000_000, "")
    assert study_execute(organization_id=hanse.id, study_id=study.id) is None
    document = found(hanse, dataset, DatasetEvidenceKind.EXPLORATION)
    assert document is not None
    assert (document["rows"], document["period"]) == (240, "month")
    by_name = {each["name"]: each for each in document["fields"]}
    assert by_name["amount"]["kind"] == "money"
    assert by_name["amount"]["range"]["max"] <= 10_000
    assert [odd["code"] for odd in by_name["purpose"]["oddities"]] == ["constant"]
    assert "sex" not in by_name
    with enter(hanse.id):
        assert Event.objects.filter(type="dataset.explored").count() == 1


def test_the_radar_hears_what_stands_in_for_a_protected_group(
    dataset: Dataset, hanse: Organization
) -> None:
    study_execute(organization_id=hanse.id, study_id=study_of(hanse, dataset).id)
    radar = found(hanse, dataset, DatasetEvidenceKind.PROXIES)
    assert radar is not None
    women = next(each for each in radar["groups"] if each["group"] == "female")
    assert (women["n"], women["basis"]) == (120, "sex")
    assert women["fields"][0]["field"] == "housing"
    assert women["fields"][0]["auc"]["value"] > 0.95


def test_progress_is_told_and_a_worker_is_stopped(
    dataset: Dataset, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_of(hanse, dataset)
    tell, seen = StudyProgress.__call__, []

    def listened(self: StudyProgress, step: str, fraction: float) -> None:
        if step == "proxies":
            study_cancel(organization_id=hanse.id, actor=RITA, study_id=study.id)
        tell(self, step, fraction)
        seen.append(study_of(hanse, dataset).progress_ppm)

    monkeypatch.setattr(studies, "TELL_EVERY", 0)
    monkeypatch.setattr(StudyProgress, "__call__", listened)
    ended = study_execute(organization_id=hanse.id, study_id=study.id)
    assert ended is not None
    assert ended.status == TrainingStatus.CANCELLED
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
    with enter(hanse.id):
        kinds = set(DatasetEvidence.objects.filter(dataset=dataset).values_list("kind", flat=True))
    assert kinds == {"leakage"}


def test_one_exploration_at_a_time_until_its_worker_is_lost(
    dataset: Dataset, hanse: Organization
) -> None:
    ask = {"organization_id": hanse.id, "actor": RITA, "dataset_id": dataset.id}
    with pytest.raises(Conflict):
        study_request(**ask)
    with enter(hanse.id):
        DatasetStudy.objects.update(seen_at=now(hanse.id) - 2 * SILENT_FOR)
    again = study_request(**ask)
    with enter(hanse.id):
        lost = DatasetStudy.objects.exclude(id=again.id).get()
    assert (lost.status, lost.error) == (TrainingStatus.FAILED, "worker_lost")


def test_a_queued_one_is_cancelled_at_once(dataset: Dataset, hanse: Organization) -> None:
    study = study_of(hanse, dataset)
    study_cancel(organization_id=hanse.id, actor=RITA, study_id=study.id)
    assert study_of(hanse, dataset).status == TrainingStatus.CANCELLED
    with pytest.raises(Conflict):
        study_cancel(organization_id=hanse.id, actor=RITA, study_id=study.id)


def test_what_fails_says_why(
    dataset: Dataset, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> LoanRows:
        raise ZeroDivisionError

    monkeypatch.setattr(studies, "dataset_loans", broken)
    with pytest.raises(ZeroDivisionError):
        study_execute(organization_id=hanse.id, study_id=study_of(hanse, dataset).id)
    assert study_of(hanse, dataset).error == "ZeroDivisionError"


def test_another_lender_explores_nothing_of_ours(dataset: Dataset, aurora: Organization) -> None:
    with pytest.raises(NotFound):
        study_request(organization_id=aurora.id, actor=RITA, dataset_id=dataset.id)
