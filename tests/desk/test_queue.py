"""What waits for a person: today's page, the queue, and the search."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tenancy.ids import public_id
from tests.cast_underwriting import Submit
from tests.desk.conftest import SignIn, page, referred
from underwriting.models import Review

QUEUE = "/admin/underwriting/review/"


def test_today_shows_what_waits(sign_in: SignIn, uma: User, referral: Review) -> None:
    text = sign_in(uma).get("/admin/").content.decode()
    assert page(referral) in text
    assert "3,000.00" in text


def test_the_queue_says_why_a_file_is_there(sign_in: SignIn, uma: User, referral: Review) -> None:
    text = sign_in(uma).get(QUEUE).content.decode()
    assert page(referral) in text
    assert "No present employment was stated" in text


def test_the_queue_is_one_lenders(sign_in: SignIn, otto: User, referral: Review) -> None:
    client = sign_in(otto)
    assert str(referral.application_id) not in client.get(QUEUE).content.decode()
    assert str(referral.application_id) not in client.get("/admin/").content.decode()


def test_an_empty_queue_says_so(sign_in: SignIn, uma: User) -> None:
    assert "Nothing waits here" in sign_in(uma).get(QUEUE).content.decode()


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("", True),
        ("?state=free", True),
        ("?state=mine", False),
        ("?state=second", False),
        ("?state=settled", False),
        ("?cause=referral", True),
        ("?cause=request", False),
        ("?due=late", False),
        ("?product=personal-loan", True),
    ],
)
def test_the_queue_is_filtered(
    sign_in: SignIn, uma: User, referral: Review, asked: str, there: bool
) -> None:
    text = sign_in(uma).get(QUEUE + asked).content.decode()
    assert (page(referral) in text) is there


def test_an_application_is_found_by_its_id(sign_in: SignIn, uma: User, referral: Review) -> None:
    wanted = {"q": public_id("app", referral.application_id)}
    found = sign_in(uma).post("/admin/underwriting/application/find/", wanted)
    assert found.headers["Location"] == page(referral)


@pytest.mark.parametrize("said", ["INES.BRANDT@mail.example", "L01X00T47", "+49 40 123456"])
def test_a_customer_is_found_by_what_they_said(
    sign_in: SignIn, uma: User, referral: Review, said: str
) -> None:
    client = sign_in(uma)
    found = client.post("/admin/underwriting/application/find/", {"q": said})
    assert said not in found.headers["Location"]
    assert page(referral) in client.get(found.headers["Location"]).content.decode()


def test_who_may_not_open_identities_finds_nobody_by_them(
    sign_in: SignIn, audrey: User, referral: Review
) -> None:
    said = {"q": "ines.brandt@mail.example"}
    found = sign_in(audrey).post("/admin/underwriting/application/find/", said)
    assert "customer" not in found.headers["Location"]


def test_another_lender_finds_nothing(sign_in: SignIn, otto: User, referral: Review) -> None:
    for said in (public_id("app", referral.application_id), "ines.brandt@mail.example"):
        found = sign_in(otto).post("/admin/underwriting/application/find/", {"q": said})
        assert found.headers["Location"] == "/admin/underwriting/application/"


def test_a_longer_queue_asks_no_more_questions(sign_in: SignIn, uma: User, submit: Submit) -> None:
    client = sign_in(uma)
    for number in range(3):
        referred(submit, external_id=f"a{number}")
    few = statements(client)
    for number in range(5):
        referred(submit, external_id=f"b{number}")
    assert statements(client) == few


def statements(client: Client) -> int:
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as found:
        client.get(QUEUE)
    return len(found)
