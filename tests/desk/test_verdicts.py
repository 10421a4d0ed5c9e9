"""The buttons: claim, release, approve, counter-offer, decline, refer up, agree, disagree."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tenancy.enter import enter
from tests.desk.conftest import SignIn, button, fresh, page
from underwriting.models import Condition, Review


def press(client: Client, review: Review, action: str, **given: Any) -> HttpResponse:
    data = {f"{action}-{name}": value for name, value in given.items()}
    return client.post(button(review, action), data)


@pytest.fixture
def desk(sign_in: SignIn, uma: User) -> Client:
    return sign_in(uma)


def test_claim_and_release(desk: Client, uma: User, referral: Review) -> None:
    assert press(desk, referral, "claim").status_code == 302
    assert fresh(referral).claimed_by == str(uma.pk)
    assert "Release to the queue" in desk.get(page(referral)).content.decode()
    press(desk, referral, "release")
    assert fresh(referral).status == "open"


def test_a_colleagues_file_is_not_taken(
    desk: Client, sign_in: SignIn, sven: User, uma: User, referral: Review
) -> None:
    press(desk, referral, "claim")
    other = sign_in(sven)
    assert "Uma is working on this" in other.get(page(referral)).content.decode()
    press(other, referral, "claim")
    assert fresh(referral).claimed_by == str(uma.pk)
    refused = press(other, referral, "approve")
    assert refused.status_code == 422
    assert "A colleague has this file now" in refused.content.decode()


def test_approve_within_the_limit(desk: Client, referral: Review) -> None:
    press(desk, referral, "claim")
    assert "Within your limit of 5,000.00" in desk.get(page(referral)).content.decode()
    press(desk, referral, "approve", note="payslips seen")
    settled = fresh(referral)
    assert settled.status == "settled"
    assert settled.application.status == "approved"


def test_approve_on_conditions(desk: Client, referral: Review) -> None:
    press(desk, referral, "claim")
    press(desk, referral, "approve", conditions=["PAYSLIPS"], other_condition="Bürgschaft")
    assert fresh(referral).application.status == "approved_with_conditions"
    assert "Bürgschaft" in desk.get(page(referral)).content.decode()


def test_counter_offer(desk: Client, referral: Review) -> None:
    press(desk, referral, "claim")
    press(
        desk,
        referral,
        "counter_offer",
        amount="2000",
        term_months="24",
        reasons=["NO_EMPLOYMENT"],
    )
    settled = fresh(referral)
    assert settled.application.status == "offered"
    assert settled.settled_decision is not None
    assert settled.settled_decision.document_data["offer"]["amount"] == 200_000


def test_what_cannot_be_offered_comes_back_filled_in(desk: Client, referral: Review) -> None:
    press(desk, referral, "claim")
    refused = press(
        desk,
        referral,
        "counter_offer",
        amount="9000000",
        term_months="24",
        reasons=["NO_EMPLOYMENT"],
        note="as agreed by phone",
    )
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "as agreed by phone" in text
    assert "9000000" in text
    assert 'class="errorlist"' in text
    assert fresh(referral).status == "claimed"


def test_decline_with_reasons(desk: Client, referral: Review) -> None:
    press(desk, referral, "claim")
    press(desk, referral, "decline", reasons=["NO_EMPLOYMENT"])
    assert fresh(referral).application.status == "declined"


@pytest.mark.parametrize("count", [0, 5])
def test_one_to_four_reasons(desk: Client, referral: Review, count: int) -> None:
    press(desk, referral, "claim")
    text = desk.get(page(referral)).content.decode()
    every = [line.split('"')[0] for line in text.split('name="decline-reasons" value="')[1:]]
    refused = press(desk, referral, "decline", reasons=every[:count])
    assert refused.status_code == 422
    assert "Choose one to four reasons" in refused.content.decode()
    assert fresh(referral).application.status == "referred"


def test_an_invented_reason_is_refused(desk: Client, referral: Review) -> None:
    press(desk, referral, "claim")
    assert press(desk, referral, "decline", reasons=["BECAUSE"]).status_code == 422
    assert fresh(referral).application.status == "referred"


def test_refer_up_asks_why(desk: Client, sign_in: SignIn, sven: User, referral: Review) -> None:
    press(desk, referral, "claim")
    assert press(desk, referral, "refer_up").status_code == 422
    press(desk, referral, "refer_up", note="employer abroad")
    assert fresh(referral).level == 1
    assert "a senior underwriter decides it" in desk.get(page(referral)).content.decode()
    senior = sign_in(sven)
    press(senior, referral, "claim")
    assert fresh(referral).claimed_by == str(sven.pk)
    assert "employer abroad" in senior.get(page(referral)).content.decode()


def test_above_the_limit_a_second_person(
    desk: Client, sign_in: SignIn, sven: User, large_referral: Review
) -> None:
    press(desk, large_referral, "claim")
    text = desk.get(page(large_referral)).content.decode()
    assert "is above your limit of 5,000.00" in text
    press(desk, large_referral, "approve", note="long customer")
    assert fresh(large_referral).status == "second_person"
    assert "another person has to agree" in desk.get(page(large_referral)).content.decode()
    senior = sign_in(sven)
    text = senior.get(page(large_referral)).content.decode()
    assert "long customer" in text
    press(senior, large_referral, "agree")
    assert fresh(large_referral).status == "settled"
    assert fresh(large_referral).application.status == "approved"


def test_the_first_person_cannot_be_the_second(
    sign_in: SignIn, hire: Any, hanse: Any, sven: User, large_referral: Review, uma: User
) -> None:
    desk = sign_in(uma)
    press(desk, large_referral, "claim")
    press(desk, large_referral, "approve")
    refused = press(desk, large_referral, "agree")
    assert refused.status_code == 422
    assert "has to be another one" in refused.content.decode()
    assert fresh(large_referral).status == "second_person"


def test_disagreeing_sends_it_back(
    desk: Client, sign_in: SignIn, sven: User, large_referral: Review
) -> None:
    press(desk, large_referral, "claim")
    press(desk, large_referral, "approve")
    press(sign_in(sven), large_referral, "disagree", note="too much")
    back = fresh(large_referral)
    assert (back.status, back.level) == ("open", 1)


def test_two_clicks_decide_once(desk: Client, referral: Review) -> None:
    press(desk, referral, "claim")
    press(desk, referral, "approve")
    again = press(desk, referral, "approve")
    assert again.status_code == 422
    assert "moved on" in again.content.decode()


@pytest.mark.parametrize(
    "action", ["claim", "release", "approve", "counter_offer", "decline", "refer_up", "agree"]
)
def test_an_auditor_decides_nothing(
    sign_in: SignIn, audrey: User, referral: Review, action: str
) -> None:
    client = sign_in(audrey)
    assert client.get(page(referral)).status_code == 200
    assert press(client, referral, action).status_code == 403
    assert fresh(referral).status == "open"


@pytest.mark.parametrize(
    "action", ["claim", "release", "approve", "counter_offer", "decline", "refer_up", "agree"]
)
def test_an_outsider_finds_no_buttons(
    sign_in: SignIn, otto: User, referral: Review, action: str
) -> None:
    assert press(sign_in(otto), referral, action, note="x").status_code == 404
    assert fresh(referral).status == "open"


def test_a_button_is_not_an_address_to_open(desk: Client, referral: Review) -> None:
    assert desk.get(button(referral, "approve")).status_code == 405
    assert desk.post(button(referral, "dance").replace("hold", "verdict")).status_code == 404


def test_a_condition_is_met_or_done_without(
    desk: Client, sign_in: SignIn, sven: User, otto: User, referral: Review
) -> None:
    press(desk, referral, "claim")
    press(desk, referral, "approve", conditions=["PAYSLIPS", "EMPLOYMENT"])
    with enter(referral.organization_id, read_only=True):
        first, second = Condition.objects.filter(application_id=referral.application_id)
    place = f"/admin/underwriting/application/{referral.application_id}/condition"
    assert sign_in(otto).post(f"{place}/{first.id}/clear/").status_code == 404
    assert desk.post(f"{place}/{second.id}/waive/").status_code == 403
    desk.post(f"{place}/{first.id}/clear/")
    sign_in(sven).post(f"{place}/{second.id}/waive/")
    with enter(referral.organization_id, read_only=True):
        statuses = Condition.objects.filter(application_id=referral.application_id)
        assert sorted(statuses.values_list("status", flat=True)) == ["cleared", "waived"]
