"""Judging candidates on loans none of them has seen, and recommending one in words."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from ml import metrics
from ml.columns import Frame
from ml.model import FAMILIES, Model, ScoreColumns
from ml.scaling import PPM
from ml.training.trained import Trained, TrainingRefused

TIMED_ROWS = 200
NAMES: Mapping[str, Mapping[str, str]] = {
    "expert": {
        "en": "expert scorecard",
        "de": "Experten-Scorecard",
        "es": "scorecard experta",
        "pt": "scorecard especialista",
    },
    "woe": {
        "en": "WoE scorecard",
        "de": "WoE-Scorecard",
        "es": "scorecard WoE",
        "pt": "scorecard WoE",
    },
    "boosting": {"en": "XGBoost", "de": "XGBoost", "es": "XGBoost", "pt": "XGBoost"},
}
BEST = {
    "en": "{name}: the highest AUC on {n} held-out loans, {auc} (95 % interval {low} to {high}),"
    " and no simpler model lies within that interval.",
    "de": "{name}: die höchste AUC auf {n} zurückgehaltenen Krediten, {auc} (95-%-Intervall {low}"
    " bis {high}); kein einfacheres Modell liegt in diesem Intervall.",
    "es": "{name}: el AUC más alto en {n} préstamos reservados, {auc} (intervalo del 95 % de {low}"
    " a {high}); ningún modelo más simple cae en ese intervalo.",
    "pt": "{name}: o maior AUC em {n} empréstimos reservados, {auc} (intervalo de 95 % de {low}"
    " a {high}); nenhum modelo mais simples fica nesse intervalo.",
}
SIMPLEST = {
    "en": "{name}: its AUC on {n} held-out loans, {auc}, lies within the 95 % interval of the best"
    " ({best}, {low} to {high}), and it is the simplest model that does.",
    "de": "{name}: ihre AUC auf {n} zurückgehaltenen Krediten, {auc}, liegt im 95-%-Intervall des"
    " besten Modells ({best}, {low} bis {high}), und sie ist das einfachste, für das das gilt.",
    "es": "{name}: su AUC en {n} préstamos reservados, {auc}, está dentro del intervalo del 95 %"
    " del mejor modelo ({best}, de {low} a {high}), y es el más simple que lo logra.",
    "pt": "{name}: seu AUC em {n} empréstimos reservados, {auc}, está dentro do intervalo de 95 %"
    " do melhor modelo ({best}, de {low} a {high}), e é o mais simples que o consegue.",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One candidate on the held-out loans; the threshold was chosen on training folds."""

    family: str
    content_hash: str
    auc: float
    auc_low: float
    auc_high: float
    gini: float
    ks: float
    brier: float
    log_loss: float
    ece: float
    cost_ratio: float
    cost_per_loan: float
    threshold_pd_ppm: int
    recall_bads: float
    accuracy: float
    microseconds_per_row: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """All candidates' evaluations; `recommended` is an index, `words` say why by language."""

    evaluations: tuple[Evaluation, ...]
    recommended: int
    words: dict[str, str]
    loans: int

    def document(self) -> dict[str, object]:
        return {
            "evaluations": [asdict(evaluation) for evaluation in self.evaluations],
            "recommended": self.recommended,
            "words": dict(self.words),
            "loans": self.loans,
        }


def compare(
    candidates: Sequence[Trained | Model],
    train_frame: Frame,
    train_target: npt.ArrayLike,
    holdout_frame: Frame,
    holdout_target: npt.ArrayLike,
    *,
    cost_ratio: float = 5.0,
) -> Comparison:
    """Evaluate on the holdout; recommend the simplest within the best one's AUC interval.

    A trained candidate's threshold comes from its held-out folds; a model that was not trained
    on these rows (an expert's) is scored on the training rows for it.
    """
    bad = np.asarray(holdout_target)
    evaluations = tuple(
        _evaluated(
            candidate.model if isinstance(candidate, Trained) else candidate,
            _threshold(candidate, train_frame, train_target, cost_ratio),
            holdout_frame,
            bad,
            cost_ratio,
        )
        for candidate in candidates
    )
    chosen = recommended(evaluations)
    return Comparison(evaluations, chosen, _words(evaluations, chosen, bad.size), int(bad.size))


def _threshold(
    candidate: Trained | Model, frame: Frame, target: npt.ArrayLike, cost_ratio: float
) -> float:
    if isinstance(candidate, Trained):
        pd_ppm = candidate.fold_pd_ppm
    else:
        pd_ppm = candidate.score_columns(frame).pd_ppm
    return metrics.best_threshold(target, pd_ppm / PPM, cost_ratio)


def _evaluated(
    model: Model,
    threshold: float,
    frame: Frame,
    bad: npt.NDArray[np.generic],
    cost_ratio: float,
) -> Evaluation:
    scored = model.score_columns(frame)
    pd = scored.pd_ppm / PPM
    interval = metrics.auc_interval(bad, -scored.points)
    return Evaluation(
        family=model.family,
        content_hash=model.content_hash,
        auc=interval.value,
        auc_low=interval.low,
        auc_high=interval.high,
        gini=2 * interval.value - 1,
        ks=metrics.ks(bad, -scored.points),
        brier=metrics.brier(bad, pd),
        log_loss=metrics.log_loss(bad, pd),
        ece=metrics.ece(bad, pd),
        cost_ratio=cost_ratio,
        cost_per_loan=metrics.cost(bad, pd, threshold, cost_ratio),
        threshold_pd_ppm=math.ceil(round(threshold * PPM, 3)),
        recall_bads=metrics.recall(bad, pd, threshold),
        accuracy=metrics.accuracy(bad, pd, threshold),
        microseconds_per_row=_microseconds(model, frame, scored),
    )


def _microseconds(model: Model, frame: Frame, scored: ScoreColumns) -> float:
    """Time of one row; the rows' scores must be those of the columns, or the model is unfit."""
    rows = [frame.row(index) for index in range(min(frame.rows, TIMED_ROWS))]
    start = time.perf_counter()
    scores = [model.score_row(row) for row in rows]
    elapsed = time.perf_counter() - start
    if any(score != scored.row(index) for index, score in enumerate(scores)):
        raise TrainingRefused(f"{model.family}: rows and columns score differently")
    return elapsed / len(rows) * 1_000_000


def recommended(evaluations: Sequence[Evaluation]) -> int:
    """Index of the simplest family whose AUC lies within the best one's interval."""
    best = max(evaluations, key=lambda evaluation: evaluation.auc)
    simplicity = list(FAMILIES)
    fit = [i for i, evaluation in enumerate(evaluations) if evaluation.auc >= best.auc_low]
    return min(fit, key=lambda i: (simplicity.index(evaluations[i].family), -evaluations[i].auc))


def _words(evaluations: Sequence[Evaluation], chosen: int, loans: int) -> dict[str, str]:
    pick = evaluations[chosen]
    best = max(evaluations, key=lambda evaluation: evaluation.auc)
    template = BEST if pick is best else SIMPLEST
    return {
        language: text.format(
            name=NAMES[pick.family][language],
            best=NAMES[best.family][language],
            n=loans,
            auc=f"{pick.auc:.3f}",
            low=f"{best.auc_low:.3f}",
            high=f"{best.auc_high:.3f}",
        )
        for language, text in template.items()
    }
