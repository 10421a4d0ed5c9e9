"""A product's past loans as a tournament takes them. Inside the caller's `enter`."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.model import Model
from scoring.enums import Disposition, Outcome
from scoring.models import Dataset, TrainingRun
from scoring.selectors.products import product_version_in_force
from scoring.services.charge import in_charge
from scoring.services.dataset_rows import dataset_loans, dataset_protected, ended
from scoring.services.leakage import features_left, leakage_check
from scoring.services.serving import model_loaded
from scoring.training.frames import protected_columns, training_frame
from scoring.training.rows import LoanRows
from tenancy.clock import now
from tenancy.errors import FieldError, Invalid, NotFound

if TYPE_CHECKING:
    from ml.training import LoanData

Ints = npt.NDArray[np.int64]

EPOCH = date(1970, 1, 1)
FEWEST_OF_EACH = 30
MOST_DECLINED = 50_000
MOST_SEGMENTS = 12


@dataclass(frozen=True, slots=True)
class PastLoans:
    """Booked loans with a known end as columns, and the model in charge to compare with."""

    data: "LoanData"
    left_out: int
    present: Model | None


def loans_to_learn_from(
    run: TrainingRun, dataset: Dataset, leave_out: Collection[str] = ()
) -> PastLoans:
    """A registered data set as columns, without the fields left out.

    Invalid when there are too few goods or bads, or when a field that is to be read leaks the
    outcome and nobody has accepted that. Imports here what trains: no request worker may pay for
    scikit-learn's start.
    """
    from ml.training import LoanData

    dictionary = Dictionary.parse(run.dictionary_version.document)
    features = features_left(dictionary, leave_out)
    every = dataset_loans(dataset)
    rows = ended(every)
    _refuse_too_few(rows)
    leakage_check(dataset, features, dictionary)
    frame, fits = training_frame(dictionary, rows.requests, rows.parties)
    kept = np.flatnonzero(fits)
    rows, frame, asked = rows.take(kept.tolist()), frame.take(kept), len(rows)
    return PastLoans(
        data=LoanData(
            frame=frame,
            bad=np.array([each == Outcome.BAD for each in rows.outcomes], dtype=np.int64),
            dictionary=dictionary,
            features=features,
            days=_days(rows.applied_on),
            groups=_people(rows.parties),
            amounts=_amounts(run, frame),
            protected=_protected(dataset, dictionary, rows.refs),
            segments=_segments(dictionary, frame),
            declined=_declined(every, dictionary),
            ids=rows.refs,
        ),
        left_out=asked - len(rows),
        present=_present(run),
    )


def _refuse_too_few(rows: LoanRows) -> None:
    bads = sum(each == Outcome.BAD for each in rows.outcomes)
    if min(bads, len(rows) - bads) < FEWEST_OF_EACH:
        message = f"{len(rows) - bads} good and {bads} bad loans are too few to learn from"
        raise Invalid([FieldError("/past_applications", "too_few", message)])


def _declined(every: LoanRows, dictionary: Dictionary) -> Frame | None:
    """Applications that were turned down: nobody knows how their loans would have gone."""
    declined = [i for i, each in enumerate(every.dispositions) if each == Disposition.DECLINED]
    if not declined:
        return None
    rows = every.take(declined[:MOST_DECLINED])
    frame, fits = training_frame(dictionary, rows.requests, rows.parties)
    return frame.take(np.flatnonzero(fits))


def _protected(
    dataset: Dataset, dictionary: Dictionary, refs: Sequence[str]
) -> Mapping[str, Column]:
    """What may never decide, of the same loans in the same order."""
    if not dictionary.protected_fields():
        return {}
    facts = dataset_protected(dataset)
    return protected_columns(dictionary, [facts.get(ref, "{}") for ref in refs])


def _amounts(run: TrainingRun, frame: Frame) -> Ints | None:
    """What was lent in minor units, where the product says which field that is and all have it."""
    moment = now(run.organization_id)
    try:
        version = product_version_in_force(run.organization_id, run.product_id, moment)
    except NotFound:
        return None
    column = frame.columns.get(json.loads(version.document)["amount"]["field"])
    if column is None or column.null.any():
        return None
    return column.values.astype(np.int64)


def _segments(dictionary: Dictionary, frame: Frame) -> Mapping[str, Column]:
    """What was asked for, such as the purpose: figures are told apart by it afterwards."""
    for field in dictionary.decision_fields("request"):
        if field.type == "category" and 1 < len(field.values) <= MOST_SEGMENTS:
            return {field.name: frame.columns[field.name]}
    return {}


def _people(parties: Sequence[str]) -> Ints:
    """A number for each applicant. Past loans carry no name: the same facts are the same person."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(each, len(seen)) for each in parties], dtype=np.int64)


def _days(applied: Sequence[date | None]) -> Ints | None:
    """Days since 1970 where every loan has its date and they differ: then time splits them."""
    if any(day is None for day in applied) or len(set(applied)) < 2:
        return None
    return np.array([(day - EPOCH).days for day in applied if day], dtype=np.int64)


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
