"""What a training run does between its first and last row: load, learn, register."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from events.actor import Actor, Kind
from ml.economics import Economics
from ml.metrics import STATLOG
from ml.model import Model
from scoring.models import (
    DictionaryVersion,
    ModelEvidence,
    ModelVersion,
    Product,
    ProductEconomics,
    TrainingRun,
)
from scoring.services.artifacts import NewModel
from scoring.services.models import model_card, registered
from scoring.services.past_loans import PastLoans
from scoring.services.steps import RunSteps
from scoring.training.settings import PPM, TrainingSettings
from tenancy.clock import now

if TYPE_CHECKING:
    from ml.training import Plan, Progress, Tournament


LEARNT_FROM = ("fuzzy", "parcelling")
"""Ways of reject inference that change what is learnt; bounds are reported, whatever is asked."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The candidates of one tournament that may decide, with what is known of each."""

    models: tuple[Model, ...]
    metrics: tuple[Mapping[str, Any], ...]
    evidence: tuple[Mapping[str, Any], ...]
    comparison: dict[str, Any]
    log: tuple[str, ...]


def economics_of(product: Product) -> Economics | None:
    """What a loan earns and costs, as last published; inside the caller's `enter`."""
    newest = (
        ProductEconomics.objects.filter(organization_id=product.organization_id, product=product)
        .order_by("-number")
        .first()
    )
    return Economics.parse(newest.document) if newest else None


def learnt(
    loans: PastLoans,
    settings: TrainingSettings,
    economics: Economics | None,
    steps: RunSteps,
    progress: "Progress",
) -> Learnt:
    """Train and compare. Nothing of the database is held meanwhile.

    Imported here because no request worker may pay for scikit-learn's start.
    """
    from ml.evidence import evidence_of
    from ml.training import tournament

    found = tournament(
        loans.data,
        _plan(loans, settings, economics),
        store=steps,
        progress=progress,
        watch=steps,
        evidence_of=partial(evidence_of, present=loans.present),
    )
    return _learnt(found, loans)


def _plan(loans: PastLoans, settings: TrainingSettings, economics: Economics | None) -> "Plan":
    """What the request leaves open, the lender's economics say."""
    from django.conf import settings as site

    from ml.training import Plan
    from ml.training.engine import Engine
    from ml.training.engine import Kind as EngineKind
    from ml.training.split import Method

    auto: Method = "random" if loans.data.days is None else "out_of_time"
    accuracy = settings.accuracy_ppm or (economics.accuracy_ppm if economics else None)
    inference = settings.reject_inference
    own = settings.costs.costs() if settings.costs else None
    return Plan(
        families=tuple(settings.families),
        objective=settings.objective,
        seed=settings.seed,
        trials=settings.trials,
        seconds=settings.seconds,
        method=auto if settings.split == "auto" else settings.split,
        holdout=settings.holdout_ppm / PPM,
        costs=own or (economics.cost_matrix if economics else STATLOG),
        accuracy=None if accuracy is None else accuracy / PPM,
        economics=economics,
        reject_inference=inference if inference in LEARNT_FROM else None,
        engine=Engine(cast(EngineKind, site.TRAINING_ENGINE), site.TRAINING_CLUSTER),
        threads=min(settings.threads or site.TRAINING_THREADS, site.TRAINING_THREADS),
    )


def _learnt(found: "Tournament", loans: PastLoans) -> Learnt:
    from ml.training import Trained

    document = found.comparison.document()
    recommended = found.comparison.recommended
    trained = [(i, each) for i, each in enumerate(found.candidates) if isinstance(each, Trained)]
    servable = [(index, each) for index, each in trained if each.model is not None]
    return Learnt(
        models=tuple(each.model for _, each in servable if each.model is not None),
        metrics=tuple(
            {
                "holdout": document["evaluations"][index],
                "folds": each.metrics,
                "recommended": index == recommended,
            }
            for index, each in servable
        ),
        evidence=tuple(found.evidence.get(each.family, {}) for _, each in servable),
        comparison={
            **document,
            "in_charge": found.judge.of_model(loans.present).document() if loans.present else None,
            "split": found.split.document(),
            "left_out": loans.left_out,
        },
        log=tuple(line for _, each in trained for line in each.log),
    )


def registered_models(run: TrainingRun, found: Learnt) -> list[ModelVersion]:
    """A version for each candidate that may decide, with its evidence."""
    versions = [
        registered(run.product, _new(run, found, index), requester(run))
        for index in range(len(found.models))
    ]
    for version, evidence in zip(versions, found.evidence, strict=True):
        _evidence_stored(version, evidence)
    return versions


def _evidence_stored(version: ModelVersion, evidence: Mapping[str, Any]) -> None:
    """What is known of a model already stays: the same bytes may come from a second run."""
    for kind, document in evidence.items():
        text = json.dumps(document, sort_keys=True, allow_nan=False)
        ModelEvidence.objects.get_or_create(
            organization_id=version.organization_id,
            model_version=version,
            kind=kind,
            defaults={
                "document": document,
                "content_hash": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
                "made_at": now(version.organization_id),
            },
        )


def recommended_version(run: TrainingRun) -> ModelVersion | None:
    """The version that the run's comparison speaks for, inside the caller's `enter`."""
    comparison = run.comparison or {}
    index = comparison.get("recommended")
    if index is None:
        return None
    return ModelVersion.objects.filter(
        organization_id=run.organization_id,
        product_id=run.product_id,
        artifact_hash=comparison["evaluations"][index]["content_hash"],
    ).first()


def _new(run: TrainingRun, found: Learnt, index: int) -> NewModel:
    model, dictionary = found.models[index], run.dictionary_version
    return NewModel(
        body=model.to_bytes(),
        family=model.family,
        dictionary_version=dictionary,
        metrics=found.metrics[index],
        card=_card(run, model, dictionary, found),
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
