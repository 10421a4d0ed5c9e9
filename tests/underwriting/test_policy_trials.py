"""Trials of policies: a challenger beside the policy in force, and for a share of applicants."""

import json
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from events.models import Event
from scoring.models import Product
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden
from tenancy.models import Organization
from tests.cast_underwriting import JONAS, STRONG, Submit, decide
from tests.underwriting.test_gates import backtested
from tests.underwriting.test_policy_change import Change, refused
from underwriting.enums import TrialMeasure
from underwriting.models import Decision, PolicyShadow, PolicyTrial, PolicyTrialLook, PolicyVersion
from underwriting.selectors.policy_trials import Pair, agreement, reasons_that_differ
from underwriting.selectors.terms import lot_of_customer
from underwriting.services.policies import (
    PublicationRefused,
    policy_check,
    policy_draft,
    policy_submit,
    policy_withdraw,
)
from underwriting.services.policy_looks import paired, policy_trial_look
from underwriting.services.policy_shadows import policy_shadow
from underwriting.services.policy_trials import (
    policy_shadow_begin,
    policy_split_begin,
    policy_split_propose,
    policy_split_refuse,
    policy_trial_end,
)
from underwriting.services.replays import decisions_replay

HALF = 500_000
OTHER = "sha256:" + "0" * 64
ABOUT = {"measure": "referrals", "reason": "Fewer people for the same losses"}


@pytest.fixture
def change(personal_loan: Product, submit: Submit, rita: User, anna: User) -> Change:
    """The product has decided about somebody."""
    decide(submit())
    return Change(personal_loan, rita, anna)


def careful(change: Change, large: str = "2000.00") -> PolicyVersion:
    """A checked challenger that sends more than 2,000 to a person."""
    document = change.document("Careful") | {"tests": []}
    document["parameters"]["large_amount"]["value"] = large
    version = policy_draft(
        organization_id=change.organization_id,
        actor=change.rita,
        product_id=change.product.id,
        document=document,
    )
    return policy_check(**change.of(version))


def split(change: Change) -> PolicyTrial:
    version = policy_submit(**change.of(careful(change)))
    backtested(version)
    trial = proposed(change, version)
    return policy_split_begin(**answering(change, trial))


def proposed(change: Change, version: PolicyVersion) -> PolicyTrial:
    return policy_split_propose(**change.of(version), share_ppm=HALF, **ABOUT)


def answering(change: Change, trial: PolicyTrial) -> dict[str, Any]:
    return {
        "organization_id": change.organization_id,
        "actor": change.anna,
        "trial_id": trial.id,
    }


def applied(submit: Submit, number: int) -> Decision:
    """Decided for one of many applicants, the same one for the same number."""
    person = {
        **JONAS,
        "email": f"jonas.{number}@mail.example",
        "birth_date": f"19{60 + number}-01-02",
    }
    return decide(submit((person, STRONG)))


def both_arms(
    change: Change, submit: Submit, trial: PolicyTrial
) -> dict[bool, tuple[int, Decision]]:
    """An applicant for each policy: by which of them, its number and its decision."""
    found: dict[bool, tuple[int, Decision]] = {}
    for number in range(30):
        decision = applied(submit, number)
        found.setdefault(decision.policy_hash == trial.challenger_hash, (number, decision))
        if len(found) == 2:
            break
    return found


def test_a_shadow_says_what_it_would_have_decided_and_decides_nothing(
    change: Change, submit: Submit
) -> None:
    version = careful(change)
    trial = policy_shadow_begin(**change.of(version), **ABOUT)
    decision = applied(submit, 1)
    assert decision.outcome == "approve"
    assert decision.policy_hash == trial.champion_hash
    about = {"organization_id": change.organization_id, "decision_id": decision.id}
    assert policy_shadow(**about)
    policy_shadow(**about)
    with enter(change.organization_id, read_only=True):
        row = PolicyShadow.objects.get(trial=trial)
        assert (row.decided_outcome, row.outcome, row.reason) == (
            "approve", "refer", "LARGE_AMOUNT",
        )  # fmt: skip
        assert agreement(trial) == {Pair("approve", "refer"): 1}
        (differs,) = reasons_that_differ(trial)
        assert differs.challenger == Pair("refer", "LARGE_AMOUNT")
        assert Decision.objects.filter(application_id=decision.application_id).count() == 1


def test_a_split_is_sticky_pinned_ended_at_once_and_replays(change: Change, submit: Submit) -> None:
    trial = split(change)
    met = both_arms(change, submit, trial)
    assert met[True][1].outcome == "refer"
    assert met[False][1].outcome == "approve"
    for challenged, (number, first) in met.items():
        assert applied(submit, number).policy_hash == first.policy_hash
        assert policy_shadow(organization_id=change.organization_id, decision_id=first.id)
        with enter(change.organization_id, read_only=True):
            row = PolicyShadow.objects.get(decision=first)
            assert row.challenged is challenged
            assert row.outcome == ("approve" if challenged else "refer")
    with enter(change.organization_id, read_only=True):
        assert agreement(trial) == {Pair("approve", "refer"): 2}
    replayed = decisions_replay(organization_id=change.organization_id)
    assert replayed.counts["identical"] == replayed.replayed > 2
    policy_trial_end(**answering(change, trial), reason="Enough was seen")
    assert applied(submit, met[True][0]).policy_hash == trial.champion_hash


def test_a_challenger_taken_back_decides_nothing_and_keeps_what_it_decided_by(
    change: Change, submit: Submit, hanse: Organization
) -> None:
    trial = split(change)
    number, _ = both_arms(change, submit, trial)[True]
    version = policy_withdraw(**change.of(trial.challenger))
    assert applied(submit, number).policy_hash == trial.champion_hash
    with pytest.raises(Conflict, match="a split test decided by it"):
        change.save(version, "Other")
    with refused(hanse, "policy_that_decided_stays") as cursor:
        cursor.execute(
            "INSERT INTO underwriting_policystep (organization_id, id, policy_version_id, number,"
            " kind, revision, content_hash, actor_kind, actor_id, made_at, note, against)"
            " SELECT organization_id, gen_random_uuid(), id, 99, 'saved', revision + 1, %s, 'user',"
            " author_id, now(), '', '{}' FROM underwriting_policyversion WHERE id = %s",
            [OTHER, version.id],
        )
        cursor.execute(
            "UPDATE underwriting_policyversion SET content_hash = %s, revision = revision + 1"
            " WHERE id = %s",
            [OTHER, version.id],
        )


@pytest.mark.django_db
def test_a_share_is_a_share_and_the_same_for_the_same_customer() -> None:
    lot = lot_of_customer("'0199aa00-0000-7000-8000-000000000001'", "md5(n::text)::uuid")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE {lot} < 100000), count(*) FILTER (WHERE {lot} < 500000)"
            " FROM generate_series(1, 2000) n".replace("{lot}", lot)
        )
        tenth, half = cursor.fetchone()
    assert 160 <= tenth <= 240
    assert 930 <= half <= 1070


def test_a_split_takes_two_people_a_backtest_and_an_empty_place(change: Change) -> None:
    shadow = policy_shadow_begin(**change.of(careful(change, "2500.00")), **ABOUT)
    version = policy_submit(**change.of(careful(change)))
    with pytest.raises(Conflict, match="proposed or running"):
        proposed(change, version)
    policy_trial_end(**answering(change, shadow), reason="A split next")
    trial = proposed(change, version)
    with pytest.raises(Forbidden):
        policy_split_begin(**answering(change, trial) | {"actor": change.rita})
    with pytest.raises(PublicationRefused) as refusal:
        policy_split_begin(**answering(change, trial))
    assert refusal.value.code.startswith("backtest")
    backtested(version, expected_loss_rate_ppm=[20_000, 90_000])
    with pytest.raises(PublicationRefused) as refusal:
        policy_split_begin(**answering(change, trial))
    assert refusal.value.code == "gate"
    assert policy_split_refuse(**answering(change, trial)).status == "refused"


def test_raw_sql_begins_no_split_and_rewrites_no_trial(change: Change, hanse: Organization) -> None:
    version = policy_submit(**change.of(careful(change)))
    trial = proposed(change, version)
    begin = (
        "UPDATE underwriting_policytrial SET status = 'running', started_at = now(),"
        " answered_at = now(), answered_by_id = %s WHERE id = %s"
    )
    for who, rule in [
        (change.rita.id, "policy_trial_answered_by_another|by_another"),
        (change.anna.id, "policy_backtested"),
    ]:
        with refused(hanse, rule) as cursor:
            cursor.execute(begin, [who, trial.id])
    with refused(hanse) as cursor:
        cursor.execute("UPDATE underwriting_policytrial SET share_ppm = 499999")
    with refused(hanse) as cursor:
        cursor.execute("DELETE FROM underwriting_policytrial")
    policy_trial_end(**answering(change, trial), reason="Another time")
    with refused(hanse, "policy_trial_life") as cursor:
        cursor.execute(
            "UPDATE underwriting_policytrial SET status = 'proposed', ended_at = NULL,"
            " ended_by_id = NULL, ended_reason = ''"
        )


def test_what_is_proved_is_told_once_and_a_better_challenger_is_handed_in(
    change: Change, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = careful(change)
    trial = policy_shadow_begin(**change.of(version), **ABOUT)
    seen = [Pair("refer", "approve")] * 60
    monkeypatch.setattr("underwriting.services.policy_looks.pairs", lambda _trial: seen)
    about = {"organization_id": change.organization_id, "trial_id": trial.id}
    assert {look.measure: look.crossed for look in policy_trial_look(**about)} == {
        "approvals": "better", "referrals": "better",
    }  # fmt: skip
    assert policy_trial_look(**about) == []
    assert change.status(version) == "submitted"
    with enter(change.organization_id, read_only=True):
        (told,) = Event.objects.filter(type="policy.trial_crossed")
        assert json.loads(told.data)["proved"] == "better"
        assert PolicyTrialLook.objects.count() == 2


def test_pairs_count_in_the_direction_of_the_measure() -> None:
    both = [Pair("approve", "refer"), Pair("decline", "counter_offer"), Pair("refer", "refer")]
    assert paired(both, TrialMeasure.APPROVALS).tolist() == [-1, 1, 0]
    assert paired(both, TrialMeasure.REFERRALS).tolist() == [-1, 0, 0]
    assert paired([], TrialMeasure.REFERRALS).size == 0
