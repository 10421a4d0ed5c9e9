"""Gates: what a backtest must show before its policy begins; exceptions; every reason said."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.actor import Actor
from scoring.models import Product
from tenancy.canonical import canonical, content_hash
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid
from tenancy.models import Organization
from tests.cast_underwriting import Submit, decide
from tests.underwriting.test_policy_change import REFUSALS, Change, refused
from underwriting.enums import Obstacle
from underwriting.models import (
    Backtest,
    BacktestProtected,
    GateException,
    GateOutcome,
    PolicyStep,
    PolicyVersion,
)
from underwriting.selectors.gates import exceptions_ended, gates_in_force
from underwriting.selectors.obstacles import obstacles
from underwriting.services.backtests import backtest_run
from underwriting.services.gates import (
    gate_exception_answer,
    gate_exception_ask,
    gates_answer,
    gates_judge,
    gates_propose,
)
from underwriting.services.policies import PublicationRefused, policy_publish

SNAPSHOT = "sha256:" + "5" * 64
BASIS: dict[str, Any] = {
    "applications": 900,
    "decline_without_reason": 0,
    "approval_rate_ppm": [600_000, 620_000],
    "expected_loss_rate_ppm": [20_000, 21_000],
    "expected_profit_minor": [1_000_000, 1_100_000],
    "referral_minutes": [600, 610],
}
FAIR = {"sex:f": {"ratio_ppm": 900_000, "n": 400, "sufficient": True}}


@pytest.fixture
def change(personal_loan: Product, submit: Submit, rita: User, anna: User) -> Change:
    """The product has decided about somebody."""
    decide(submit())
    return Change(personal_loan, rita, anna)


def waiting(version: PolicyVersion) -> Backtest:
    """What handing in has asked for, or a new one."""
    return Backtest.objects.filter(
        policy_version=version, policy_hash=version.content_hash, status="waiting"
    ).first() or Backtest.objects.create(
        organization_id=version.organization_id,
        policy_version=version,
        policy_hash=version.content_hash,
        requested_by_kind="system",
        requested_by_id="assay",
        requested_at=timezone.now(),
        seen_at=timezone.now(),
    )


def backtested(
    version: PolicyVersion, impact: dict[str, Any] | None = None, **shown: Any
) -> Backtest:
    """A done backtest of the version, with these figures."""
    with enter(version.organization_id):
        against = PolicyVersion.objects.filter(status="published", effective_to=None).first()
        report = canonical({"basis": {**BASIS, **shown}}).decode()
        run = waiting(version)
        at = Backtest.objects.filter(id=run.id)
        at.update(status="running", against_hash=against.content_hash if against else None)
        apart = canonical({"adverse_impact": FAIR if impact is None else impact}).decode()
        BacktestProtected.objects.create(
            organization_id=version.organization_id,
            backtest=run,
            report=apart,
            content_hash=content_hash(apart.encode()),
        )
        done = {"status": "done", "snapshot": SNAPSHOT, "report": report}
        at.update(content_hash=content_hash(report.encode()), made_at=timezone.now(), **done)
        run.refresh_from_db()
    return run


def publish(change: Change, version: PolicyVersion) -> PolicyVersion:
    return policy_publish(**change.of(version, change.anna))


def why(change: Change, version: PolicyVersion) -> list[str]:
    with enter(change.organization_id, read_only=True):
        version.refresh_from_db()
        return [each.code.value for each in obstacles(version, change.anna.id)]


def test_a_policy_that_passes_its_gates_is_published(change: Change) -> None:
    version = change.submitted(change.drafted("Second"))
    with pytest.raises(PublicationRefused) as refusal:
        publish(change, version)
    assert refusal.value.code == "backtest_running"
    backtested(version)
    assert publish(change, version).status == "published"


def test_the_same_rules_under_another_name_pass_by_a_real_backtest(change: Change) -> None:
    """What the backtest writes is what the gates and the trigger read."""
    version = change.submitted(change.drafted("Second"))
    with enter(change.organization_id):
        run = waiting(version)
    done = backtest_run(organization_id=change.organization_id, backtest_id=run.id)
    assert done is not None
    assert done.status == "done"
    assert publish(change, version).status == "published"
    with enter(change.organization_id, read_only=True):
        kept = GateOutcome.objects.filter(backtest=run).values_list("gate", "verdict")
        assert {gate for gate, verdict in kept if verdict == "failed"} == set()
        assert len(kept) == 5


@pytest.mark.parametrize(
    ("gate", "shown"),
    [
        ("loss", {"expected_loss_rate_ppm": [20_000, 25_001]}),
        ("profit", {"expected_profit_minor": [1_000_000, 949_999]}),
        ("reasons", {"decline_without_reason": 1}),
        ("referral_load", {"referral_minutes": [600, 721]}),
        (
            "adverse_impact",
            {"impact": {**FAIR, "sex:m": {"ratio_ppm": 799_999, "sufficient": True}}},
        ),
    ],
)
def test_a_gate_that_fails_blocks_and_an_exception_lets_pass(
    change: Change, gate: str, shown: dict[str, Any], carla: User
) -> None:
    version = change.submitted(change.drafted("Second"))
    backtested(version, **shown)
    with pytest.raises(PublicationRefused) as refusal:
        publish(change, version)
    [found] = refusal.value.obstructions
    assert (found.code, found.detail["gate"].gate.value) == (Obstacle.GATE, gate)
    excepted(change, version, gate, carla)
    assert publish(change, version).status == "published"


def underwriting_exception(
    version: PolicyVersion, asked_by: User, days: int = 9, gate: str = "reasons"
) -> Any:
    """A row as raw SQL would write it; its id."""
    return GateException.objects.create(
        organization_id=version.organization_id,
        policy_version=version,
        content_hash=version.content_hash,
        gate=gate,
        reason="TRIAL",
        words="w",
        mitigants="m",
        expires_at=timezone.now() + timedelta(days=days),
        asked_by_id=str(asked_by.pk),
        asked_at=timezone.now(),
    ).id


def excepted(change: Change, version: PolicyVersion, gate: str, carla: User) -> Any:
    asked = gate_exception_ask(
        **change.of(version),
        gate=gate,
        reason="RISK_ACCEPTED",
        words="the committee wants it",
        mitigants="a monthly look",
        expires_at=timezone.now() + timedelta(days=30),
    )
    return gate_exception_answer(
        organization_id=change.organization_id,
        actor=Actor.user(carla.pk),
        exception_id=asked.id,
        agree=True,
    )


def test_the_database_judges_without_the_service(change: Change, hanse: Organization) -> None:
    """Raw SQL publishes nothing untested, unjudged, stale or blocked, and forges no figure."""
    version = change.submitted(change.drafted("Second"))

    def forged() -> None:
        with enter(hanse.id), transaction.atomic():
            PolicyStep.objects.create(
                organization_id=hanse.id, policy_version=version, number=99, kind="published",
                revision=version.revision, content_hash=version.content_hash,
                actor_kind="user", actor_id=change.anna.id, made_at=timezone.now(),
                effective_from=timezone.now(),
            )  # fmt: skip

    with pytest.raises(REFUSALS, match="policy_backtested"):
        forged()
    run = backtested(version, expected_loss_rate_ppm=[20_000, 90_000])
    with pytest.raises(REFUSALS, match="policy_gates_judged"):
        forged()
    columns = "organization_id, id, backtest_id, gates_number, gate, verdict, blocks, comparison,"
    row = f'INSERT INTO underwriting_gateoutcome ({columns} value, "limit", detail, made_at)'
    for rule, values in (
        ("gate_outcome_is_the_reports", "'loss', 'passed', false, 'at_most', 1, 25000"),
        ("gate_outcome_verdict_agrees", "'loss', 'passed', false, 'at_most', 90000, 25000"),
        ("gate_outcome_verdict_agrees", "'loss', 'failed', false, 'at_most', 90000, 25000"),
        ("gate_outcome_gate_known", "'luck', 'off', false, 'at_most', 1, NULL"),
    ):
        with refused(hanse, rule) as cursor:
            cursor.execute(
                f"{row} VALUES (%s, gen_random_uuid(), %s, 0, {values}, '{{}}', now())",
                [hanse.id, run.id],
            )
    with enter(hanse.id):
        gates_judge(run, gates_in_force(hanse.id, change.product.id))
    with pytest.raises(REFUSALS, match="policy_passes_its_gates"):
        forged()
    for statement in (
        "UPDATE underwriting_gateoutcome SET blocks = false",
        "DELETE FROM underwriting_gateoutcome",
        "UPDATE underwriting_gateexception SET expires_at = now()",
        "UPDATE underwriting_policygates SET settings = '{}'",
    ):
        with refused(hanse) as cursor:
            cursor.execute(statement)
    assert change.status(version) == "submitted"


def test_an_exception_is_two_peoples_of_authority_and_ends_by_itself(
    change: Change, hanse: Organization, carla: User
) -> None:
    version = change.submitted(change.drafted("Second"))
    backtested(version, expected_loss_rate_ppm=[20_000, 90_000])
    said: dict[str, Any] = {
        "gate": "loss", "reason": "TRIAL", "words": "w", "mitigants": "m",
        "expires_at": timezone.now() + timedelta(days=30),
    }  # fmt: skip
    for wrong in (
        {"words": " "}, {"mitigants": ""}, {"reason": "LUCK"},
        {"expires_at": timezone.now() + timedelta(days=181)}, {"expires_at": timezone.now()},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            gate_exception_ask(**change.of(version), **{**said, **wrong})
    asked = gate_exception_ask(**change.of(version), **said)
    with pytest.raises(Conflict):
        gate_exception_ask(**change.of(version), **said)
    of: dict[str, Any] = {"organization_id": hanse.id, "exception_id": asked.id, "agree": True}
    for nobody in (change.rita, change.anna):
        with pytest.raises(Forbidden):
            gate_exception_answer(actor=nobody, **of)
    with enter(hanse.id):
        own = underwriting_exception(version, asked_by=carla)
    for rule, row, by in (
        ("gate_exception_answered_by_another", own, str(carla.pk)),
        ("exception_by_another", own, change.rita.id),
        ("gate_exception_ends", None, ""),
    ):
        with refused(hanse, rule) as cursor:
            if row is None:
                underwriting_exception(version, asked_by=carla, days=-1, gate="profit")
            cursor.execute(
                "UPDATE underwriting_gateexception SET status = 'approved', answered_at = now(),"
                " answered_by_id = %s WHERE id = %s",
                [by, row],
            )


def test_what_began_under_an_exception_that_ends_is_told(
    change: Change, hanse: Organization, carla: User
) -> None:
    """It covers no other document, and nobody needs to end it."""
    version = change.submitted(change.drafted("Second"))
    backtested(version, decline_without_reason=4)
    excepted(change, version, "reasons", carla)
    later = timezone.now() + timedelta(days=31)
    with enter(hanse.id, read_only=True):
        beyond = obstacles(version, change.anna.id, later)
    assert [each.code for each in beyond] == [Obstacle.GATE]
    publish(change, version)
    with enter(hanse.id, read_only=True):
        assert exceptions_ended(hanse.id, timezone.now()) == []
        [ended] = exceptions_ended(hanse.id, later)
    assert ended.gate == "reasons"


def test_gates_are_changed_by_two_people(change: Change, hanse: Organization) -> None:
    of: dict[str, Any] = {"organization_id": hanse.id}
    proposed = gates_propose(
        **of, actor=change.rita, product_id=change.product.id,
        settings={"loss": {"rise_ppm": 100_000}, "adverse_impact": None}, reason="appetite",
    )  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        gates_propose(
            **of, actor=change.rita, product_id=change.product.id,
            settings={"loss": {"rise_ppm": -1}}, reason="appetite",
        )  # fmt: skip
    assert refusal.value.errors[0].pointer == "/loss/rise_ppm"
    with pytest.raises(Forbidden):
        gates_answer(**of, actor=change.rita, gates_id=proposed.id, agree=True)
    with refused(hanse, "policy_gates_answered_by_another") as cursor:
        cursor.execute(
            "UPDATE underwriting_policygates SET status = 'approved', answered_at = now(),"
            " answered_by_id = asked_by_id"
        )
    version = change.submitted(change.drafted("Second"))
    backtested(version, expected_loss_rate_ppm=[20_000, 90_000])
    assert why(change, version) == ["gate"]
    gates_answer(**of, actor=change.anna, gates_id=proposed.id, agree=True)
    with refused(hanse, "answered_once") as cursor:
        cursor.execute("UPDATE underwriting_policygates SET status = 'refused'")
    assert why(change, version) == []
    assert publish(change, version).status == "published"


def test_every_reason_is_said_before_anybody_tries(change: Change, hanse: Organization) -> None:
    version = change.drafted("Second")
    with enter(hanse.id, read_only=True):
        mine = [each.code for each in obstacles(version, change.rita.id)]
    assert mine == [
        Obstacle.PERMISSION, Obstacle.SAME_PERSON, Obstacle.STATUS, Obstacle.BACKTEST_MISSING,
    ]  # fmt: skip
    change.submitted(version)
    backtested(version)
    assert why(change, version) == []
    with enter(hanse.id, read_only=True):
        past = obstacles(version, change.anna.id, timezone.now() - timedelta(days=1))
    assert [each.code for each in past] == [Obstacle.PAST]
    other = change.submitted(change.drafted("Other"))
    backtested(other)
    publish(change, other)
    assert why(change, version) == ["backtest_stale"]
    fresh = change.submitted(change.drafted("Third"))
    with enter(hanse.id):
        row = waiting(fresh)
    assert why(change, fresh) == ["backtest_running"]
    with enter(hanse.id):
        failed = Backtest.objects.filter(id=row.id)
        failed.update(status="failed", error="no_memory", made_at=timezone.now())
    assert why(change, fresh) == ["backtest_failed"]


def test_what_changed_since_the_checks_is_said(change: Change, hanse: Organization) -> None:
    """The law chosen since forbids what was checked; a consent has no text; a test grew old."""
    version = change.submitted(change.drafted("Second"))
    backtested(version)
    with enter(hanse.id, read_only=True):
        later = obstacles(version, change.anna.id)
    assert later == []
    Organization.objects.filter(id=hanse.id)
    with enter(hanse.id):
        Organization.objects.filter(id=hanse.id).update(languages=["de", "fi"])
    assert set(why(change, version)) == {"checks_fail", "consent_missing"}
