"""One call from past loans to a recommended model.

The holdout is used to judge and for nothing else: settings are tuned on inner folds of the
training part, calibration and thresholds come from its outer folds, and the model of record is
fitted on the whole of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.economics import Economics
from ml.model import Model
from ml.model_inputs import model_inputs
from ml.scaling import STANDARD, Scaling
from ml.training.candidate import Candidate, LearningPart
from ml.training.compare import Comparison, compare
from ml.training.evaluation import Evaluation, Judge
from ml.training.families import family as family_named
from ml.training.families.family import Family
from ml.training.judged import Judged
from ml.training.loan_data import LoanData
from ml.training.objective import Loans
from ml.training.plan import Plan
from ml.training.progress import Progress, silent
from ml.training.split import Split, split_rows
from ml.training.steps import FamilyFailed, Result, Step, Steps, StepStore, Watch
from ml.training.trained import Trained, TrainingRefused, checked_target

__all__ = ["LoanData", "Plan", "Tournament", "tournament", "train"]

Floats = npt.NDArray[np.float64]
OF_EACH = (*Candidate.STEPS, "judge", "evidence")
EvidenceOf = Callable[[Trained, Judged, Economics | None], Mapping[str, Any]]
"""What looks closer at a servable candidate, once it is judged: kind of evidence to document."""


@dataclass(frozen=True)
class Tournament:
    """The split, what was trained on its one side, and the verdict of the other.

    `candidates` are in the order of the comparison's evaluations: trained families, then the
    plan's finished models. `evidence` is by family, of those that may decide.
    """

    split: Split
    candidates: tuple[Trained | Model, ...]
    comparison: Comparison
    evidence: Mapping[str, Mapping[str, Any]]
    judge: Judge

    @property
    def champion(self) -> Model | None:
        """The recommended model; None where none of those compared may decide."""
        if self.comparison.recommended is None:
            return None
        candidate = self.candidates[self.comparison.recommended]
        return candidate.model if isinstance(candidate, Trained) else candidate


def tournament(
    data: LoanData,
    plan: Plan,
    *,
    store: StepStore | None = None,
    progress: Progress = silent,
    watch: Watch | None = None,
    evidence_of: EvidenceOf | None = None,
) -> Tournament:
    """Split, train each family on one part, judge on the other, recommend.

    Finished steps are taken from `store`. What `progress` raises ends it, between trials and
    folds. A family that cannot be trained is left out and named. Raises TrainingRefused where
    none can be, ValueError where the plan cannot be carried out on these loans.
    """
    entries = [family_named(name) for name in plan.families]
    steps = Steps(planned_steps(plan.families), store, watch, progress)
    with threadpool_limits(limits=plan.threads):
        split = _split(data, plan, steps)
        return _played(data, plan, split, entries, steps, evidence_of)


def planned_steps(families: Sequence[str]) -> tuple[Step, ...]:
    """Everything a tournament of these families does, in order."""
    named = [("split", ""), *((name, each) for each in families for name in OF_EACH)]
    named.append(("compare", ""))
    return tuple(Step(number, name, family) for number, (name, family) in enumerate(named, 1))


def train(
    family: str,
    frame: Frame,
    target: npt.ArrayLike,
    dictionary: Dictionary,
    features: Sequence[str],
    *,
    seed: int,
    progress: Progress = silent,
    scaling: Scaling = STANDARD,
) -> Trained:
    """Train one family, with its defaults, on exactly the rows given."""
    bad = checked_target(target, frame.rows)
    data = LoanData(frame, bad, dictionary, features)
    plan = Plan(families=(family,), seed=seed, scaling=scaling)
    steps = Steps([Step(1, name, family) for name in Candidate.STEPS], progress=progress)
    with threadpool_limits(limits=1):
        part = _learning_part(data, plan, np.arange(bad.size), frame.take(np.arange(0)))
        return Candidate(family_named(family), part, steps).trained()


def _split(data: LoanData, plan: Plan, steps: Steps) -> Split:
    def compute(progress: Progress) -> Result:
        return Result(made().document())

    def made() -> Split:
        return split_rows(
            data.bad,
            seed=plan.seed,
            holdout=plan.holdout,
            dates=data.days,
            groups=data.groups,
            method=plan.method,
            ids=data.ids,
        )

    depends = {
        "data": data.fingerprint,
        "method": plan.method,
        "seed": plan.seed,
        "share": plan.holdout,
    }
    steps.take(steps.planned[0], depends, compute)
    return made()


def _learning_part(data: LoanData, plan: Plan, rows: npt.NDArray[Any], held: Frame) -> LearningPart:
    whose = data.groups if plan.method != "random" else None
    worth = worth_of(data, plan)
    return LearningPart(
        frame=data.frame.take(rows),
        loans=Loans(
            checked_target(data.bad[rows], rows.size), None if worth is None else worth[rows]
        ),
        inputs=model_inputs(data.dictionary, data.features),
        dictionary=data.dictionary,
        held=held,
        groups=None if whose is None else whose[rows],
        weights=None if data.weights is None else data.weights[rows],
        fingerprint=f"{data.fingerprint} {plan.method} {plan.seed} {plan.holdout}",
        plan=plan,
        declined=data.declined,
        segment=next((name for name in data.segments if name in data.frame.columns), None),
    )


def worth_of(data: LoanData, plan: Plan) -> Floats | None:
    """What accepting each loan is worth by the lender's economics; None where they are unknown."""
    if plan.economics is None:
        return None
    return plan.economics.worth(data.bad, data.frame, data.amounts)


def _played(
    data: LoanData,
    plan: Plan,
    split: Split,
    entries: Sequence[type[Family]],
    steps: Steps,
    evidence_of: EvidenceOf | None,
) -> Tournament:
    judged = data.judged(split)
    part = _learning_part(data, plan, split.train, judged.held)
    worth = worth_of(data, plan)
    held = Loans(judged.held_bad, None if worth is None else worth[split.holdout])
    judge = Judge(plan, part.frame, part.loans, judged.held, held)
    field = Field(part, judge, judged, steps, evidence_of)
    for entry in entries:
        field.play(entry)
    for model in plan.extra:
        field.add(model, judge.of_model(model))
    if not field.candidates:
        raise TrainingRefused("; ".join(field.failed.values()) or "no family was asked for")
    comparison = compare(field.evaluations, plan, int(split.holdout.size), field.failed)
    _told(comparison, steps, part, field.evaluations)
    return Tournament(split, tuple(field.candidates), comparison, field.evidence, judge)


def _told(
    comparison: Comparison, steps: Steps, part: LearningPart, evaluations: Sequence[Evaluation]
) -> None:
    depends = {
        "data": part.fingerprint,
        "evaluations": [_untimed(each) for each in evaluations],
        "failed": dict(comparison.failed),
    }
    words: Mapping[str, Any] = {"recommended": comparison.recommended, "words": comparison.words}
    steps.take(steps.planned[-1], depends, lambda _: Result(dict(words)))


def _untimed(evaluation: Evaluation) -> Mapping[str, Any]:
    """What is the same whenever it is measured."""
    timed = ("microseconds_per_row", "fit_seconds")
    return {name: each for name, each in evaluation.document().items() if name not in timed}


class Field:
    """Everybody who takes part, with what has become of them so far."""

    def __init__(
        self,
        part: LearningPart,
        judge: Judge,
        judged: Judged,
        steps: Steps,
        evidence_of: EvidenceOf | None,
    ) -> None:
        self.candidates: list[Trained | Model] = []
        self.evaluations: list[Evaluation] = []
        self.failed: dict[str, str] = {}
        self.evidence: dict[str, Mapping[str, Any]] = {}
        self._part, self._judge, self._judged = part, judge, judged
        self._steps, self._evidence_of = steps, evidence_of

    def play(self, entry: type[Family]) -> None:
        """Take a family through all its steps; where one fails, the rest are skipped."""
        try:
            trained = Candidate(entry, self._part, self._steps).trained()
            self.add(trained, self._evaluated(trained, entry))
            self._look_closer(trained)
        except FamilyFailed as error:
            self.failed[entry.name] = str(error)
            self._drop(entry.name)

    def add(self, candidate: Trained | Model, evaluation: Evaluation) -> None:
        self.candidates.append(candidate)
        self.evaluations.append(evaluation)

    def _drop(self, family: str) -> None:
        """Whoever failed is out, also where only the closer look failed."""
        kept = [i for i, each in enumerate(self.evaluations) if each.family != family]
        self.candidates = [self.candidates[index] for index in kept]
        self.evaluations = [self.evaluations[index] for index in kept]
        self._steps.skip_rest(family)

    def _evaluated(self, trained: Trained, entry: type[Family]) -> Evaluation:
        found: list[Evaluation] = []

        def compute(progress: Progress) -> Result:
            found.append(self._judge.of_trained(trained, entry))
            return Result(found[0].document())

        plan = self._part.plan
        step = self._steps.named("judge", entry.name)
        depends = {
            **_identity(trained, self._part),
            **plan.terms(),
        }
        result = self._steps.take(step, depends, compute)
        return found[0] if found else Evaluation.parse(result.document)

    def _look_closer(self, trained: Trained) -> None:
        step = self._steps.named("evidence", trained.family)
        if trained.model is None or self._evidence_of is None:
            self._steps.skip(step)
            return
        look, economics = self._evidence_of, self._part.plan.economics
        depends = {**_identity(trained, self._part), **self._part.plan.terms()}

        def compute(progress: Progress) -> Result:
            found = dict(look(trained, self._judged, economics))
            return Result({"kinds": sorted(found), "documents": found})

        found = self._steps.take(step, depends, compute)
        self.evidence[trained.family] = found.document["documents"]


def _identity(trained: Trained, part: LearningPart) -> dict[str, object]:
    """What a candidate's figures depend on: the loans, and the candidate itself."""
    return {
        "data": part.fingerprint,
        "params": dict(trained.params),
        "model": trained.model.content_hash if trained.model else "",
        "folds": part.folds,
        "threads": part.plan.threads,
    }
