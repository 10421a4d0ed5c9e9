"""A training's steps and trials on record, and going on where one stopped."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from events.actor import SYSTEM, Actor
from events.models import Event
from scoring.enums import StepStatus, TrainingStatus
from scoring.imports.mapping import mapping_parse
from scoring.models import ModelVersion, Product, TrainingRun, TrainingStep, TrainingTrial
from scoring.services import training
from scoring.services.loans import loans_import
from scoring.services.steps import RunSteps
from scoring.services.training import (
    model_train,
    training_cancel,
    training_execute,
    training_recover,
    training_request,
    training_retry,
)
from scoring.training.settings import TrainingSettings, family_names, training_settings
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid
from tenancy.models import Organization
from tests.cast_scoring import DEMO
from tests.ml.small_families import Quick, Stubborn

ANALYST = Actor("user", "7")
HANSE = DEMO / "hanse_kredit"
QUICK = {"families": ["quick", "woe"], "trials": 2, "accuracy_ppm": 765_000}


@pytest.fixture
def past_loans(personal_loan: Product, hanse: Organization, tmp_path: Path) -> Product:
    """Hanse Kredit with the first 300 of its past loans."""
    lines = (HANSE / "data" / "germancredit.csv").read_text("utf-8").splitlines()[:301]
    (tmp_path / "some.csv").write_text("\n".join(lines) + "\n", "utf-8")
    loans_import(
        organization_id=hanse.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        source=str(tmp_path / "some.csv"),
        rejected=tmp_path / "rejected.csv",
        mapping=mapping_parse((HANSE / "import_mapping.json").read_bytes()),
    )
    return personal_loan


@pytest.fixture(autouse=True)
def small_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quick and Stubborn are families, too."""
    small = {"quick": Quick, "stubborn": Stubborn}
    module = import_module("ml.training.tournament")
    real, names = module.family_named, (*family_names(), *small)
    monkeypatch.setattr(module, "family_named", lambda name: small.get(name) or real(name))
    monkeypatch.setattr("scoring.training.settings.family_names", lambda: names)


def trained(organization: Organization, **settings: Any) -> TrainingRun:
    return model_train(
        organization_id=organization.id,
        actor=ANALYST,
        product_slug="personal-loan",
        settings={**QUICK, **settings},
    )


def steps(organization: Organization, run: TrainingRun) -> dict[str, str]:
    with enter(organization.id):
        found = TrainingStep.objects.filter(run=run).order_by("number")
        return {f"{step.name}:{step.family}".strip(":"): step.status for step in found}


def cancelled_at(
    organization: Organization, run: TrainingRun, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Carry a run out until somebody cancels it in that step."""
    tell = training.RunProgress.__call__

    def told(self: training.RunProgress, code: str, fraction: float) -> None:
        if code == step:
            training_cancel(organization_id=organization.id, actor=ANALYST, run_id=run.id)
        tell(self, code, fraction)

    with monkeypatch.context() as patch:
        patch.setattr(training.RunProgress, "__call__", told)
        training_execute(organization_id=organization.id, run_id=run.id)


def asked(organization: Organization, **settings: Any) -> TrainingRun:
    return training_request(
        organization_id=organization.id,
        actor=ANALYST,
        product_slug="personal-loan",
        settings={**QUICK, **settings},
        background=False,
    )


def test_every_step_and_trial_is_on_record(past_loans: Product, hanse: Organization) -> None:
    run = trained(hanse)
    assert run.status == TrainingStatus.SUCCEEDED, run.error
    states = steps(hanse, run)
    assert list(states)[:4] == ["load", "split", "tune:quick", "folds:quick"]
    assert {state for name, state in states.items() if "evidence" not in name} == {StepStatus.DONE}
    with enter(hanse.id):
        trials = TrainingTrial.objects.filter(run=run)
        assert sorted(trials.values_list("family", "number")) == [
            ("quick", 0), ("quick", 1), ("woe", 0), ("woe", 1),
        ]  # fmt: skip
        assert all(len(trial.folds) == 3 and trial.seconds > 0 for trial in trials)
        load = TrainingStep.objects.get(run=run, name="load")
        assert load.summary == {"rows": 300, "bads": run.dataset.bads, "left_out": 0}  # type: ignore[union-attr]


def test_only_what_may_decide_is_registered(past_loans: Product, hanse: Organization) -> None:
    run = trained(hanse, trials=1)
    with enter(hanse.id):
        assert set(ModelVersion.objects.values_list("family", flat=True)) == {"expert", "woe"}
    assert run.comparison is not None
    assert [each["family"] for each in run.comparison["evaluations"]] == ["quick", "woe"]
    assert run.comparison["evaluations"][0]["asked"]["accuracy"] == 0.765


def test_a_cancelled_run_is_taken_up_where_it_stopped(
    past_loans: Product, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(hanse, families=["quick", "tree"])
    cancelled_at(hanse, run, "folds:tree", monkeypatch)
    states = steps(hanse, run)
    assert states["tune:tree"] == StepStatus.DONE
    assert states["folds:tree"] in (StepStatus.FAILED, StepStatus.SKIPPED)
    assert states["compare"] == StepStatus.SKIPPED
    fits = Quick.fits
    again = training_retry(organization_id=hanse.id, actor=ANALYST, run_id=run.id, background=False)
    assert again.id != run.id
    assert again.settings["retry_of"] == str(run.id)
    ended = training_execute(organization_id=hanse.id, run_id=again.id)
    assert ended is not None
    assert ended.status == TrainingStatus.SUCCEEDED, ended.error
    states = steps(hanse, again)
    assert states["tune:quick"] == states["tune:tree"] == StepStatus.CACHED
    assert states["folds:tree"] == StepStatus.DONE
    assert Quick.fits == fits
    with enter(hanse.id):
        assert TrainingRun.objects.get(id=run.id).status == TrainingStatus.CANCELLED
        assert TrainingTrial.objects.filter(run=again).count() == 4
        assert Event.objects.filter(type="training.requested").count() == 2


def test_a_family_that_fails_is_left_out_and_may_be_tried_again(
    past_loans: Product, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(hanse, families=["stubborn", "tree"], trials=1)
    assert run.status == TrainingStatus.SUCCEEDED
    assert "not with these loans" in run.comparison["failed"]["stubborn"]  # type: ignore[index]
    assert steps(hanse, run)["folds:stubborn"] == StepStatus.FAILED
    monkeypatch.setattr(Stubborn, "fit", Quick.fit)
    again = training_retry(organization_id=hanse.id, actor=ANALYST, run_id=run.id, background=False)
    training_execute(organization_id=hanse.id, run_id=again.id)
    states = steps(hanse, again)
    assert states["folds:stubborn"] == StepStatus.DONE
    assert states["fit:tree"] == StepStatus.CACHED


def test_what_succeeded_or_is_under_way_is_not_tried_again(
    past_loans: Product, hanse: Organization
) -> None:
    run = trained(hanse, families=["tree"], trials=1)
    with pytest.raises(Conflict, match="succeeded"):
        training_retry(organization_id=hanse.id, actor=ANALYST, run_id=run.id)
    waiting = asked(hanse)
    with pytest.raises(Conflict, match="under way"):
        training_retry(organization_id=hanse.id, actor=ANALYST, run_id=waiting.id)


def lost(organization: Organization, run: TrainingRun) -> None:
    with enter(organization.id):
        TrainingRun.objects.filter(id=run.id).update(
            status=TrainingStatus.RUNNING, seen_at=datetime.now(UTC) - timedelta(hours=1)
        )
    training_recover(organization_id=organization.id, run_id=run.id)


def test_a_lost_workers_run_goes_on_but_not_for_ever(
    past_loans: Product, hanse: Organization
) -> None:
    run = asked(hanse)
    for attempt in (2, 3):
        lost(hanse, run)
        with enter(hanse.id):
            assert TrainingRun.objects.get(id=run.id).error == "worker_lost"
            run = TrainingRun.objects.get(status=TrainingStatus.QUEUED)
        assert run.settings["attempt"] == attempt
    lost(hanse, run)
    with enter(hanse.id):
        assert not TrainingRun.objects.filter(status=TrainingStatus.QUEUED).exists()


def test_results_are_taken_over_within_the_lender_alone(
    past_loans: Product, hanse: Organization, aurora: Organization
) -> None:
    run = trained(hanse, families=["tree"], trials=1)
    with enter(hanse.id):
        key = TrainingStep.objects.get(run=run, name="fit").key
    assert RunSteps(hanse.id, run.id).get(key) is not None
    assert RunSteps(aurora.id, run.id).get(key) is None


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"families": ["oracle"]}, "/families"),
        ({"families": []}, "/families"),
        ({"trials": 0}, "/trials"),
        ({"objective": "luck"}, "/objective"),
        ({"costs": {"bad_accepted": -1}}, "/costs"),
        ({"sed": 1}, "/sed"),
    ],
)
def test_settings_that_make_no_sense_are_named(wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        training_settings(wrong)
    assert refused.value.errors[0].pointer == pointer


def test_settings_left_out_are_the_defaults() -> None:
    assert training_settings({}).families
    assert training_settings(training_settings({"trials": 3}).model_dump()).trials == 3
    assert set(TrainingSettings.model_fields) >= {"seconds", "split", "threads", "reject_inference"}


def test_what_only_the_lender_can_say_is_asked_for(
    past_loans: Product, hanse: Organization
) -> None:
    with pytest.raises(Invalid, match="economics"):
        asked(hanse, objective="profit")
    with pytest.raises(Invalid, match="accuracy"):
        asked(hanse, objective="recall_of_bads", accuracy_ppm=None)
    with enter(hanse.id):
        assert not TrainingRun.objects.exists()
