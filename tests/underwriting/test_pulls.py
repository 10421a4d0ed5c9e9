"""Asking others: in order, once, with consent; suspended and resumed; kept sealed; replayed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from events.models import Event
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid
from tenancy.models import Organization
from tests.cast_connectors import (
    Apply,
    agreed_to_all,
    bureau_settings,
    check_settings,
    connected,
    named,
    worked,
)
from tests.cast_underwriting import INES, STRONG, WEAK
from underwriting.connectors.contract import Report, Request
from underwriting.connectors.stub import Stub
from underwriting.models import (
    CheckHit,
    Decision,
    DecisionRun,
    FactSet,
    Pull,
    Review,
    StageResult,
)
from underwriting.services.replays import decisions_replay
from underwriting.tasks import sweep_undecided


def rows(organization: Organization) -> dict[str, Pull]:
    with enter(organization.id, read_only=True):
        return {pull.kind: pull for pull in Pull.objects.all()}


def codes(decision: Decision | None) -> list[str]:
    assert decision is not None
    return [reason["code"] for reason in decision.document_data["reasons"]]


class Counted:
    """The stub, counting whom it was asked about and by which key."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.dies = 0

    def ask(self, request: Request) -> Report:
        assert not connection.in_atomic_block or connection.savepoint_ids is not None
        self.asked.append(request)
        report = Stub().ask(request)
        if self.dies and request.kind == "bureau":
            self.dies -= 1
            raise SystemExit("killed between the answer and the record")
        return report


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Counted:
    made = Counted()
    monkeypatch.setattr(
        "underwriting.services.inquiries.connector_of", lambda settings, **given: made
    )
    return made


def due_again(organization: Organization) -> None:
    """As if the time to ask again had come."""
    past = timezone.now() - timedelta(hours=1)
    with enter(organization.id):
        Pull.objects.filter(status="waiting").update(next_at=past)
        DecisionRun.objects.filter(status="waiting").update(resume_at=past)


def test_checks_come_first_then_the_bureau_then_score_and_policy(
    asking: Organization, apply: Apply, vendor: Counted
) -> None:
    decision = worked(apply(named("Highscore")))
    assert decision is not None
    assert decision.outcome == "approve"
    assert [request.kind.value for request in vendor.asked] == [
        "fraud", "identity", "sanctions", "bureau",
    ]  # fmt: skip
    pulls = rows(asking)
    assert {str(request.idempotency_key) for request in vendor.asked} == {
        str(pull.id) for pull in pulls.values()
    }
    bureau = pulls["bureau"]
    assert (bureau.inquiry, bureau.purpose) == ("hard", "credit_transaction")
    assert bureau.consent_id is not None
    inputs = json.loads(decision.inputs or "")
    assert inputs["parties"][0]["facts"]["bureau_points"] == 820
    assert inputs["context"]["checks"] == {
        "fraud": "clear", "identity": "clear", "sanctions": "clear",
    }  # fmt: skip
    with enter(asking.id, read_only=True):
        facts = FactSet.objects.get(number=2)
        assert json.loads(facts.provenance_by_field)["bureau_points"]["provenance"] == "bureau"
        assert facts.changed == ["bureau_inquiries", "bureau_points"]
        stages = {stage.stage for stage in StageResult.objects.all()}
        told = list(Event.objects.filter(type="inquiry.recorded").values_list("data", flat=True))
    assert stages == {"eligibility", "pulls", "score", "policy"}
    assert [sorted(json.loads(data)) for data in told] == [["party", "pull", "report"]] * 4


@pytest.mark.exhaustive
def test_what_the_bureau_said_decides_and_is_replayed_without_it(
    asking: Organization, apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(worked(apply(named("Lowscore")))) == ["BUREAU_POINTS"]
    thin = worked(apply(named("Thinfile")))
    assert thin is not None
    assert thin.outcome == "approve"
    monkeypatch.setattr(Stub, "ask", lambda *_: pytest.fail("replay asks nobody"))
    assert dict(decisions_replay(organization_id=asking.id).counts) == {"identical": 2}


def test_a_free_knock_out_costs_no_pull(
    asking: Organization, apply: Apply, vendor: Counted
) -> None:
    decision = worked(apply(facts={**WEAK, "monthly_income": "100.00"}))
    assert decision is not None
    assert decision.outcome == "decline"
    assert codes(decision) == ["INCOME_TOO_LOW", "LOAN_TO_INCOME"]
    assert decision.points is None
    assert vendor.asked == []
    assert rows(asking) == {}
    assert json.loads(decision.inputs or "")["stage"] == "eligibility"
    with enter(asking.id, read_only=True):
        assert {stage.stage for stage in StageResult.objects.all()} == {"eligibility", "policy"}
        assert {hit.cause for hit in CheckHit.objects.all()} == {"not_run"}
    assert dict(decisions_replay(organization_id=asking.id).counts) == {"identical": 1}


@pytest.mark.exhaustive
def test_a_decline_that_another_amount_may_rescue_is_no_free_knock_out(
    asking: Organization, apply: Apply
) -> None:
    request = {"amount": "20000.00", "term_months": 6, "purpose": "furniture"}
    worked(apply(request={**request, "other_debtors": "none"}))
    assert "bureau" in rows(asking)


def test_a_vendor_that_does_not_answer_is_asked_again_later(
    asking: Organization, apply: Apply
) -> None:
    submitted = apply(named("Timeoutonce"))
    assert worked(submitted) is None
    with enter(asking.id, read_only=True):
        run = DecisionRun.objects.get()
        assert (run.status, run.holder, run.attempts) == ("waiting", None, 0)
        assert run.resume_at is not None
        assert run.resume_at > timezone.now() + timedelta(seconds=20)
    assert worked(submitted) is None, "not before its time"
    assert sweep_undecided() == 0
    due_again(asking)
    assert sweep_undecided() == 1
    bureau = rows(asking)["bureau"]
    assert (bureau.status, bureau.attempts) == ("answered", 2)


@pytest.mark.exhaustive
def test_after_the_last_attempt_a_person_decides_and_is_told_why(
    asking: Organization, apply: Apply
) -> None:
    submitted = apply(named("Timeout"))
    for _ in range(2):
        assert worked(submitted) is None
        due_again(asking)
    decision = worked(submitted)
    assert decision is not None
    assert decision.outcome == "refer"
    assert codes(decision)[0] == "CHECKS_UNAVAILABLE"
    bureau = rows(asking)["bureau"]
    assert (bureau.status, bureau.failure, bureau.attempts) == ("failed", "timeout", 3)


@pytest.mark.exhaustive
def test_waits_grow_and_an_inquiry_is_given_up_after_its_time(
    asking: Organization, apply: Apply
) -> None:
    connected(asking, bureau_settings(most_attempts=10, give_up_minutes=1))
    submitted = apply(named("Timeout"))
    worked(submitted)
    due_again(asking)
    worked(submitted)
    waits = rows(asking)["bureau"].next_at
    assert waits is not None
    assert timedelta(seconds=50) < waits - timezone.now() <= timedelta(seconds=60)
    with enter(asking.id):
        Organization.objects.filter(id=asking.id).update(clock_offset=timedelta(minutes=2))
    due_again(asking)
    assert codes(worked(submitted))[0] == "CHECKS_UNAVAILABLE"


@pytest.mark.exhaustive
def test_a_malformed_answer_is_not_asked_for_again(asking: Organization, apply: Apply) -> None:
    assert codes(worked(apply(named("Malformed"))))[0] == "CHECKS_UNAVAILABLE"
    assert rows(asking)["bureau"].failure == "malformed"


@pytest.mark.exhaustive
def test_facts_that_the_dictionary_cannot_read_are_no_answer(
    asking: Organization, apply: Apply
) -> None:
    connected(asking, bureau_settings(fields={"bureau_inquiries": "monthly_obligations"}))
    assert codes(worked(apply(named("Highscore"))))[0] == "CHECKS_UNAVAILABLE"


def test_killed_between_answer_and_record_it_asks_the_same_inquiry_again(
    asking: Organization, apply: Apply, vendor: Counted
) -> None:
    submitted = apply(named("Highscore"))
    vendor.dies = 1
    with pytest.raises(SystemExit):
        worked(submitted)
    assert rows(asking)["bureau"].status == "waiting"
    with enter(asking.id):
        DecisionRun.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    assert sweep_undecided() == 1
    keys = [request.idempotency_key for request in vendor.asked if request.kind == "bureau"]
    assert len(keys) == 2
    assert len(set(keys)) == 1, "the vendor sees one hard inquiry"
    assert rows(asking)["bureau"].attempts == 2
    with enter(asking.id, read_only=True):
        assert Decision.objects.get().outcome == "approve"


@pytest.mark.exhaustive
def test_who_lost_the_lease_while_waiting_for_an_answer_records_nothing(
    asking: Organization, apply: Apply, vendor: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = apply(named("Highscore"))

    def slow(request: Request) -> Report:
        with enter(asking.id):
            DecisionRun.objects.update(fence=99)
        return Stub().ask(request)

    monkeypatch.setattr(vendor, "ask", slow)
    assert worked(submitted) is None
    assert {pull.status for pull in rows(asking).values()} == {"waiting"}
    with enter(asking.id, read_only=True):
        assert not Decision.objects.exists()


@pytest.mark.exhaustive
def test_a_valid_answer_is_used_again_and_an_old_one_is_not(
    asking: Organization, apply: Apply, vendor: Counted
) -> None:
    worked(apply(named("Highscore")))
    worked(apply(named("Highscore")))
    assert [request.kind for request in vendor.asked].count("bureau") == 1
    with enter(asking.id, read_only=True):
        reused = Pull.objects.filter(kind="bureau").latest("made_at")
        assert reused.reused_from is not None
        assert reused.answered_at is not None
        assert reused.answered_at < reused.made_at
    with enter(asking.id):
        Organization.objects.filter(id=asking.id).update(clock_offset=timedelta(days=31))
    worked(apply(named("Highscore")))
    assert [request.kind for request in vendor.asked].count("bureau") == 2


def test_a_waiting_request_never_asks_anybody(asking: Organization, apply: Apply) -> None:
    submitted = apply(named("Highscore"), claim=True)
    assert submitted.claim is None
    assert submitted.application.status == "submitted"
    assert rows(asking) == {}


def test_a_bureau_is_asked_about_nobody_without_consent(asking: Organization, apply: Apply) -> None:
    consents = [each for each in agreed_to_all(asking) if each["purpose"] != "bureau_inquiry"]
    given = [{"identity": INES, "facts": STRONG, "consents": consents}]
    with pytest.raises(Invalid, match="consent"):
        apply(parties=given)
    connected(asking, bureau_settings(enabled=False))
    before = apply(parties=given)
    connected(asking, bureau_settings())
    assert codes(worked(before))[0] == "CONSENT_MISSING"
    assert "bureau" not in rows(asking)


@pytest.mark.exhaustive
def test_nobody_is_asked_about_who_owes_nothing(asking: Organization, apply: Apply) -> None:
    consents = agreed_to_all(asking)
    guarantor: dict[str, Any] = {
        "identity": named("Highscore"), "facts": STRONG, "consents": consents,
        "role": "guarantor", "liability": "none",
    }  # fmt: skip
    worked(apply(parties=[{"identity": INES, "facts": STRONG, "consents": consents}, guarantor]))
    with enter(asking.id, read_only=True):
        asked = set(Pull.objects.values_list("party__position", "kind"))
    assert (1, "sanctions") in asked
    assert (1, "bureau") not in asked


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("Fraudalert", "PERSON_LOOKS"),
        ("Activeduty", "PERSON_LOOKS"),
        ("Addressdiffers", "PERSON_LOOKS"),
        ("Frozen", "FILE_FROZEN"),
        ("Identitymismatch", "PERSON_LOOKS"),
        ("Sanctionshit", "PERSON_LOOKS"),
        ("Fraudhit", "PERSON_LOOKS"),
        ("Unavailable", "CHECKS_UNAVAILABLE"),
    ],
)
def test_alerts_and_hits_stop_automation(
    asking: Organization, apply: Apply, who: str, code: str
) -> None:
    connected(asking, *(check_settings(kind, most_attempts=1) for kind in ("identity", "fraud")))
    connected(asking, check_settings("sanctions", most_attempts=1))
    connected(asking, bureau_settings(most_attempts=1))
    decision = worked(apply(named(who)))
    assert decision is not None
    assert decision.outcome == "refer"
    assert codes(decision)[0] == code
    if code == "PERSON_LOOKS":
        assert codes(decision) == [code]
    with enter(asking.id, read_only=True):
        assert Review.objects.get().status == "open"
        bureau = Pull.objects.filter(kind="bureau").exists()
    assert bureau == (who not in ("Identitymismatch", "Sanctionshit", "Fraudhit"))
    assert dict(decisions_replay(organization_id=asking.id).counts) == {"identical": 1}


def test_the_stub_is_no_connector_of_a_live_lender(hanse: Organization, submit: Any) -> None:
    with pytest.raises(Conflict, match="test mode"):
        connected(hanse, check_settings("fraud"))
    with enter(hanse.id, read_only=True):
        assert not Pull.objects.exists()
