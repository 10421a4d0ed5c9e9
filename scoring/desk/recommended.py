"""What to do about an alert: by its level and measure, each with a button that starts it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from scoring.desk.monitored import MEASURES, TAGS, Monitored, decimals, page_url
from scoring.enums import Level
from scoring.models import Alert

TRAINS, PAUSES, TAKES = "scoring.train_model", "scoring.refuse_all", "scoring.take_alert"
RETRAIN, PAUSE, CASE, LOOK = "retrain", "pause", "case", "look"


@dataclass(frozen=True, slots=True)
class Action:
    """One recommended action. `permission` is what its button asks for, '' for a link."""

    kind: str
    words: StrOrPromise
    why: StrOrPromise
    url: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Recommended:
    """An alert with what can be done about it, the most urgent first."""

    alert: Alert
    what: str
    tag: str
    level: str
    value: str
    limit: str
    actions: Sequence[Action]
    taken_by: str = ""


WHY = {
    RETRAIN: gettext_lazy("Learns from the newest loans; two people decide whether it takes over."),
    PAUSE: gettext_lazy("Until somebody ends it, people decide what machines decide now."),
    CASE: gettext_lazy("Take it, say what you found: the note stays with the alert."),
    LOOK: gettext_lazy("Which values come more or less often than when the model was made."),
}
BY_LEVEL = {Level.ALARM: (PAUSE, RETRAIN, CASE, LOOK), Level.WARN: (LOOK, CASE, RETRAIN)}


def recommended(found: Monitored) -> list[Recommended]:
    """Every open alert of a model."""
    return [_recommended(found, alert) for alert in found.alerts]


def _recommended(found: Monitored, alert: Alert) -> Recommended:
    name = found.label(alert.field) if alert.measure != "gini" else alert.field
    what = str(MEASURES.get(alert.measure, alert.measure))
    if alert.field:
        what = gettext("%(what)s: %(field)s") % {"what": what, "field": name}
    if alert.segment:
        what = gettext("%(what)s, only %(segment)s") % {"what": what, "segment": alert.segment}
    taken = User.objects.filter(pk=alert.taken_by).first() if alert.taken_by else None
    return Recommended(
        alert=alert,
        taken_by=taken.display_name if taken else "",
        what=what,
        tag=TAGS[alert.level],
        level=str(Level(alert.level).label),
        value=decimals(alert.value),
        limit=decimals(alert.threshold),
        actions=[_action(found, alert, kind) for kind in BY_LEVEL[Level(alert.level)]],
    )


def _action(found: Monitored, alert: Alert, kind: str) -> Action:
    version = found.version
    if kind == LOOK:
        url = page_url(
            "distributions" if alert.measure not in ("calibration", "gini") else "evolution",
            version.id, segment=alert.segment, field=alert.field,
        )  # fmt: skip
        return Action(kind, gettext_lazy("Look closer"), WHY[kind], url)
    named = {
        RETRAIN: (gettext_lazy("Retrain"), TRAINS, alert.id),
        PAUSE: (gettext_lazy("Refer all"), PAUSES, version.product_id),
        CASE: (gettext_lazy("Open a case"), TAKES, alert.id),
    }
    words, permission, target = named[kind]
    return Action(
        kind, words, WHY[kind], reverse(f"admin:scoring_monitoring_{kind}", args=[target]),
        permission,
    )  # fmt: skip
