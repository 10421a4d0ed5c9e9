"""Alerts: opened once, raised once, closed when it has been calm; taken by a person, told once."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from events.actor import SYSTEM, Actor
from events.services import event_record
from ml.drift.alarms import Standing, standing_after
from ml.drift.look import Figure
from scoring.enums import AlertStatus, Level
from scoring.models import Alert, MonitoringRun, Pause, TrainingRun, TrainingSchedule
from scoring.selectors.monitoring import monitoring_plan
from scoring.services.pauses import refer_all_set
from scoring.services.schedules import retraining_on_drift
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from tenancy.tasks import enqueue

MAIL = "scoring.tasks.tell_alert"
ALERTING = frozenset({"psi", "csi", "missing", "new", "calibration", "gini"})
"""Measures that open alerts; the others are looked at beside them."""
PAUSING = frozenset({"psi", "calibration"})
"""Of these a serious one pauses the product, where the lender wants that."""
TOLD = (Role.OWNER, Role.RISK_ANALYST)


def alerts_follow(
    run: MonitoringRun, figures: Iterable[Figure], certain: Collection[tuple[str, str]]
) -> list[Alert]:
    """Bring the alerts of a model and segment up to a look; the changed ones, events written.

    Inside the transaction that writes the look, as its last statement. `certain` are the
    (measure, field) pairs whose departure is beyond chance at the promised rate.
    """
    present = {(alert.measure, alert.field): alert for alert in _open_of(run)}
    changed = []
    for figure in figures:
        if figure.measure not in ALERTING:
            continue
        key = (figure.measure, figure.field)
        alert = _followed(run, figure, present.get(key), certain=key in certain)
        if alert is not None:
            changed.append(alert)
    for alert in changed:
        _told(alert)
    return changed


def alerts_of_the_past_close(run: MonitoringRun) -> None:
    """Close what is open about models that this one has followed: nobody looks at them any more.

    Inside the transaction that writes the look.
    """
    left = Alert.objects.select_for_update().filter(
        organization_id=run.organization_id, product_id=run.product_id, status=AlertStatus.OPEN
    )
    for alert in left.exclude(model_version_id=run.model_version_id):
        alert.status, alert.closed_at = AlertStatus.CLOSED, run.computed_at
        alert.save(update_fields=["status", "closed_at"])
        _told(alert)


def alert_take(*, organization_id: UUID, actor: Actor, alert_id: UUID, note: str) -> Alert:
    """Open a case: a person takes the alert and says what they make of it. Again replaces it."""
    if not note.strip():
        raise Invalid([FieldError("/note", "required", "say what you make of it")])
    if actor.kind != "user":
        raise Forbidden("a person takes an alert, nobody else", code="not_a_person")
    with enter(organization_id):
        alert = _alert(organization_id, alert_id)
        if alert.status != AlertStatus.OPEN:
            raise Conflict("the alert is closed", code="closed")
        alert.taken_by, alert.note = actor.id, note.strip()
        alert.save(update_fields=["taken_by", "note"])
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="alert.taken",
            subject=("alert", alert_id),
            data={"measure": alert.measure, "model": str(alert.model_version_id)},
        )
    return alert


def alert_tell(*, organization_id: UUID, alert_id: UUID) -> int:
    """Write to the owners and risk analysts; to how many. Called by a worker, once an opening."""
    with enter(organization_id, read_only=True):
        alert = _alert(organization_id, alert_id)
        addresses = list(
            Membership.objects.filter(
                organization_id=organization_id, active=True, role__in=TOLD
            ).values_list("user__email", flat=True)
        )
        text = render_to_string("admin/scoring/monitoring/alert.txt", {
            "alert": alert,
            "model": alert.model_version,
            "product": alert.product,
            "link": settings.ASSAY_BASE_URL.rstrip("/")
            + reverse("admin:scoring_monitoringrun_changelist"),
        })  # fmt: skip
    subject = f"Assay: {alert.product.slug}, {alert.get_level_display()}"
    for address in addresses:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address]).send()
    return len(addresses)


def alert_retrain(*, organization_id: UUID, alert_id: UUID) -> TrainingRun | None:
    """Ask for a training where an alert is serious and the lender trains by schedule.

    A lender that has switched its schedule off decides for itself. What the training finds is
    proposed, never put in charge.
    """
    with enter(organization_id, read_only=True):
        alert = _alert(organization_id, alert_id)
        wanted = TrainingSchedule.objects.filter(
            organization_id=organization_id, product_id=alert.product_id, enabled=True
        ).exists()
    if alert.level != Level.ALARM or alert.status != AlertStatus.OPEN or not wanted:
        return None
    return retraining_on_drift(
        organization_id=organization_id,
        actor=SYSTEM,
        product_id=alert.product_id,
        alert_id=alert_id,
    )


def alert_pause(*, organization_id: UUID, alert_id: UUID) -> Pause | None:
    """Refer all applications of a product whose score or calibration is seriously off.

    Only where the lender's plan says so: the safe direction, which a person ends.
    """
    with enter(organization_id, read_only=True):
        alert = _alert(organization_id, alert_id)
        wanted = monitoring_plan(organization_id, alert.product_id).pauses
    serious = alert.level == Level.ALARM and alert.status == AlertStatus.OPEN
    if not wanted or not serious or alert.measure not in PAUSING or alert.segment:
        return None
    return refer_all_set(
        organization_id=organization_id,
        actor=SYSTEM,
        product_slug=alert.product.slug,
        on=True,
        reason=f"monitoring: {alert.measure} {alert.value:.3f}, alarm from {alert.threshold:.3f}",
    )


def _followed(
    run: MonitoringRun, figure: Figure, alert: Alert | None, *, certain: bool
) -> Alert | None:
    """The alert that a figure opened, raised or closed; None where nothing was to be told."""
    before = Standing(alert.level, alert.calm_looks) if alert else Standing()  # type: ignore[arg-type]
    after = standing_after(before, figure.level, certain=certain)
    if alert is None:
        return _opened(run, figure, after.level) if after.level else None
    alert.last_run, alert.calm_looks = run, after.calm
    if after.level and figure.value is not None:
        alert.value = figure.value
    closed, raised = not after.level, after.level not in ("", alert.level)
    if closed:
        alert.status, alert.closed_at = AlertStatus.CLOSED, run.computed_at
    elif raised:
        alert.level, alert.threshold = after.level, _threshold(figure, after.level)
    alert.save(update_fields=[
        "last_run", "calm_looks", "value", "level", "threshold", "status", "closed_at",
    ])  # fmt: skip
    return alert if raised or closed else None


def _opened(run: MonitoringRun, figure: Figure, level: str) -> Alert:
    return Alert.objects.create(
        organization_id=run.organization_id,
        product_id=run.product_id,
        model_version_id=run.model_version_id,
        segment=run.segment,
        measure=figure.measure,
        field=figure.field,
        level=level,
        opened_at=run.computed_at,
        first_run=run,
        last_run=run,
        value=figure.value or 0.0,
        threshold=_threshold(figure, level),
    )


def _threshold(figure: Figure, level: str) -> float:
    return (figure.alarm if level == Level.ALARM else figure.warn) or 0.0


def _told(alert: Alert) -> None:
    """One event a change, which is also what webhooks carry; mail when there is something to do."""
    closed = alert.status == AlertStatus.CLOSED
    what = "closed" if closed else "opened" if alert.first_run_id == alert.last_run_id else "raised"
    event_record(
        organization_id=alert.organization_id,
        actor=SYSTEM,
        type=f"alert.{what}",
        subject=("alert", alert.id),
        data={
            "product": str(alert.product_id),
            "model": str(alert.model_version_id),
            "measure": alert.measure,
            "level": alert.level,
        },
    )
    if not closed and not alert.last_run.document.get("invented"):
        enqueue(MAIL, organization_id=alert.organization_id, alert_id=alert.id)


def _open_of(run: MonitoringRun) -> Iterable[Alert]:
    return Alert.objects.select_for_update().filter(
        organization_id=run.organization_id,
        product_id=run.product_id,
        model_version_id=run.model_version_id,
        segment=run.segment,
        status=AlertStatus.OPEN,
    )


def _alert(organization_id: UUID, alert_id: UUID) -> Alert:
    found = (
        Alert.objects.filter(organization_id=organization_id, id=alert_id)
        .select_related("product", "model_version")
        .first()
    )
    if found is None:
        raise NotFound("no such alert")
    return found
