"""Exploring a data set: asked for, carried out by a worker, told as it goes, stopped when asked to.

What it finds is evidence and does not change: the exploration, the proxy radar, and what profiling
said of the file the dictionary was drafted from.
"""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import IntegrityError

from events.actor import Actor, Kind
from events.services import event_record
from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.thresholds import special_code
from ml.values import days_of
from scoring.enums import DatasetEvidenceKind, Outcome, TrainingStatus
from scoring.models import Dataset, DatasetEvidence, DatasetStudy, DictionaryDraft
from scoring.models.training import WHOLE
from scoring.selectors.datasets import dataset_by_id, study_by_id
from scoring.services.dataset_rows import dataset_loans, dataset_protected
from scoring.training.frames import protected_columns
from scoring.training.late import digits_of, whole_frame
from scoring.training.rows import LoanRows
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, DomainError
from tenancy.tasks import enqueue

TASK = "scoring.tasks.explore_dataset"
SILENT_FOR = timedelta(minutes=15)
"""A study that has not been heard of for so long has lost its worker."""
TELL_EVERY = 0.5


class StudyCancelled(Exception):
    """Someone asked for the study to stop; raised between its steps."""


def study_request(*, organization_id: UUID, actor: Actor, dataset_id: UUID) -> DatasetStudy:
    """Ask for a data set to be explored. Conflict while another study of it is alive."""
    try:
        with enter(organization_id):
            dataset = dataset_by_id(organization_id, dataset_id)
            _end_lost(dataset)
            return study_queue(dataset, actor)
    except IntegrityError as error:
        if "dataset_study_one_at_a_time" not in str(error):
            raise
        raise Conflict("it is being explored already", code="study_active") from error


def study_queue(dataset: Dataset, actor: Actor) -> DatasetStudy:
    """A study for a worker of the training queue, inside the caller's `enter`."""
    moment = now(dataset.organization_id)
    study = DatasetStudy.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        requested_by_kind=actor.kind,
        requested_by_id=actor.id,
        requested_at=moment,
        seen_at=moment,
    )
    enqueue(TASK, organization_id=dataset.organization_id, study_id=study.id)
    return study


def _end_lost(dataset: Dataset) -> None:
    moment = now(dataset.organization_id)
    DatasetStudy.objects.filter(
        organization_id=dataset.organization_id,
        dataset=dataset,
        finished_at__isnull=True,
        seen_at__lt=moment - SILENT_FOR,
    ).update(status=TrainingStatus.FAILED, error="worker_lost", finished_at=moment)


def study_cancel(*, organization_id: UUID, actor: Actor, study_id: UUID) -> None:
    """Stop a study: at once while it is queued, between two fields while it works."""
    with enter(organization_id):
        study = study_by_id(organization_id, study_id)
        own = DatasetStudy.objects.filter(organization_id=organization_id, id=study_id)
        stopped = own.filter(status=TrainingStatus.QUEUED).update(
            status=TrainingStatus.CANCELLED,
            cancel_requested=True,
            finished_at=now(organization_id),
        )
        asked = own.filter(status=TrainingStatus.RUNNING).update(cancel_requested=True)
        if not stopped and not asked:
            raise Conflict("the exploration is over", code="study_over")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="dataset.exploration_cancelled",
            subject=("dataset", study.dataset_id),
            data={"study": str(study_id)},
        )


def study_execute(*, organization_id: UUID, study_id: UUID) -> DatasetStudy | None:
    """Carry out a queued study; None when someone else has it or it is over.

    What is known already is not looked for again. Anything unforeseen ends it and is raised.
    """
    with enter(organization_id):
        claimed = DatasetStudy.objects.filter(
            organization_id=organization_id, id=study_id, status=TrainingStatus.QUEUED
        ).update(status=TrainingStatus.RUNNING, seen_at=now(organization_id))
    if not claimed:
        return None
    try:
        found = _found(organization_id, study_id)
    except StudyCancelled:
        _ended(organization_id, study_id, TrainingStatus.CANCELLED)
    except (DomainError, ValueError) as error:
        _ended(organization_id, study_id, TrainingStatus.FAILED, str(error) or "refused")
    except Exception as error:
        _ended(organization_id, study_id, TrainingStatus.FAILED, type(error).__name__)
        raise
    else:
        _succeeded(organization_id, study_id, found)
    with enter(organization_id, read_only=True):
        return study_by_id(organization_id, study_id)


class StudyProgress:
    """Writes a study's progress to its row, at most twice a second, and stops it when asked to."""

    def __init__(self, organization_id: UUID, study_id: UUID) -> None:
        self.organization_id = organization_id
        self.study_id = study_id
        self._step = ""
        self._told_at = 0.0

    def __call__(self, step: str, fraction: float) -> None:
        """Raises StudyCancelled when someone has asked for that."""
        moment = time.monotonic()
        if step == self._step and moment - self._told_at < TELL_EVERY:
            return
        self._step, self._told_at = step, moment
        with enter(self.organization_id):
            alive = DatasetStudy.objects.filter(
                organization_id=self.organization_id,
                id=self.study_id,
                status=TrainingStatus.RUNNING,
                cancel_requested=False,
            ).update(
                step=step,
                progress_ppm=round(min(max(fraction, 0.0), 1.0) * WHOLE),
                seen_at=now(self.organization_id),
            )
        if not alive:
            raise StudyCancelled


def _found(organization_id: UUID, study_id: UUID) -> dict[str, Any]:
    """What there is to say, by kind. Nothing of the database is held while it is computed."""
    from ml.exploration import explore
    from ml.proxies import proxies

    progress = StudyProgress(organization_id, study_id)
    progress("loading", 0.0)
    with enter(organization_id, read_only=True):
        dataset = study_by_id(organization_id, study_id).dataset
        rows, apart = dataset_loans(dataset), dataset_protected(dataset)
        document, raw = dataset.dictionary_version.document, _profile(dataset)
    dictionary = Dictionary.parse(document)
    frame = whole_frame(dictionary, rows)
    found: dict[str, Any] = {} if raw is None else {DatasetEvidenceKind.PROFILE: raw}
    progress("exploring", 0.15)
    found[DatasetEvidenceKind.EXPLORATION] = explore(
        frame,
        _is(rows, Outcome.GOOD, Outcome.BAD),
        _is(rows, Outcome.BAD),
        **_about(dictionary),
        days=_days(rows),
        progress=lambda step, done: progress(step, 0.15 + 0.45 * done),
    )
    progress("proxies", 0.6)
    protected = _protected(dictionary, rows, apart)
    bases = {field.name: field.prohibited_basis or "" for field in dictionary.protected_fields()}
    found[DatasetEvidenceKind.PROXIES] = proxies(_deciding(dictionary, frame), protected, bases)
    progress("storing", 0.95)
    return found


def _profile(dataset: Dataset) -> dict[str, Any] | None:
    """What profiling said of the file that the dictionary was drafted from, if it was."""
    draft = DictionaryDraft.objects.filter(
        organization_id=dataset.organization_id,
        dictionary_version_id=dataset.dictionary_version_id,
    ).first()
    return None if draft is None else dict(draft.profile)


def _is(rows: LoanRows, *ends: str) -> npt.NDArray[np.bool_]:
    return np.array([end in ends for end in rows.outcomes], dtype=bool)


def _days(rows: LoanRows) -> npt.NDArray[np.int64] | None:
    days = [days_of(day) for day in rows.applied_on if day is not None]
    if len(days) < len(rows) or len(set(days)) < 2:
        return None
    return np.array(days, dtype=np.int64)


def _about(dictionary: Dictionary) -> Mapping[str, Any]:
    return {
        "kinds": {name: entry.type for name, entry in dictionary.entries.items()},
        "digits": digits_of(dictionary),
        "specials": {
            field.name: tuple(sorted(special_code(field, code) for code in field.special))
            for field in dictionary.fields
            if field.special and field.kind == "number"
        },
    }


def _protected(
    dictionary: Dictionary, rows: LoanRows, apart: Mapping[str, str]
) -> Mapping[str, Column]:
    if not apart:
        return {}
    return protected_columns(dictionary, [apart.get(ref, "{}") for ref in rows.refs])


def _deciding(dictionary: Dictionary, frame: Frame) -> Frame:
    """The columns that a model or a policy may read: those whose place is in question."""
    entries = dictionary.entries
    used = {
        name: each
        for name, each in frame.columns.items()
        if name in entries and {"model", "policy"} & set(entries[name].uses)
    }
    return Frame(used, frame.rows)


def _succeeded(organization_id: UUID, study_id: UUID, found: Mapping[str, Any]) -> None:
    with enter(organization_id):
        study = study_by_id(organization_id, study_id)
        moment = now(organization_id)
        for kind, document in found.items():
            DatasetEvidence.objects.get_or_create(
                organization_id=organization_id,
                dataset=study.dataset,
                kind=kind,
                defaults={"document": document, "made_at": moment},
            )
        DatasetStudy.objects.filter(organization_id=organization_id, id=study_id).update(
            status=TrainingStatus.SUCCEEDED,
            step="done",
            progress_ppm=WHOLE,
            seen_at=moment,
            finished_at=moment,
        )
        event_record(
            organization_id=organization_id,
            actor=Actor(cast(Kind, study.requested_by_kind), study.requested_by_id),
            type="dataset.explored",
            subject=("dataset", study.dataset_id),
            data={"study": str(study_id), "kinds": sorted(map(str, found))},
        )


def _ended(organization_id: UUID, study_id: UUID, status: str, error: str = "") -> None:
    with enter(organization_id):
        DatasetStudy.objects.filter(
            organization_id=organization_id, id=study_id, status=TrainingStatus.RUNNING
        ).update(status=status, error=error, finished_at=now(organization_id))
