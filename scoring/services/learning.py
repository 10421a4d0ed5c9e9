"""What a training run does between its first and last row: load, learn, register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from events.actor import Actor, Kind
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.model import Model
from scoring.enums import ModelStatus, Outcome
from scoring.models import Dataset, DictionaryVersion, ModelVersion, PastApplication, TrainingRun
from scoring.services.artifacts import NewModel
from scoring.services.charge import in_charge
from scoring.services.datasets import dataset_register
from scoring.services.models import model_card, registered
from scoring.services.serving import model_loaded
from scoring.training.frames import training_frame
from tenancy.errors import FieldError, Invalid

if TYPE_CHECKING:
    from ml.training import Tournament

EPOCH = date(1970, 1, 1)
FEWEST_OF_EACH = 30
PPM = 1_000_000
Progress = Any


@dataclass(frozen=True, slots=True)
class Loans:
    """Booked loans with a known end, as columns, and the champion to compare with."""

    dictionary: Dictionary
    frame: Frame
    target: npt.NDArray[np.int64]
    days: npt.NDArray[np.int64] | None
    left_out: int
    present: Model | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """The candidates of one tournament; `recommended` is an index into them."""

    models: tuple[Model, ...]
    metrics: tuple[Mapping[str, Any], ...]
    recommended: int
    comparison: dict[str, Any]
    log: tuple[str, ...]

    def dataset(self, run: TrainingRun) -> Dataset:
        """What was learnt from, inside the caller's `enter`."""
        return dataset_register(run.product, run.dictionary_version)


def loans_to_learn_from(run: TrainingRun) -> Loans:
    """Inside the caller's `enter`. Invalid when there are too few goods or bads."""
    rows = list(
        PastApplication.objects.filter(
            organization_id=run.organization_id,
            product=run.product,
            outcome__in=[Outcome.GOOD, Outcome.BAD],
        )
        .order_by("external_ref")
        .values_list("request", "parties", "outcome", "applied_on")
    )
    bads = sum(outcome == Outcome.BAD for _, _, outcome, _ in rows)
    if min(bads, len(rows) - bads) < FEWEST_OF_EACH:
        message = f"{len(rows) - bads} good and {bads} bad loans are too few to learn from"
        raise Invalid([FieldError("/past_applications", "too_few", message)])
    dictionary = Dictionary.parse(run.dictionary_version.document)
    frame, fits = training_frame(dictionary, [row[0] for row in rows], [row[1] for row in rows])
    kept = np.flatnonzero(fits)
    target = np.array([outcome == Outcome.BAD for _, _, outcome, _ in rows], dtype=np.int64)
    days = _days([row[3] for row in rows])
    return Loans(
        dictionary=dictionary,
        frame=frame.take(kept),
        target=target[kept],
        days=None if days is None else days[kept],
        left_out=len(rows) - len(kept),
        present=_present(run),
    )


def _present(run: TrainingRun) -> Model | None:
    """The model in charge, if comparing is honest.

    It must speak the same dictionary, and must not have learnt from loans now held out.
    """
    present = in_charge(run.product)
    if present is None:
        return None
    version = present.model_version
    if version.training_run_id or version.dictionary_version_id != run.dictionary_version_id:
        return None
    return model_loaded(run.organization_id, version.artifact_hash)


def _days(applied: Sequence[date | None]) -> npt.NDArray[np.int64] | None:
    """Days since 1970 where every loan has its date and they differ: then time splits them."""
    if any(day is None for day in applied) or len(set(applied)) < 2:
        return None
    return np.array([(day - EPOCH).days for day in applied if day], dtype=np.int64)


def learnt(loans: Loans, settings: Mapping[str, Any], progress: Progress) -> Learnt:
    """Train and compare. Nothing of the database is held meanwhile.

    Imported here because no request worker may pay for scikit-learn's start.
    """
    from ml.training import tournament

    found = tournament(
        loans.frame,
        loans.target,
        loans.dictionary,
        loans.dictionary.model_inputs(),
        seed=settings["seed"],
        families=settings["families"],
        dates=loans.days,
        holdout=settings["holdout_ppm"] / PPM,
        progress=progress,
    )
    return _learnt(found, loans)


def _learnt(found: "Tournament", loans: Loans) -> Learnt:
    from ml.training import Trained

    trained = [each for each in found.candidates if isinstance(each, Trained)]
    document: dict[str, Any] = found.comparison.document()
    recommended = found.comparison.recommended
    return Learnt(
        models=tuple(each.model for each in trained),
        metrics=tuple(
            {"holdout": evaluation, "folds": each.metrics, "recommended": index == recommended}
            for index, (each, evaluation) in enumerate(
                zip(trained, document["evaluations"], strict=True)
            )
        ),
        recommended=recommended,
        comparison={
            **document,
            "in_charge": _in_charge(found, loans),
            "split": {
                "method": found.split.method,
                "train": len(found.split.train),
                "holdout": len(found.split.holdout),
                "seed": found.split.seed,
            },
            "left_out": loans.left_out,
        },
        log=tuple(line for each in trained for line in each.log),
    )


def _in_charge(found: "Tournament", loans: Loans) -> dict[str, Any] | None:
    """How the model in charge does on the same held-out loans: the yardstick, no candidate."""
    from ml.training import compare

    if loans.present is None:
        return None
    learnt_from, judged_on = found.split.train, found.split.holdout
    document: dict[str, Any] = compare(
        [loans.present],
        loans.frame.take(learnt_from),
        loans.target[learnt_from],
        loans.frame.take(judged_on),
        loans.target[judged_on],
    ).document()
    return dict(document["evaluations"][0])


def registered_models(run: TrainingRun, found: Learnt) -> list[ModelVersion]:
    """A version for each candidate."""
    return [
        registered(run.product, _new(run, found, index), requester(run))
        for index in range(len(found.models))
    ]


def recommended_version(run: TrainingRun) -> ModelVersion | None:
    """The version that the run's comparison speaks for, inside the caller's `enter`."""
    if not run.comparison:
        return None
    evaluations, index = run.comparison["evaluations"], run.comparison["recommended"]
    return ModelVersion.objects.filter(
        organization_id=run.organization_id,
        product_id=run.product_id,
        artifact_hash=evaluations[index]["content_hash"],
    ).first()


def _new(run: TrainingRun, found: Learnt, index: int) -> NewModel:
    model, dictionary = found.models[index], run.dictionary_version
    return NewModel(
        body=model.to_bytes(),
        family=model.family,
        dictionary_version=dictionary,
        metrics=found.metrics[index],
        card=_card(run, model, dictionary, found),
        status=ModelStatus.CHALLENGER,
        training_run=run,
        dataset_fingerprint=run.dataset.fingerprint if run.dataset else "",
    )


def _card(
    run: TrainingRun, model: Model, dictionary: DictionaryVersion, found: Learnt
) -> dict[str, Any]:
    dataset = run.dataset
    return {
        **model_card(model, dictionary),
        "origin": "training",
        "dataset": dataset.fingerprint if dataset else None,
        "rows": dataset.rows if dataset else None,
        "split": found.comparison["split"],
        "settings": run.settings,
    }


def requester(run: TrainingRun) -> Actor:
    """Who asked for the run; the events of its end are theirs."""
    return Actor(cast(Kind, run.requested_by_kind), run.requested_by_id)
