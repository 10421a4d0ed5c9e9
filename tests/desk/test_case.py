"""The application page: what it shows, and to whom."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.cast_underwriting import INES, JONAS, STRONG, Submit, decide
from tests.desk.conftest import JOBLESS, SignIn, page, referred
from underwriting.models import Review


def shown(client: Client, review: Review) -> str:
    response = client.get(page(review))
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_has_the_whole_case(sign_in: SignIn, uma: User, referral: Review) -> None:
    text = shown(sign_in(uma), referral)
    for words in (
        "3,000.00",
        "24 months",
        "No present employment was stated",
        "How Ines Brandt came to",
        "What the rules said",
        "Furniture or equipment",
        "Application received",
        "Assessment by a person",
        "Automated decision",
        "Expert scorecard, version 1",
    ):
        assert words in text, words


def test_every_rule_stands_in_the_trace(sign_in: SignIn, uma: User, referral: Review) -> None:
    text = shown(sign_in(uma), referral)
    assert '<li class="hit counted">' in text
    assert "In your present job for = " in text
    assert "Present exposure &gt; 20,000.00" in text


def test_names_are_opened_for_whoever_decides(sign_in: SignIn, uma: User, referral: Review) -> None:
    assert "ines.brandt@mail.example" in shown(sign_in(uma), referral)


def test_names_stay_sealed_for_others(sign_in: SignIn, audrey: User, referral: Review) -> None:
    text = shown(sign_in(audrey), referral)
    assert "ines.brandt@mail.example" not in text
    assert "Brandt" not in text
    assert "your role does not open them" in text


def test_parties_stand_side_by_side(sign_in: SignIn, uma: User, submit: Submit) -> None:
    joint: dict[str, Any] = {"request": {"other_debtors": "co_applicant"}}
    decision = decide(submit((INES, JOBLESS), (JONAS, STRONG), **joint))
    text = (
        sign_in(uma)
        .get(f"/admin/underwriting/application/{decision.application_id}/change/")
        .content.decode()
    )
    assert "Ines Brandt" in text
    assert "Jonas Brandt" in text
    assert "Co-borrower" in text


def test_the_page_speaks_spanish(sign_in: SignIn, uma: User, referral: Review) -> None:
    client = sign_in(uma)
    client.post("/accounts/language/", {"language": "es", "next": page(referral)})
    text = shown(client, referral)
    assert "No se declaró un empleo actual" in text
    assert "Lo que dijeron las reglas" in text
    assert "What the rules said" not in text


def test_somebody_elses_page_is_not_found(sign_in: SignIn, otto: User, referral: Review) -> None:
    assert sign_in(otto).get(page(referral)).status_code == 404


def test_a_developer_may_not_look(sign_in: SignIn, rita: User, referral: Review) -> None:
    assert sign_in(rita).get(page(referral)).status_code == 200


@pytest.mark.parametrize("words", ["nonsense", "0" * 32])
def test_what_never_was_is_not_found(sign_in: SignIn, uma: User, words: str) -> None:
    found = sign_in(uma).get(f"/admin/underwriting/application/{words}/change/")
    assert found.status_code == 404


def test_a_review_leads_to_its_application(sign_in: SignIn, uma: User, referral: Review) -> None:
    found = sign_in(uma).get(f"/admin/underwriting/review/{referral.id}/change/")
    assert found.headers["Location"] == page(referral)


def test_a_decided_case_shows_the_sequence(sign_in: SignIn, uma: User, submit: Submit) -> None:
    review = referred(submit)
    client = sign_in(uma)
    client.post(f"/admin/underwriting/application/{review.application_id}/hold/claim/", follow=True)
    client.post(
        f"/admin/underwriting/application/{review.application_id}/verdict/approve/",
        {"approve-conditions": ["PAYSLIPS"]},
    )
    text = shown(client, review)
    assert "superseded" in text
    assert "Ihre letzten drei Gehaltsabrechnungen" in text
    assert "Nothing waits for a person here" in text
