"""Everything a validator asks of one model, from loans it has never seen, as JSON documents.

    documents = evidence_of(trained, judged, economics)

Each document says what it is (`schema`), what it was counted from (`n`) and gives intervals; what
cannot be told is null with a note. Nothing in them is a fact of a person's.
"""

from typing import Any

from ml.drift.baseline import baseline_of
from ml.economics import Economics
from ml.evidence.calibration import calibration
from ml.evidence.conformal import conformal_sets
from ml.evidence.domain import training_domain
from ml.evidence.fairness import protected_groups
from ml.evidence.profit import earnings
from ml.evidence.reasons import stated_reasons
from ml.evidence.reject_inference import declined_applicants
from ml.evidence.stability import stability
from ml.evidence.subject import Subject, subject_of
from ml.model import Model
from ml.model_inputs import model_inputs
from ml.training.judged import Judged
from ml.training.trained import Trained

__all__ = ["evidence_of"]


def evidence_of(
    trained: Trained, judged: Judged, economics: Economics | None, *, present: Model | None = None
) -> dict[str, dict[str, Any]]:
    """The documents by kind; without economics there is none about profit.

    `present` is the model in charge, if it has learnt from none of these loans: what today's way
    to decide would have earned. Raises ValueError for a family that is compared only.
    """
    subject = subject_of(trained, judged, economics, present)
    found = {
        "calibration": calibration(subject),
        "conformal": conformal_sets(subject),
        "domain": training_domain(subject),
        "profit": earnings(subject),
        "fairness": protected_groups(subject),
        "reject_inference": declined_applicants(subject),
        "reasons": stated_reasons(subject),
        "stability": stability(subject),
        "baseline": _baseline(subject),
    }
    return {kind: document for kind, document in found.items() if document is not None}


def _baseline(subject: Subject) -> dict[str, Any]:
    inputs = model_inputs(subject.judged.dictionary, subject.model.features)
    return baseline_of(
        subject.judged.held, inputs, subject.points, subject.pd_ppm, subject.bad.astype(bool)
    )
