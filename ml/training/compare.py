"""All candidates side by side, and the one recommended, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml.training.evaluation import Evaluation
from ml.training.objective import MEASURES
from ml.training.plan import Plan

LANGUAGES = ("en", "de", "es", "pt")
BEST = {
    "en": "{name}: the best {measure} on {n} held-out loans, {value} (95 % interval {low} to"
    " {high}), and no simpler model that may decide lies within that interval.",
    "de": "{name}: bester Wert ({measure}) auf {n} zurückgehaltenen Krediten, {value}"
    " (95-%-Intervall {low} bis {high}); kein einfacheres Modell, das entscheiden darf, liegt"
    " darin.",
    "es": "{name}: el mejor valor ({measure}) en {n} préstamos reservados, {value} (intervalo del"
    " 95 % de {low} a {high}); ningún modelo más simple que pueda decidir cae en ese intervalo.",
    "pt": "{name}: o melhor valor ({measure}) em {n} empréstimos reservados, {value} (intervalo de"
    " 95 % de {low} a {high}); nenhum modelo mais simples que possa decidir fica nesse intervalo.",
}
SIMPLEST = {
    "en": "{name}: its {measure} on {n} held-out loans, {value}, lies within the 95 % interval of"
    " the best ({best}, {low} to {high}), and it is the simplest model that may decide and does.",
    "de": "{name}: der Wert ({measure}) auf {n} zurückgehaltenen Krediten, {value}, liegt im"
    " 95-%-Intervall des besten Modells ({best}, {low} bis {high}); kein einfacheres Modell, das"
    " entscheiden darf, liegt darin.",
    "es": "{name}: su valor ({measure}) en {n} préstamos reservados, {value}, está dentro del"
    " intervalo del 95 % del mejor modelo ({best}, de {low} a {high}), y es el más simple de los"
    " que pueden decidir y lo logran.",
    "pt": "{name}: seu valor ({measure}) em {n} empréstimos reservados, {value}, está dentro do"
    " intervalo de 95 % do melhor modelo ({best}, de {low} a {high}), e é o mais simples dos que"
    " podem decidir e o conseguem.",
}
NEAREST = {
    "en": "{name}: its {measure} on {n} held-out loans, {value}, is the best of the models that"
    " may decide, but lies outside the 95 % interval of the best ({best}, {low} to {high}).",
    "de": "{name}: der Wert ({measure}) auf {n} zurückgehaltenen Krediten, {value}, ist der beste"
    " der Modelle, die entscheiden dürfen, liegt aber außerhalb des 95-%-Intervalls des besten"
    " Modells ({best}, {low} bis {high}).",
    "es": "{name}: su valor ({measure}) en {n} préstamos reservados, {value}, es el mejor de los"
    " modelos que pueden decidir, pero queda fuera del intervalo del 95 % del mejor ({best}, de"
    " {low} a {high}).",
    "pt": "{name}: seu valor ({measure}) em {n} empréstimos reservados, {value}, é o melhor dos"
    " modelos que podem decidir, mas fica fora do intervalo de 95 % do melhor ({best}, de {low} a"
    " {high}).",
}
COMPARED_ONLY = {
    "en": " {best} is compared only: it cannot give exact reasons for a score and never decides.",
    "de": " {best} dient nur dem Vergleich: Es kann für einen Score keine genauen Gründe nennen und"
    " entscheidet deshalb nie.",
    "es": " {best} solo se compara: no puede dar razones exactas de una puntuación, y por eso nunca"
    " decide.",
    "pt": " {best} só é comparado: não pode dar razões exatas para uma pontuação, e por isso nunca"
    " decide.",
}
NOBODY = {
    "en": "None of the models compared may decide: no exact reasons can be given for their scores.",
    "de": "Keines der verglichenen Modelle darf entscheiden: Für ihre Scores gibt es keine genauen"
    " Gründe.",
    "es": "Ninguno de los modelos comparados puede decidir: no hay razones exactas para sus"
    " puntuaciones.",
    "pt": "Nenhum dos modelos comparados pode decidir: não há razões exatas para suas pontuações.",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """All candidates' evaluations; `recommended` is an index, None where none may decide.

    `best` is the index of the best one, whether it may decide or not; `words` say why, by
    language; `failed` are families that could not be trained, and why.
    """

    evaluations: tuple[Evaluation, ...]
    recommended: int | None
    best: int
    words: dict[str, str]
    loans: int
    objective: str
    failed: Mapping[str, str]

    def document(self) -> dict[str, Any]:
        return {
            "evaluations": [evaluation.document() for evaluation in self.evaluations],
            "recommended": self.recommended,
            "best": self.best,
            "words": dict(self.words),
            "loans": self.loans,
            "objective": self.objective,
            "failed": dict(self.failed),
        }


def compare(
    evaluations: Sequence[Evaluation], plan: Plan, loans: int, failed: Mapping[str, str]
) -> Comparison:
    """Rank by the plan's objective; recommend the simplest that may decide and is as good."""
    best = max(range(len(evaluations)), key=lambda index: evaluations[index].objective)
    chosen = recommended(evaluations)
    return Comparison(
        evaluations=tuple(evaluations),
        recommended=chosen,
        best=best,
        words={each: _words(evaluations, best, chosen, plan, loans, each) for each in LANGUAGES},
        loans=loans,
        objective=plan.objective,
        failed=dict(failed),
    )


def recommended(evaluations: Sequence[Evaluation]) -> int | None:
    """Index of the simplest servable candidate within the best one's interval.

    The best may be one that is compared only; where no servable one reaches it, the best of the
    servable ones is recommended. None where none is servable.
    """
    best = max(evaluations, key=lambda evaluation: evaluation.objective)
    servable = [index for index, each in enumerate(evaluations) if each.servable]
    fit = [index for index in servable if evaluations[index].objective >= best.objective_low]
    if fit:
        return min(fit, key=lambda i: (evaluations[i].simplicity, -evaluations[i].objective))
    return max(servable, key=lambda index: evaluations[index].objective, default=None)


def _words(
    evaluations: Sequence[Evaluation],
    best_index: int,
    chosen: int | None,
    plan: Plan,
    loans: int,
    language: str,
) -> str:
    if chosen is None:
        return NOBODY[language]
    pick, best = evaluations[chosen], evaluations[best_index]
    within = pick.objective >= best.objective_low
    template = BEST if chosen == best_index else SIMPLEST if within else NEAREST
    low, high = sorted((_shown(plan, best.objective_low), _shown(plan, best.objective_high)))
    names = {"name": _label(pick, language), "best": _label(best, language)}
    words = template[language].format(
        **names,
        measure=MEASURES[plan.objective][language],
        n=loans,
        value=_figure(plan, _shown(plan, pick.objective)),
        low=_figure(plan, low),
        high=_figure(plan, high),
    )
    return words if best.servable else words + COMPARED_ONLY[language].format(**names)


def _label(evaluation: Evaluation, language: str) -> str:
    return evaluation.label.get(language) or evaluation.label["en"]


def _shown(plan: Plan, value: float) -> float:
    """Costs are counted as what is saved, so that more is better; people are told the cost."""
    return -value if plan.objective == "cost" else value


def _figure(plan: Plan, value: float) -> str:
    return f"{value:,.0f}" if plan.objective == "profit" else f"{value:.3f}"
