"""A policy's change on the desk: every refusal in words, gates, exceptions, times, the switch."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from scoring.models import Pause, Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import JONAS, STRONG, Submit, decide
from tests.desk.conftest import SignIn
from tests.underwriting.test_gates import backtested
from tests.underwriting.test_policy_change import Change
from underwriting.models import GateException, PolicyGates, PolicyVersion

LIST = "/admin/underwriting/policyversion/"


@pytest.fixture
def change(personal_loan: Product, submit: Submit, rita: User, anna: User) -> Change:
    """The product has decided about somebody."""
    decide(submit())
    return Change(personal_loan, rita, anna)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def at(version: PolicyVersion, name: str = "change") -> str:
    return f"{LIST}{version.id}/{name}/"


def test_a_change_goes_from_hand_to_hand(
    change: Change, hanse: Organization, rita: User, anna: User, carla: User, sign_in: SignIn
) -> None:
    """Rita checks and hands in, the gates block, Carla grants an exception, Anna schedules it."""
    rita_, anna_, carla_ = sign_in(rita), sign_in(anna), sign_in(carla)
    version = change.drafted("Second")
    assert rita_.post(at(version, "check")).status_code == 302
    assert rita_.post(at(version, "submit")).status_code == 302
    backtested(version, expected_loss_rate_ppm=[20_000, 90_000])
    shown = page(anna_, at(version))
    for words in ("It cannot be published now", "A gate blocks it", "9.00", "Ask for an exception"):
        assert words in shown
    assert "for compliance only" in shown
    assert "for compliance only" not in page(carla_, at(version))
    refused = anna_.post(at(version, "publish"))
    assert (refused.status_code, b"A gate blocks it" in refused.content) == (200, True)
    day = (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S")
    said = {"reason": "TRIAL", "words": "a trial", "mitigants": "small", "expires_on": day}
    assert rita_.post(at(version, "except/loss"), said).status_code == 302
    with enter(hanse.id, read_only=True):
        asked = GateException.objects.get()
    assert rita_.post(f"{LIST}exceptions/{asked.id}/", {"agree": "yes"}).status_code == 403
    assert carla_.post(f"{LIST}exceptions/{asked.id}/", {"agree": "yes"}).status_code == 302
    assert "Nothing stands in the way" in page(anna_, at(version))
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S")
    assert anna_.post(at(version, "publish"), {"effective_from": soon}).status_code == 302
    assert "Begins on" in page(anna_, at(version))
    then = page(anna_, f"{LIST}in-force/?at={soon}&known_at=")
    assert "version 2" in then
    assert "version 2" not in page(anna_, f"{LIST}in-force/")
    assert anna_.post(at(version, "cancel"), {"note": "not yet"}).status_code == 302
    shown = page(rita_, at(version))
    assert "Taken back before it began" in shown
    assert "not yet" in shown


def test_what_cannot_be_done_is_said_in_words(
    change: Change, rita: User, anna: User, uma: User, sign_in: SignIn
) -> None:
    version = change.submitted(change.drafted("Second"))
    rita_, anna_ = sign_in(rita), sign_in(anna)
    assert rita_.post(at(version, "publish")).status_code == 403
    assert sign_in(uma).post(at(version, "return"), {"note": "no"}).status_code == 403
    assert b"is required" in anna_.post(at(version, "return"), {"note": ""}).content
    assert anna_.post(at(version, "return"), {"note": "the cap"}).status_code == 302
    assert b"moved on meanwhile" in anna_.post(at(version, "return"), {"note": "again"}).content
    assert "the cap" in page(rita_, at(version))
    assert b"has not been handed in" in anna_.post(at(version, "publish")).content
    assert rita_.post(at(version, "copy")).status_code == 302
    assert rita_.post(at(version, "retire"), {"note": "never mind"}).status_code == 302


def test_gates_are_proposed_and_answered(
    change: Change, hanse: Organization, rita: User, anna: User, sign_in: SignIn
) -> None:
    rita_, anna_ = sign_in(rita), sign_in(anna)
    gates = "/admin/underwriting/policygates/"
    assert "as the regulation pack begins" in page(rita_, gates)
    propose = f"{gates}{change.product.id}/propose/"
    assert 'value="0.5"' in page(rita_, propose)
    typed = {
        "loss_rise": "1.5", "reasons_most": "0", "insufficient": "block", "backtest_days": "10",
        "exception_days": "90", "reason": "the committee",
    }  # fmt: skip
    assert rita_.post(propose, typed).status_code == 302
    assert b"waits for its answer" in rita_.post(propose, typed).content
    with enter(hanse.id, read_only=True):
        row = PolicyGates.objects.get()
    assert row.settings["loss"] == {
        "rise_ppm": 15_000,
        "at_most_ppm": None,
        "insufficient": "block",
    }
    assert row.settings["profit"] is None
    assert rita_.post(f"{gates}{row.id}/answer/", {"agree": "yes"}).status_code == 403
    assert anna_.post(f"{gates}{row.id}/answer/", {"agree": "yes"}).status_code == 302
    shown = page(anna_, gates)
    assert "at most 1.50" in shown
    assert "insufficient data blocks" in shown


def test_one_person_refers_all_and_another_ends_it(
    change: Change, hanse: Organization, submit: Submit, rita: User, anna: User, hire: object,
    sign_in: SignIn,
) -> None:  # fmt: skip
    """The next decision is a person's, also of what was claimed before the switch."""
    anna_, place = sign_in(anna), "/admin/scoring/pause/"
    claimed = submit((JONAS, STRONG))
    assert b"is required" in anna_.post(f"{place}all/on/", {"reason": ""}).content
    assert sign_in(rita).post(f"{place}all/on/", {"reason": "fraud wave"}).status_code == 302
    assert decide(claimed).outcome == "refer"
    assert "fraud wave" in page(anna_, place)
    assert sign_in(rita).post(f"{place}all/off/").status_code == 403
    assert anna_.post(f"{place}all/off/").status_code == 302
    assert anna_.post(f"{place}personal-loan/on/", {"reason": "alone"}).status_code == 302
    assert anna_.post(f"{place}personal-loan/off/").status_code == 302
    assert anna_.post(f"{place}personal-loan/on/", {"reason": "again"}).status_code == 302
    hire(hanse, "Ada", Role.APPROVER)  # type: ignore[operator]
    assert b"another approver ends it" in anna_.post(f"{place}personal-loan/off/").content
    with enter(hanse.id, read_only=True):
        assert Pause.objects.filter(ended_at__isnull=True).count() == 1
