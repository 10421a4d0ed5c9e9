"""A baseline for a model that came without one: a scorecard set by hand, an imported model.

A trained model's baseline is evidence of its training, taken on loans it had not learnt from.
For the others the product's past applications, or the first ones the model scored itself, are
what it is held against; the document says so.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from events.actor import Actor
from events.services import event_record
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.drift.baseline import baseline_of
from ml.model_inputs import model_inputs
from scoring.enums import EvidenceKind, Outcome
from scoring.models import ModelEvidence, ModelVersion, PastApplication
from scoring.selectors.models import model_version_by_id
from scoring.selectors.monitoring import baseline_document
from scoring.services.serving import model_loaded
from scoring.training.frames import training_frame
from tenancy.clock import now
from tenancy.enter import enter

MOST_ROWS = 20_000
FEWEST_ROWS = 200
PAST_LOANS = "past_loans"


def baseline_present(*, organization_id: UUID, actor: Actor, model_version_id: UUID) -> bool:
    """Whether the model has a baseline; one is made from past applications where it has none.

    False while there are fewer than FEWEST_ROWS of them.
    """
    with enter(organization_id, read_only=True):
        version = model_version_by_id(organization_id, model_version_id)
        if baseline_document(version) is not None:
            return True
        document = _from_past_loans(version)
    if document is None:
        return False
    with enter(organization_id):
        _stored(version, actor, document)
    return True


def _from_past_loans(version: ModelVersion) -> dict[str, Any] | None:
    rows = list(
        PastApplication.objects.filter(
            organization_id=version.organization_id, product_id=version.product_id
        )
        .order_by("-applied_on", "external_ref")
        .values_list("request", "parties", "outcome")[:MOST_ROWS]
    )
    if len(rows) < FEWEST_ROWS:
        return None
    dictionary = Dictionary.parse(version.dictionary_version.document)
    frame, fits = training_frame(dictionary, [row[0] for row in rows], [row[1] for row in rows])
    kept = np.flatnonzero(fits)
    if kept.size < FEWEST_ROWS:
        return None
    outcomes = [rows[index][2] for index in kept]
    return _measured(version, dictionary, frame.take(kept), outcomes)


def _measured(
    version: ModelVersion, dictionary: Dictionary, frame: Frame, outcomes: Sequence[str]
) -> dict[str, Any]:
    model = model_loaded(version.organization_id, version.artifact_hash)
    scores = model.score_columns(frame)
    bad = np.array([outcome == Outcome.BAD for outcome in outcomes])
    inputs = model_inputs(dictionary, model.features)
    return baseline_of(frame, inputs, scores.points, scores.pd_ppm, bad) | {"origin": PAST_LOANS}


def _stored(version: ModelVersion, actor: Actor, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, sort_keys=True, allow_nan=False)
    evidence, made = ModelEvidence.objects.get_or_create(
        organization_id=version.organization_id,
        model_version=version,
        kind=EvidenceKind.BASELINE,
        defaults={
            "document": document,
            "content_hash": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
            "made_at": now(version.organization_id),
        },
    )
    if made:
        event_record(
            organization_id=version.organization_id,
            actor=actor,
            type="model.baseline_kept",
            subject=("model", version.id),
            data={"content": evidence.content_hash},
        )
