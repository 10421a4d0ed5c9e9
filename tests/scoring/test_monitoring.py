"""Looks at a model: figures, alerts that open and close once, days without gaps or repeats."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.core import mail

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from ml.columns import Column, Frame
from ml.drift.baseline import baseline_of
from ml.model_inputs import ModelInput
from scoring.models import (
    Alert,
    ModelEvidence,
    ModelVersion,
    MonitoringFigure,
    MonitoringRun,
    Product,
)
from scoring.selectors.monitoring import Matured, segments_of
from scoring.services.alerts import alert_pause, alert_retrain, alert_take, alert_tell
from scoring.services.monitoring import (
    Estimates,
    Observed,
    monitoring_record,
)
from scoring.services.monitoring_plans import monitoring_plan_set
from scoring.services.schedules import training_schedule_set
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, NotFound
from tenancy.models import Organization
from tests.scoring.test_invariants import HASH, NOW

FIRST = date(2026, 3, 1)
INPUTS = (
    ModelInput("duration", "number", "higher"),
    ModelInput("housing", "category", None),
)
NOTHING = Estimates((), Matured())


def people(chance: np.random.Generator, n: int, longer: int = 0, new: float = 0.0) -> Frame:
    """n parties; `longer` months asked for, a share of them in a kind of housing never seen."""
    houses = chance.choice(["own", "rent", "free"], n).astype(object)
    houses[chance.random(n) < new] = "boat"
    return Frame(
        {
            "duration": Column(chance.integers(6, 60, n) + longer, np.zeros(n, bool)),
            "housing": Column.of(houses.tolist(), kind="category"),
        },
        n,
    )


@pytest.fixture
def model(hanse: Organization, personal_loan: Product) -> ModelVersion:
    """The expert's scorecard, with a baseline of 800 loans."""
    chance = np.random.default_rng(1)
    points = chance.normal(600, 30, 800).astype(int)
    document = baseline_of(
        people(chance, 800), INPUTS, points, np.full(800, 60_000), chance.random(800) < 0.06
    )
    with enter(hanse.id):
        version = ModelVersion.objects.select_related("product").get()
        ModelEvidence.objects.create(
            organization_id=hanse.id, model_version=version, kind="baseline", document=document,
            content_hash=HASH, made_at=NOW,
        )  # fmt: skip
    return version


def look(
    version: ModelVersion,
    day: int,
    *,
    seed: int | None = None,
    n: int = 60,
    estimates: Estimates = NOTHING,
    segments: Any = None,
    invented: bool = False,
    **drift: Any,
) -> MonitoringRun:
    chance = np.random.default_rng(100 + (day if seed is None else seed))
    frame = people(chance, n, **drift)
    return monitoring_record(
        organization_id=version.organization_id,
        actor=SYSTEM,
        model_version_id=version.id,
        day=FIRST + timedelta(days=day),
        observed=Observed(
            frame=frame,
            points=chance.normal(600, 30, n).astype(np.int64),
            pd_ppm=np.full(n, 60_000),
            segments=segments or [""] * n,
            counts={"": {"decided": n, "approved": n // 2, "referred": 5, "declined": 3}},
        ),
        estimates=estimates,
        invented=invented,
    )


def figures(run: MonitoringRun) -> dict[tuple[str, str], MonitoringFigure]:
    with enter(run.organization_id):
        rows = MonitoringFigure.objects.filter(run=run)
        return {(row.measure, row.field): row for row in rows}


def alerts(organization_id: UUID, **of: Any) -> list[Alert]:
    with enter(organization_id):
        return list(Alert.objects.filter(**of).order_by("opened_at"))


def test_a_quiet_month_opens_no_alert(model: ModelVersion) -> None:
    for day in range(20):
        run = look(model, day)
    found = figures(run)
    assert (found["psi", ""].level, found["csi", "duration"].level) == ("ok", "ok")
    assert found["approval_rate", ""].value == 0.5
    assert run.applications == 20 * 60
    assert alerts(model.organization_id) == []


def test_drift_opens_one_alert_with_one_event_and_says_which_field(
    model: ModelVersion, rita: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for day in range(14):
            look(model, day, longer=25 if day >= 4 else 0)
    (alert,) = alerts(model.organization_id)
    assert (alert.measure, alert.field, alert.status) == ("csi", "duration", "open")
    with enter(model.organization_id):
        kinds = list(Event.objects.filter(type__startswith="alert.").values_list("type", flat=True))
    assert kinds[0] == "alert.opened"
    assert len(kinds) == len(set(kinds)), kinds
    assert [letter.to for letter in mail.outbox] == [[rita.email]] * len(kinds)
    assert "duration" in mail.outbox[0].body


def test_a_category_never_seen_before_is_told(model: ModelVersion) -> None:
    for day in range(6):
        run = look(model, day, new=0.15)
    assert figures(run)["new", "housing"].level == "alarm"
    assert ("new", "housing") in {
        (alert.measure, alert.field) for alert in alerts(model.organization_id)
    }


def test_an_alert_closes_after_two_calm_looks_and_not_before(model: ModelVersion) -> None:
    monitoring_plan_set(
        organization_id=model.organization_id, actor=SYSTEM, product_slug="personal-loan",
        window_days=7,
    )  # fmt: skip
    for day in range(8):
        look(model, day, n=150, longer=25)
    assert [alert.status for alert in alerts(model.organization_id)] == ["open"]
    for day in range(8, 14):
        look(model, day, n=150)
    (alert,) = alerts(model.organization_id)
    while alert.status == "open":
        calm, day = alert.calm_looks, day + 1
        look(model, day, n=150)
        (alert,) = alerts(model.organization_id)
        assert day < 22
    assert calm == 1
    look(model, day + 1, n=150)
    assert len(alerts(model.organization_id)) == 1


def test_a_day_is_looked_at_once(model: ModelVersion) -> None:
    first = look(model, 0)
    again = look(model, 0, seed=5, longer=40)
    assert again.id == first.id
    with enter(model.organization_id):
        assert MonitoringRun.objects.count() == 1
        assert Event.objects.filter(type="monitoring.recorded").count() == 1


def test_few_rows_are_insufficient_and_alert_nobody(model: ModelVersion) -> None:
    run = look(model, 0, n=10, longer=40)
    found = figures(run)
    assert {found["psi", ""].level, found["csi", "duration"].level} == {"insufficient"}
    assert alerts(model.organization_id) == []


def test_a_day_without_applications_is_a_look_too(model: ModelVersion) -> None:
    run = look(model, 0, n=0)
    assert figures(run)["psi", ""].value is None


def test_a_model_without_a_baseline_is_still_counted(
    hanse: Organization, personal_loan: Product
) -> None:
    with enter(hanse.id):
        version = ModelVersion.objects.select_related("product").get()
    run = look(version, 0)
    assert run.document["compared"] is False
    assert run.document["window"]["tally"]["rows"] == 60
    assert {measure for measure, _ in figures(run)} <= {
        "approval_rate", "referral_rate", "decline_rate", "override_rate",
    }  # fmt: skip


def test_segments_are_looked_at_apart(model: ModelVersion) -> None:
    for day in range(3):
        look(model, day, segments=["new car"] * 40 + ["holiday"] * 20)
    with enter(model.organization_id):
        assert segments_of(model) == ["", "holiday", "new car"]
        run = MonitoringRun.objects.get(segment="holiday", period_end=FIRST + timedelta(days=2))
    assert run.document["window"]["tally"]["rows"] == 60


def test_outcomes_check_the_estimate_and_the_calibration(model: ModelVersion) -> None:
    """PDs of 6 % where 15 % go bad: calibration alarms, the estimate of the bad rate fails."""
    chance = np.random.default_rng(3)
    pds = (chance.beta(1.2, 18, 1200) * 1e6).astype(int).clip(1)
    bad = chance.random(1200) < pds * 2.4 / 1e6
    known = Matured(tuple(pds.tolist()), tuple(bad.tolist()), ("2025-Q4",) * 1200)
    found = figures(look(model, 0, estimates=Estimates(pds.tolist(), known)))
    assert found["calibration", ""].level == "alarm"
    assert found["calibration", ""].low > 1
    assert found["realised_bad_rate", ""].level == "warn"
    assert found["estimated_auc", ""].low < found["estimated_auc", ""].value
    assert found["gini", "2025-Q4"].value > 0.2
    assert [(a.measure, a.level) for a in alerts(model.organization_id)] == [
        ("calibration", "alarm")
    ]


def test_outcomes_as_expected_alert_nobody(model: ModelVersion) -> None:
    chance = np.random.default_rng(4)
    pds = (chance.beta(1.2, 12, 900) * 1e6).astype(int).clip(1)
    bad = chance.random(900) < pds / 1e6
    known = Matured(tuple(pds.tolist()), tuple(bad.tolist()), ("2025-Q4",) * 900)
    found = figures(look(model, 0, estimates=Estimates(pds.tolist(), known)))
    assert found["calibration", ""].level == "ok"
    assert alerts(model.organization_id) == []


def test_another_lender_sees_no_look_and_takes_no_alert(
    model: ModelVersion, aurora: Organization, rita: User
) -> None:
    for day in range(5):
        look(model, day, n=120, longer=30)
    (alert,) = alerts(model.organization_id)
    with enter(aurora.id):
        assert not MonitoringRun.objects.exists()
        assert not Alert.objects.exists()
    with pytest.raises(NotFound):
        alert_take(
            organization_id=aurora.id, actor=Actor.user(rita.pk), alert_id=alert.id, note="mine"
        )
    with pytest.raises(NotFound):
        monitoring_record(
            organization_id=aurora.id, actor=SYSTEM, model_version_id=model.id, day=FIRST,
            observed=Observed(Frame({}, 0), np.zeros(0, int), np.zeros(0, int), []),
        )  # fmt: skip


def test_a_person_takes_an_alert_and_says_what_they_make_of_it(
    model: ModelVersion, rita: User
) -> None:
    for day in range(5):
        look(model, day, n=120, longer=30)
    (alert,) = alerts(model.organization_id)
    where = {"organization_id": model.organization_id, "alert_id": alert.id}
    with pytest.raises(Invalid):
        alert_take(**where, actor=Actor.user(rita.pk), note=" ")
    with pytest.raises(Forbidden):
        alert_take(**where, actor=SYSTEM, note="looks odd")
    assert alerts(model.organization_id)[0].taken_by == ""
    taken = alert_take(**where, actor=Actor.user(rita.pk), note="A broker's campaign.")
    assert (taken.taken_by, taken.note) == (str(rita.pk), "A broker's campaign.")
    with enter(model.organization_id):
        event = Event.objects.get(type="alert.taken")
        assert "campaign" not in event.data
        Alert.objects.update(status="closed", closed_at="2040-01-01T00:00:00Z")
    with pytest.raises(Conflict):
        alert_take(**where, actor=Actor.user(rita.pk), note="again")


def test_mail_goes_to_owners_and_analysts_of_the_lender_alone(
    model: ModelVersion, rita: User, uma: User, anna: User
) -> None:
    for day in range(5):
        look(model, day, n=120, longer=30)
    (alert,) = alerts(model.organization_id)
    mail.outbox.clear()
    assert alert_tell(organization_id=model.organization_id, alert_id=alert.id) == 1
    assert mail.outbox[0].to == [rita.email]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"window_days": 5}, "/window_days"), ({"segment_field": "amount"}, "/segment_field")],
)
def test_a_plan_that_makes_no_sense_is_refused(
    hanse: Organization, personal_loan: Product, wrong: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        monitoring_plan_set(
            organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan",
            **{"window_days": 28, **wrong},
        )  # fmt: skip
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_serious_alert_trains_where_the_lender_trains_by_schedule(
    model: ModelVersion,
) -> None:
    for day in range(6):
        look(model, day, n=150, longer=30)
    (alert,) = alerts(model.organization_id)
    assert alert.level == "alarm"
    of = {"organization_id": model.organization_id, "alert_id": alert.id}
    assert alert_retrain(**of) is None
    training_schedule_set(
        organization_id=model.organization_id, actor=SYSTEM, product_slug="personal-loan",
        every_days=90,
    )  # fmt: skip
    run = alert_retrain(**of)
    assert run is not None
    assert run.settings["propose"] is True
    assert run.settings["because"]["alert"] == str(alert.id)
    assert alert_retrain(**of) is None


def test_invented_days_write_to_nobody(
    model: ModelVersion, rita: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for day in range(6):
            look(model, day, n=150, longer=30, invented=True)
    assert alerts(model.organization_id)
    assert mail.outbox == []


def test_a_serious_alert_pauses_only_where_the_lender_wants_it(model: ModelVersion) -> None:
    chance = np.random.default_rng(3)
    pds = (chance.beta(1.2, 18, 1200) * 1e6).astype(int).clip(1)
    bad = chance.random(1200) < pds * 2.4 / 1e6
    known = Matured(tuple(pds.tolist()), tuple(bad.tolist()), ("2025-Q4",) * 1200)
    look(model, 0, estimates=Estimates(pds.tolist(), known))
    (alert,) = alerts(model.organization_id, measure="calibration")
    of = {"organization_id": model.organization_id, "alert_id": alert.id}
    assert alert_pause(**of) is None
    monitoring_plan_set(
        organization_id=model.organization_id, actor=SYSTEM, product_slug="personal-loan",
        window_days=28, pauses=True,
    )  # fmt: skip
    pause = alert_pause(**of)
    assert pause is not None
    assert (pause.begun_by_kind, pause.reason.split(":")[0]) == ("system", "monitoring")


def test_alerts_about_a_model_end_when_another_is_looked_at(
    model: ModelVersion, challenger: ModelVersion
) -> None:
    for day in range(5):
        look(model, day, n=120, longer=30)
    assert [alert.status for alert in alerts(model.organization_id)] == ["open"]
    look(challenger, 6)
    assert [alert.status for alert in alerts(model.organization_id)] == ["closed"]
    with enter(model.organization_id):
        assert Event.objects.filter(type="alert.closed").count() == 1
