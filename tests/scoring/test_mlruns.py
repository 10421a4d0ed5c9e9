"""Trainings in the layout of MLflow's file store."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from scoring.documents.mlruns import Run, experiment_written
from scoring.models import DictionaryVersion, Product, TrainingRun, TrainingTrial
from tenancy.enter import enter
from tenancy.models import Organization

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
# What mlflow.entities.RunInfo and Experiment are hydrated from (FileStore, 2.x).
OF_RUN = {
    "artifact_uri", "end_time", "entry_point_name", "experiment_id", "lifecycle_stage", "run_id",
    "run_name", "run_uuid", "source_name", "source_type", "source_version", "start_time", "status",
    "tags", "user_id",
}  # fmt: skip
OF_EXPERIMENT = {
    "artifact_location", "creation_time", "experiment_id", "last_update_time", "lifecycle_stage",
    "name",
}  # fmt: skip


def test_the_layout_is_mlflows(tmp_path: Path) -> None:
    run = Run("r/woe", "woe: 1", MOMENT, MOMENT, {"seed": 7, "families": ["woe"]}, {"auc": 0.79})
    folder = experiment_written(tmp_path, "r", 'personal-loan "x"', [run])
    meta = yaml.safe_load((folder / "meta.yaml").read_text())
    assert set(meta) == OF_EXPERIMENT
    assert meta["experiment_id"] == folder.name
    assert meta["name"] == 'personal-loan "x"'
    inside = next(each for each in folder.iterdir() if each.is_dir())
    told = yaml.safe_load((inside / "meta.yaml").read_text())
    assert set(told) == OF_RUN
    assert told["run_id"] == told["run_uuid"] == inside.name
    assert (told["status"], told["source_type"], told["start_time"]) == (3, 4, 1_767_323_045_000)
    assert len(inside.name) == 32
    assert (inside / "metrics" / "auc").read_text() == "1767323045000 0.79 0\n"
    assert (inside / "params" / "seed").read_text() == "7"
    assert (inside / "tags" / "mlflow.runName").read_text() == "woe: 1"
    assert (inside / "artifacts").is_dir()


@pytest.fixture
def training(personal_loan: Product, hanse: Organization) -> TrainingRun:
    with enter(hanse.id):
        run = TrainingRun.objects.create(
            organization_id=hanse.id, product=personal_loan, settings={"seed": 7},
            dictionary_version=DictionaryVersion.objects.get(), status="succeeded",
            comparison={"evaluations": [{"family": "woe", "auc": 0.79, "servable": True}]},
            requested_by_kind="user", requested_by_id="1", requested_at=MOMENT, seen_at=MOMENT,
            finished_at=MOMENT,
        )  # fmt: skip
        TrainingTrial.objects.create(
            organization_id=hanse.id, run=run, family="woe", number=1, seconds=0.5,
            parameters={"bins": 8}, value=0.78, status="complete",
        )  # fmt: skip
    return run


def test_candidates_and_trials_are_runs(training: TrainingRun, tmp_path: Path) -> None:
    for _ in range(2):  # a second time changes nothing
        call_command(
            "export_mlflow", str(tmp_path), organization="hanse-kredit", product="personal-loan"
        )
    metas = [yaml.safe_load(each.read_text()) for each in tmp_path.glob("*/*/meta.yaml")]
    assert sorted(each["run_name"] for each in metas) == ["woe", "woe 1"]
    values = {each.name: each.read_text().split()[1] for each in tmp_path.glob("*/*/metrics/*")}
    assert values == {"auc": "0.79", "objective": "0.78", "seconds": "0.5"}
