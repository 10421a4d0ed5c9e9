"""Monitoring's pages: six views, their buttons, and who may press them."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from events.actor import SYSTEM
from events.models import Event
from ml.dictionary import Dictionary
from ml.drift.baseline import baseline_of
from ml.model_inputs import model_inputs
from scoring.models import (
    Alert,
    ModelEvidence,
    ModelVersion,
    MonitoringPlan,
    Pause,
    Performance,
    ScoringRun,
    TrainingRun,
)
from scoring.selectors.monitoring import Matured
from scoring.services.monitoring import Estimates, Observed, monitoring_record
from scoring.services.serving import model_loaded
from scoring.training.frames import training_frame
from tenancy.enter import enter
from tenancy.models import Organization
from tests.desk.conftest import SignIn
from tests.scoring.test_invariants import HASH, NOW
from underwriting.models import Application, Decision, PolicyVersion

OVERVIEW = "/admin/scoring/monitoringrun/"
LOANS = 240


@pytest.fixture
def watched(hanse: Organization, policy: PolicyVersion) -> ModelVersion:
    """Hanse's model in charge, looked at for four days in which long terms came in."""
    with enter(hanse.id):
        version = ModelVersion.objects.select_related("product", "dictionary_version").get()
        dictionary = Dictionary.parse(version.dictionary_version.document)
        model = model_loaded(hanse.id, version.artifact_hash)
    chance = np.random.default_rng(2)
    frame = loans(dictionary, chance, 24)
    scores = model.score_columns(frame)
    inputs = model_inputs(dictionary, model.features)
    document = baseline_of(frame, inputs, scores.points, scores.pd_ppm, None)
    with enter(hanse.id):
        ModelEvidence.objects.create(
            organization_id=hanse.id, model_version=version, kind="baseline", document=document,
            content_hash=HASH, made_at=NOW,
        )  # fmt: skip
    for number in range(4):
        frame = loans(dictionary, chance, 60)
        scores = model.score_columns(frame)
        monitoring_record(
            organization_id=hanse.id,
            actor=SYSTEM,
            model_version_id=version.id,
            day=date(2026, 5, 4) + timedelta(days=number),
            observed=Observed(
                frame, scores.points, scores.pd_ppm, [""] * LOANS,
                {"": {"decided": LOANS, "approved": 90, "reviewed": 5, "overridden": 2}},
            ),
            estimates=Estimates(scores.pd_ppm.tolist(), Matured()),
        )  # fmt: skip
    return version


def loans(dictionary: Dictionary, chance: np.random.Generator, months: int) -> Any:
    requests = [
        f'{{"amount": "{2000 + 10 * i}.00", "term_months": {months + int(chance.integers(0, 13))},'
        ' "purpose": "furniture", "other_debtors": "none"}'
        for i in range(LOANS)
    ]
    houses = chance.choice(["own", "rent"], LOANS)
    parties = [f'[{{"facts": {{"housing": "{house}"}}}}]' for house in houses]
    return training_frame(dictionary, requests, parties)[0]


def alert_of(organization: Organization, field: str = "term_months") -> Alert:
    with enter(organization.id):
        return Alert.objects.get(measure="csi", field=field)


def test_the_overview_says_in_words_what_its_dials_show(
    watched: ModelVersion, rita: User, sign_in: SignIn
) -> None:
    page = sign_in(rita).get(OVERVIEW).content.decode()
    assert "Personal loan" in page
    assert "Alarm" in page
    assert "alarm from" in page
    assert page.count('class="gauge"') == 3


@pytest.mark.parametrize("view", ["fields", "distributions", "evolution", "actions"])
def test_each_view_opens_for_whoever_may_look(
    watched: ModelVersion, audrey: User, sign_in: SignIn, view: str
) -> None:
    page = sign_in(audrey).get(f"{OVERVIEW}model/{watched.id}/{view}/")
    assert page.status_code == 200
    assert "Term" in page.content.decode()


def test_fields_are_sorted_by_what_is_asked_for(
    watched: ModelVersion, rita: User, sign_in: SignIn
) -> None:
    address = f"{OVERVIEW}model/{watched.id}/fields/"
    client = sign_in(rita)
    worst = client.get(address).context["lines"]
    assert [line.level for line in worst[:2]] == ["alarm", "alarm"]
    assert "term_months" in {line.name for line in worst[:2]}
    by_name = client.get(f"{address}?sort=field").context["lines"]
    assert [line.label for line in by_name] == sorted(line.label for line in by_name)
    assert client.get(f"{address}?sort=nonsense").status_code == 200


def test_a_field_is_drilled_into_bin_by_bin(
    watched: ModelVersion, rita: User, sign_in: SignIn
) -> None:
    found = sign_in(rita).get(f"{OVERVIEW}model/{watched.id}/distributions/?field=term_months")
    lines = found.context["shown"].lines
    assert lines[-1].then != lines[-1].now
    assert "from 35" in lines[-1].name or "from 36" in lines[-1].name


def test_a_case_is_opened_and_its_note_stays(
    watched: ModelVersion, hanse: Organization, rita: User, sign_in: SignIn
) -> None:
    alert = alert_of(hanse)
    client = sign_in(rita)
    refused = client.post(f"{OVERVIEW}case/{alert.id}/", {"note": ""})
    assert refused.status_code == 200
    client.post(f"{OVERVIEW}case/{alert.id}/", {"note": "A broker's campaign for long terms."})
    assert alert_of(hanse).note == "A broker's campaign for long terms."
    page = client.get(f"{OVERVIEW}model/{watched.id}/actions/").content.decode()
    assert "campaign for long terms" in page


def test_a_product_is_paused_and_resumed_by_an_approver_alone(
    watched: ModelVersion, hanse: Organization, rita: User, anna: User, sign_in: SignIn
) -> None:
    address = f"{OVERVIEW}pause/{watched.product_id}/"
    assert sign_in(rita).post(address, {"reason": "drift"}).status_code == 403
    client = sign_in(anna)
    client.post(address, {"reason": "incomes have shifted"})
    with enter(hanse.id):
        assert Pause.objects.get().reason == "incomes have shifted"
    assert "Paused" in client.get(OVERVIEW).content.decode()
    client.post(f"{OVERVIEW}resume/{watched.product_id}/")
    with enter(hanse.id):
        assert Pause.objects.get().ended_by == str(anna.pk)


def test_retraining_is_asked_for_because_of_the_alert(
    watched: ModelVersion, hanse: Organization, rita: User, uma: User, sign_in: SignIn
) -> None:
    address = f"{OVERVIEW}retrain/{alert_of(hanse).id}/"
    assert sign_in(uma).post(address).status_code == 403
    sign_in(rita).post(address)
    with enter(hanse.id):
        assert TrainingRun.objects.get().settings["because"]["field"] == "term_months"


def test_how_a_product_is_watched_is_changed(
    watched: ModelVersion, hanse: Organization, rita: User, sign_in: SignIn
) -> None:
    address = f"{OVERVIEW}plan/{watched.product_id}/"
    client = sign_in(rita)
    assert "purpose" in client.get(address).content.decode()
    client.post(address, {"window_days": 14, "segment_field": "purpose"})
    with enter(hanse.id):
        assert MonitoringPlan.objects.get().segment_field == "purpose"


def test_months_are_taken_from_a_file_and_refusals_named(
    watched: ModelVersion, hanse: Organization, rita: User, sign_in: SignIn
) -> None:
    rows = (
        b"loan_ref,months_on_book,as_of,days_past_due,balance\n"
        b"L1,1,2026-01-31,0,10\nL2,x,2026-01-31,0,10\n"
    )
    file = SimpleUploadedFile("months.csv", rows, "text/csv")
    page = sign_in(rita).post(f"{OVERVIEW}report/", {"product": "personal-loan", "file": file})
    assert "months_on_book" in page.content.decode()
    with enter(hanse.id):
        assert Performance.objects.get().loan_ref == "L1"


def test_what_if_computes_and_records_nothing(
    watched: ModelVersion, hanse: Organization, rita: User, sign_in: SignIn
) -> None:
    client = sign_in(rita)
    address = f"/admin/underwriting/application/what-if/{watched.product_id}/"
    page = client.get(address)
    assert "Nothing here is recorded" in page.content.decode()
    with enter(hanse.id):
        events = Event.objects.count()
    answers = {control.key: control.value for control in page.context["controls"]}
    answers |= {"request.amount": "3000", "party.monthly_income": "4200",
                "party.monthly_obligations": "150"}  # fmt: skip
    good = client.post(address, answers, headers={"HX-Request": "true"})
    assert "<html" not in good.content.decode()
    poor = client.post(address, answers | {"party.monthly_income": "500",
                                           "party.monthly_obligations": "490"})  # fmt: skip
    assert good.context["tried"].outcome != poor.context["tried"].outcome
    assert good.context["tried"].points is not None
    assert poor.context["tried"].reasons
    with enter(hanse.id):
        assert Event.objects.count() == events
        assert not Decision.objects.exists()
        assert not ScoringRun.objects.exists()
        assert not Application.objects.exists()


def test_another_lenders_pages_are_not_there(
    watched: ModelVersion, hanse: Organization, aurora: Organization, hire: Any, sign_in: SignIn
) -> None:
    stranger = sign_in(hire(aurora, "Bruna", "risk_analyst"))
    alert = alert_of(hanse)
    assert "Personal loan" not in stranger.get(OVERVIEW).content.decode()
    for address in (
        f"{OVERVIEW}model/{watched.id}/fields/",
        f"{OVERVIEW}plan/{watched.product_id}/",
        f"/admin/underwriting/application/what-if/{watched.product_id}/",
    ):
        assert stranger.get(address).status_code == 404, address
    stranger.post(f"{OVERVIEW}case/{alert.id}/", {"note": "mine"})
    assert alert_of(hanse).taken_by == ""


def test_before_the_first_look_the_page_says_when_it_comes(
    hanse: Organization, policy: PolicyVersion, rita: User, sign_in: SignIn
) -> None:
    page = sign_in(rita).get(OVERVIEW).content.decode()
    assert "first look" in page
