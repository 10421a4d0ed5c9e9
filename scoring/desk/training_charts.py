"""A training drawn: who ranks how well, how honest PDs are, at what price, trial by trial."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from scoring.charts import Chart, Mark, Series
from scoring.desk.family_words import family_words
from scoring.desk.training_page import OBJECTIVE_NAMES, Shown, explained_words
from scoring.models import TrainingTrial

Evaluations = Sequence[Mapping[str, Any]]


def charts(shown: Shown) -> list[Chart]:
    """What can be drawn of a run; nothing before anybody was judged."""
    evaluations = sorted(shown.evaluations, key=lambda each: -each["auc"])
    found = _judged(evaluations) if evaluations else []
    trials = [trial for trial in shown.trials if trial.value is not None]
    return [*found, _trials(trials, shown)] if len(trials) > 1 else found


def _judged(evaluations: Evaluations) -> list[Chart]:
    drawn = (_intervals(evaluations), _reliability(evaluations), _prices(evaluations))
    return [chart for chart in drawn if chart is not None]


def _intervals(evaluations: Evaluations) -> Chart:
    best = evaluations[0]
    return Chart(
        kind="interval",
        title=_("AUC with its 95 % interval"),
        summary=_("%(best)s ranks best; whoever lies above the line is no worse for certain.")
        % {"best": family_words(best["family"])},
        labels=tuple(family_words(each["family"]) for each in evaluations),
        series=(
            Series(
                "AUC",
                tuple(each["auc"] for each in evaluations),
                low=tuple(each["auc_low"] for each in evaluations),
                high=tuple(each["auc_high"] for each in evaluations),
            ),
        ),
        x_title=_("Family"),
        y_title="AUC",
        mark=Mark("y", best["auc_low"], _("the best one’s lower end")),
        horizontal=True,
    )


def _reliability(evaluations: Evaluations) -> Chart | None:
    """Predicted against observed, of the families that may decide."""
    drawn = [each for each in evaluations if each.get("servable") and each.get("reliability")]
    if not drawn:
        return None
    highest = max(max(*e["reliability"]["pd"], *e["reliability"]["bad"]) for e in drawn)
    series = [
        Series(
            family_words(each["family"]),
            tuple(each["reliability"]["bad"]),
            x=tuple(each["reliability"]["pd"]),
            joined=True,
        )
        for each in drawn
    ]
    perfect = Series(_("as predicted"), (0.0, highest), x=(0.0, highest), joined=True)
    return Chart(
        kind="scatter",
        title=_("Predicted and observed"),
        summary=_("Ten groups of held-out loans by PD; on the line, PDs are what happened."),
        labels=(),
        series=(*series, perfect),
        x_title=_("Mean PD"),
        y_title=_("Share of bads"),
    )


def _prices(evaluations: Evaluations) -> Chart:
    """What a better rank costs in time and in explanation."""
    names = [f"{family_words(each['family'])} ({explained_words(each)})" for each in evaluations]
    return Chart(
        kind="scatter",
        title=_("AUC against time and explanation"),
        summary=_("Time of one row in microseconds; what is compared only never decides."),
        labels=tuple(names),
        series=(
            Series(
                "AUC",
                tuple(each["auc"] for each in evaluations),
                x=tuple(round(each["microseconds_per_row"], 1) for each in evaluations),
            ),
        ),
        x_title=_("Microseconds a row"),
        y_title="AUC",
    )


def _trials(trials: Sequence[TrainingTrial], shown: Shown) -> Chart:
    """Each family's trials in their order."""
    families = list(dict.fromkeys(trial.family for trial in trials))
    series = [
        Series(
            family_words(family),
            tuple(trial.value for trial in trials if trial.family == family),
            x=tuple(trial.number + 1 for trial in trials if trial.family == family),
        )
        for family in families
    ]
    measure = str(OBJECTIVE_NAMES[shown.run.settings.get("objective", "auc")])
    return Chart(
        kind="scatter",
        title=_("Trials"),
        summary=_("%(n)s settings were tried to the end; higher is better.") % {"n": len(trials)},
        labels=(),
        series=tuple(series),
        x_title=_("Trial"),
        y_title=measure,
    )
