"""Trainings as MLflow keeps runs in files, so that its pages can be opened over them.

The layout is that of `mlflow.store.tracking.file_store.FileStore`: a folder an experiment with
`meta.yaml`, in it a folder a run with `meta.yaml`, and one file each below `params`, `metrics`
(time in milliseconds, value and step a line) and `tags`. MLflow itself is not needed to write it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

FINISHED, LOCAL = 3, 4
"""As MLflow stores RunStatus.FINISHED and SourceType.LOCAL."""
FOLDERS = ("artifacts", "metrics", "params", "tags")
LONGEST_PARAM = 6000


@dataclass(frozen=True, slots=True)
class Run:
    """One candidate or one trial of its tuning. `key` names it for good."""

    key: str
    name: str
    started_at: datetime
    ended_at: datetime
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    tags: Mapping[str, str] = field(default_factory=dict)


def experiment_written(root: Path, key: str, name: str, runs: list[Run]) -> Path:
    """The folder of an experiment with its runs; the same key writes the same folder."""
    number = str(int(_hex(key)[:15], 16))
    folder = root / number
    moments = [millis(run.started_at) for run in runs] or [0]
    _files(
        folder,
        {
            "artifact_location": folder.resolve().as_uri(),
            "creation_time": min(moments),
            "experiment_id": number,
            "last_update_time": max(moments),
            "lifecycle_stage": "active",
            "name": name,
        },
    )
    for run in runs:
        _written(folder, number, run)
    return folder


def millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _written(experiment: Path, number: str, run: Run) -> None:
    run_id = _hex(run.key)[:32]
    folder = experiment / run_id
    _files(
        folder,
        {
            "artifact_uri": (folder / "artifacts").resolve().as_uri(),
            "end_time": millis(run.ended_at),
            "entry_point_name": "",
            "experiment_id": number,
            "lifecycle_stage": "active",
            "run_id": run_id,
            "run_name": run.name,
            "run_uuid": run_id,
            "source_name": "",
            "source_type": LOCAL,
            "source_version": "",
            "start_time": millis(run.started_at),
            "status": FINISHED,
            "tags": [],
            "user_id": "assay",
        },
    )
    for each in FOLDERS:
        (folder / each).mkdir(exist_ok=True)
    for name, value in run.params.items():
        (folder / "params" / name).write_text(_param(value), "utf-8")
    for name, figure in run.metrics.items():
        line = f"{millis(run.ended_at)} {figure!r} 0\n"
        (folder / "metrics" / name).write_text(line, "utf-8")
    for name, value in {"mlflow.runName": run.name, **run.tags}.items():
        (folder / "tags" / name).write_text(value, "utf-8")


def _files(folder: Path, meta: Mapping[str, Any]) -> None:
    """Every JSON value is a YAML value too."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in sorted(meta.items())]
    (folder / "meta.yaml").write_text("".join(lines), "utf-8")


def _param(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:LONGEST_PARAM]


def _hex(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
