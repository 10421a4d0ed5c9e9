"""Trials of policies on the desk: begun from the policy's page, answered by another, ended."""

import pytest
from django.test import Client

from accounts.models import User
from scoring.models import Product
from tenancy.enter import enter
from tests.cast_underwriting import Submit, decide
from tests.desk.conftest import SignIn
from tests.underwriting.test_gates import backtested
from tests.underwriting.test_policy_change import Change
from tests.underwriting.test_policy_trials import applied, careful
from underwriting.models import PolicyTrial
from underwriting.services.policies import policy_submit
from underwriting.services.policy_looks import policy_trial_look
from underwriting.services.policy_shadows import policy_shadow

LIST = "/admin/underwriting/policytrial/"
ABOUT = {"measure": "referrals", "reason": "Fewer people for the same losses"}


@pytest.fixture
def change(personal_loan: Product, submit: Submit, rita: User, anna: User) -> Change:
    """The product has decided about somebody."""
    decide(submit())
    return Change(personal_loan, rita, anna)


def page(client: Client, address: str = LIST) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def only_trial(change: Change) -> PolicyTrial:
    with enter(change.organization_id, read_only=True):
        return PolicyTrial.objects.order_by("-requested_at")[0]


def test_a_policy_is_tried_in_shadow_and_its_evidence_shown(
    change: Change, submit: Submit, rita: User, sign_in: SignIn
) -> None:
    rita_ = sign_in(rita)
    assert "No policy is being tried" in page(rita_)
    version = careful(change)
    offered = page(rita_, f"/admin/underwriting/policyversion/{version.id}/change/")
    assert f"{LIST}shadow/{version.id}/" in offered
    assert f"{LIST}split/{version.id}/" not in offered
    assert rita_.post(f"{LIST}shadow/{version.id}/", ABOUT).status_code == 302
    refused = rita_.post(f"{LIST}shadow/{version.id}/", ABOUT)
    assert "is open: end it first" in refused.content.decode()
    about = {"organization_id": change.organization_id}
    policy_shadow(**about, decision_id=applied(submit, 1).id)
    policy_trial_look(**about, trial_id=only_trial(change).id)
    shown = page(rita_)
    for words in ("Both policies decided 1 application", "Refer (LARGE_AMOUNT)", "Evidence:"):
        assert words in shown
    trial = only_trial(change)
    assert rita_.post(f"{LIST}{trial.id}/end/", {"reason": "Seen enough"}).status_code == 302
    assert "Seen enough" in page(rita_)


def test_a_split_is_begun_by_another_who_finds_it_on_today(
    change: Change, rita: User, anna: User, sign_in: SignIn
) -> None:
    rita_, anna_ = sign_in(rita), sign_in(anna)
    version = policy_submit(**change.of(careful(change)))
    posted = rita_.post(f"{LIST}split/{version.id}/", {**ABOUT, "percent": 10})
    assert posted.status_code == 302
    trial = only_trial(change)
    assert "a split test is proposed" in page(anna_, "/admin/")
    assert rita_.post(f"{LIST}{trial.id}/begin/").status_code == 403
    refused = anna_.post(f"{LIST}{trial.id}/begin/")
    assert "past applications" in refused.content.decode()
    backtested(version)
    assert anna_.post(f"{LIST}{trial.id}/begin/").status_code == 302
    assert (only_trial(change).status, only_trial(change).share_ppm) == ("running", 100_000)
