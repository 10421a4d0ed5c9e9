"""Past loans become models: trained, compared, registered; nothing appoints itself."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from scoring.enums import ModelStatus, TrainingStatus
from scoring.imports.mapping import mapping_parse
from scoring.models import (
    ModelRequest,
    ModelVersion,
    PastApplication,
    Product,
    TrainingRun,
    TrainingSchedule,
)
from scoring.models.training import WHOLE
from scoring.selectors.models import champion
from scoring.services import training
from scoring.services.loans import loans_import
from scoring.services.schedules import training_schedule_set
from scoring.services.training import (
    model_train,
    training_cancel,
    training_execute,
    training_recover,
    training_request,
)
from scoring.tasks import retrain_due
from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.models import Organization
from tests.cast_scoring import DEMO

ANALYST = Actor("user", "7")
HANSE = DEMO / "hanse_kredit"


@pytest.fixture
def past_loans(personal_loan: Product, hanse: Organization, tmp_path: Path) -> Product:
    """Hanse Kredit with its 1,000 past loans."""
    loans_import(
        organization_id=hanse.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        source=str(HANSE / "data" / "germancredit.csv"),
        rejected=tmp_path / "rejected.csv",
        mapping=mapping_parse((HANSE / "import_mapping.json").read_bytes()),
    )
    return personal_loan


def ask(organization: Organization, **settings: Any) -> TrainingRun:
    return training_request(
        organization_id=organization.id,
        actor=ANALYST,
        product_slug="personal-loan",
        settings=settings,
        background=False,
    )


def row(organization: Organization, run: TrainingRun) -> TrainingRun:
    with enter(organization.id):
        return TrainingRun.objects.get(id=run.id)


@pytest.mark.exhaustive
def test_past_loans_become_compared_models(past_loans: Product, hanse: Organization) -> None:
    run = model_train(
        organization_id=hanse.id,
        actor=ANALYST,
        product_slug="personal-loan",
        settings={"families": ["woe", "boosting"]},
    )
    assert run.status == TrainingStatus.SUCCEEDED, run.error
    assert run.comparison is not None
    by_family = {each["family"]: each for each in run.comparison["evaluations"]}
    assert by_family["woe"]["auc"] > 0.72
    assert by_family["boosting"]["auc"] > 0.72
    assert by_family["woe"]["auc"] > run.comparison["in_charge"]["auc"]
    with enter(hanse.id):
        versions = {each.family: each for each in ModelVersion.objects.all()}
        assert set(versions) == {"expert", "woe", "boosting"}
        assert versions["woe"].status == ModelStatus.DRAFT
        assert versions["woe"].dataset_fingerprint == run.dataset.fingerprint  # type: ignore[union-attr]
        assert champion(hanse.id, past_loans.id, datetime.now(UTC)).family == "expert"


def test_a_prohibited_basis_reaches_no_model(past_loans: Product, hanse: Organization) -> None:
    model_train(
        organization_id=hanse.id,
        actor=ANALYST,
        product_slug="personal-loan",
        settings={"families": ["woe"]},
    )
    with enter(hanse.id):
        features = ModelVersion.objects.get(family="woe").card["features"]
    assert not {"sex", "marital_status", "age", "foreign_worker"} & set(features)


def test_the_command_trains_compares_and_appoints_whom_two_people_want(
    past_loans: Product, hanse: Organization, anna: User, alice: User, uma: User
) -> None:
    out = StringIO()
    about = {
        "organization": "hanse-kredit", "product": "personal-loan", "families": ["woe"],
        "stdout": out,
    }  # fmt: skip
    call_command("train_model", appoint="the first trained model", **about)
    assert "AUC" in out.getvalue()
    assert "folds:woe: Done" in out.getvalue()
    with enter(hanse.id):
        assert champion(hanse.id, past_loans.id, datetime.now(UTC)).family == "expert"
        asked = ModelRequest.objects.filter(status="open").values_list("move", flat=True)
        assert set(asked) == {"validate", "promote"}
        ModelRequest.objects.filter(status="open").update(
            status="refused", refused_by="9", answered_at=datetime.now(UTC)
        )
    with pytest.raises(CommandError, match="nobody who may answer"):
        call_command("train_model", appoint="why", answered_by=[anna.email, uma.email], **about)
    call_command("train_model", appoint="why", answered_by=[anna.email, alice.email], **about)
    with enter(hanse.id):
        assert champion(hanse.id, past_loans.id, datetime.now(UTC)).family != "expert"


def test_too_few_loans_fail_and_say_so(personal_loan: Product, hanse: Organization) -> None:
    run = model_train(organization_id=hanse.id, actor=ANALYST, product_slug="personal-loan")
    assert run.status == TrainingStatus.FAILED
    assert "too few" in run.error
    with pytest.raises(CommandError, match="too few"):
        call_command("train_model", organization="hanse-kredit", product="personal-loan")


def test_one_training_of_a_product_at_a_time(personal_loan: Product, hanse: Organization) -> None:
    ask(hanse)
    with pytest.raises(Conflict):
        ask(hanse)


def test_a_task_delivered_twice_trains_once(past_loans: Product, hanse: Organization) -> None:
    run = ask(hanse, families=["woe"])
    assert training_execute(organization_id=hanse.id, run_id=run.id) is not None
    assert training_execute(organization_id=hanse.id, run_id=run.id) is None


def test_a_worker_trains_and_the_row_tells_how_far_it_is(
    past_loans: Product,
    hanse: Organization,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Asked for and left to the task; whoever looks at the row meanwhile sees it move on."""
    seen: list[tuple[str, str, int]] = []
    tell = training.RunProgress.__call__

    def looked_at(self: training.RunProgress, step: str, fraction: float) -> None:
        tell(self, step, fraction)
        now = row(hanse, run)
        seen.append((now.status, now.step, now.progress_ppm))

    monkeypatch.setattr(training, "TELL_EVERY", 0)
    monkeypatch.setattr(training.RunProgress, "__call__", looked_at)
    with django_capture_on_commit_callbacks(execute=True):
        run = training_request(
            organization_id=hanse.id,
            actor=ANALYST,
            product_slug="personal-loan",
            settings={"families": ["woe"]},
        )
    ended = row(hanse, run)
    assert (ended.status, ended.progress_ppm) == (TrainingStatus.SUCCEEDED, WHOLE)
    assert {status for status, _, _ in seen} == {TrainingStatus.RUNNING}
    assert {"load", "split", "folds:woe", "fit:woe", "compare"} <= {step for _, step, _ in seen}
    shares = [share for _, _, share in seen]
    assert shares == sorted(shares)
    assert len(set(shares)) > 3


def test_a_queued_run_is_cancelled_at_once(personal_loan: Product, hanse: Organization) -> None:
    run = ask(hanse)
    training_cancel(organization_id=hanse.id, actor=ANALYST, run_id=run.id)
    assert row(hanse, run).status == TrainingStatus.CANCELLED
    assert training_execute(organization_id=hanse.id, run_id=run.id) is None


def test_a_running_one_stops_between_two_steps(
    past_loans: Product, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(hanse)
    tell = training.RunProgress.__call__

    def cancelled_meanwhile(self: training.RunProgress, step: str, fraction: float) -> None:
        if step == "folds:woe" and not row(hanse, run).cancel_requested:
            training_cancel(organization_id=hanse.id, actor=ANALYST, run_id=run.id)
        tell(self, step, fraction)

    monkeypatch.setattr(training.RunProgress, "__call__", cancelled_meanwhile)
    ended = training_execute(organization_id=hanse.id, run_id=run.id)
    assert ended is not None
    assert ended.status == TrainingStatus.CANCELLED
    with enter(hanse.id):
        assert not ModelVersion.objects.filter(family="woe").exists()
        assert "training.cancelled" in Event.objects.values_list("type", flat=True)


def test_a_run_whose_worker_is_lost_ends(personal_loan: Product, hanse: Organization) -> None:
    run = ask(hanse)
    with enter(hanse.id):
        TrainingRun.objects.filter(id=run.id).update(
            status=TrainingStatus.RUNNING, seen_at=datetime.now(UTC) - timedelta(hours=1)
        )
    training_recover(organization_id=hanse.id, run_id=run.id)
    assert row(hanse, run).error == "worker_lost"


def test_a_scheduled_training_proposes_and_never_appoints(
    past_loans: Product,
    hanse: Organization,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scoring.training.settings.DEFAULT_FAMILIES", ("woe",))
    schedule = training_schedule_set(
        organization_id=hanse.id, actor=ANALYST, product_slug="personal-loan", every_days=90
    )
    with enter(hanse.id):
        TrainingSchedule.objects.update(next_due_at=datetime.now(UTC) - timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert retrain_due() == 1
        assert retrain_due() == 0
    with enter(hanse.id):
        assert TrainingRun.objects.get().status == TrainingStatus.SUCCEEDED
        requests = ModelRequest.objects.filter(requested_by_kind="system", status="open")
        assert {request.move for request in requests} == {"validate", "challenge"}
        assert champion(hanse.id, past_loans.id, datetime.now(UTC)).family == "expert"
        schedule.refresh_from_db()
        assert schedule.next_due_at > datetime.now(UTC) + timedelta(days=80)


def test_loans_that_no_longer_fit_are_left_out(past_loans: Product, hanse: Organization) -> None:
    with enter(hanse.id):
        some = PastApplication.objects.order_by("external_ref").first()
        assert some is not None
        PastApplication.objects.create(
            organization_id=hanse.id,
            product=past_loans,
            dictionary_version=some.dictionary_version,
            external_ref="of another age",
            disposition="booked",
            outcome="good",
            request=json.dumps({"amount": "1.00"}),
            parties=some.parties,
            fact_hash=some.fact_hash,
        )
    run = model_train(
        organization_id=hanse.id,
        actor=ANALYST,
        product_slug="personal-loan",
        settings={"families": ["woe"]},
    )
    assert run.comparison is not None
    assert run.comparison["left_out"] == 1
