"""Evidence of a scorecard of the 1,000 German loans, as a training would bring it."""

import csv
from functools import cache
from typing import Any

import numpy as np

from ml.canonical import content_hash
from ml.columns import Column
from ml.economics import Economics
from ml.evidence import evidence_of
from ml.guard import Guarded, guard_of
from ml.model_inputs import model_inputs
from ml.training import Trained, train
from ml.training.judged import Judged
from scoring.models import ModelEvidence, ModelVersion
from tenancy.clock import now
from tenancy.enter import enter
from tests.ml.loans import GERMAN, german_loans

ECONOMICS = {
    "amount": 3_000_00,
    "amount_field": "credit_amount",
    "term_months": 21,
    "interest_ppm": 140_000,
    "funding_ppm": 25_000,
    "fee": 30_00,
    "cost_per_case": 15_00,
    "fairness_floor_ppm": 800_000,
}
DECLINED = 120


@cache
def german_documents() -> dict[str, Any]:
    """Seven tenths learnt, three tenths held out; the riskiest of the learnt stand for declined."""
    loans = german_loans()
    order = np.random.default_rng(4).permutation(loans.frame.rows)
    rows, held = order[:700], order[700:]
    learnt, bad = loans.frame.take(rows), loans.target[rows]
    found = train("woe", learnt, bad, loans.dictionary, loans.features, seed=1)
    assert found.model is not None
    inputs = model_inputs(loans.dictionary, found.model.features)
    model = found.model
    if not isinstance(model, Guarded):
        model = Guarded(model, guard_of(learnt, inputs, found.fold_points, bad))
    frame = loans.frame.take(held)
    points = model.points_columns(frame)
    trained = Trained(
        model, found.fold_points, found.fold_pd_ppm, found.metrics, found.log,
        holdout_points=points, holdout_pd_ppm=model.pd_at_columns(points),
    )  # fmt: skip
    judged = Judged(
        learnt, bad, frame, loans.target[held], loans.dictionary,
        held_days=np.sort(np.random.default_rng(1).integers(18_000, 18_360, held.size)),
        held_protected={name: column.take(held) for name, column in _protected().items()},
        held_segments={"purpose": frame.columns["purpose"]},
        declined=learnt.take(np.argsort(found.fold_points)[:DECLINED]),
    )  # fmt: skip
    return evidence_of(trained, judged, Economics.parse(ECONOMICS))


def _protected() -> dict[str, Column]:
    with GERMAN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    status = [row["personal_status_and_sex"] for row in rows]
    ages = np.array([int(float(row["age_in_years"])) for row in rows], dtype=np.int64)
    younger = np.where(ages < 25, 0, 1).astype(np.int32)
    whole = np.zeros(len(rows), dtype=bool)
    return {
        "personal_status_and_sex": Column.of(status, kind="category"),
        "younger_than_25": Column(younger, whole, ("yes", "no")),
    }


def with_evidence(version: ModelVersion, **changed: Any) -> ModelVersion:
    """The version, with those documents (None leaves one out)."""
    with enter(version.organization_id):
        for kind, document in ({**german_documents(), **changed}).items():
            if document is not None:
                ModelEvidence.objects.create(
                    organization_id=version.organization_id,
                    model_version=version,
                    kind=kind,
                    document=document,
                    content_hash=content_hash(kind.encode()),
                    made_at=now(version.organization_id),
                )
    return version
