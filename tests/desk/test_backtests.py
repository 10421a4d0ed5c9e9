"""A backtest on the desk: begun, watched, cancelled, read, exported; protected figures apart."""

import csv
import io

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from scoring.models import Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.cast_underwriting import Submit
from tests.desk.conftest import SignIn
from tests.underwriting.test_backtests import past, ran, started, stricter
from underwriting.desk.backtest_sentences import sentences
from underwriting.desk.backtest_tables import Words, impact_table, tables
from underwriting.models import Backtest, PolicyVersion
from underwriting.policy.document import Policy
from underwriting.selectors.terms import dictionary

PLACE = "/admin/underwriting/backtest/"


@pytest.fixture
def version(hanse: Organization, personal_loan: Product, rita: User) -> PolicyVersion:
    return stricter(hanse, personal_loan, rita)


@pytest.fixture
def done(submit: Submit, version: PolicyVersion, rita: User) -> Backtest:
    past(submit)
    return ran(started(version, rita))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_it_is_begun_from_the_policy_and_watched(
    sign_in: SignIn, submit: Submit, version: PolicyVersion, rita: User
) -> None:
    past(submit)
    client = sign_in(rita)
    begin = f"{PLACE}of/{version.id}/"
    assert begin in text_of(client, f"/admin/underwriting/policyversion/{version.id}/change/")
    answer = client.post(begin)
    with enter(version.organization_id, read_only=True):
        backtest = Backtest.objects.get()
    page = f"{PLACE}{backtest.id}/change/"
    assert answer.headers["Location"] == page
    if backtest.status == "waiting":
        assert f"{PLACE}{backtest.id}/live/" in text_of(client, page)
        assert client.post(f"{PLACE}{backtest.id}/cancel/").headers["Location"] == page
        live = client.get(f"{PLACE}{backtest.id}/live/")
        assert (live.status_code, live.headers["HX-Refresh"]) == (286, "true")


def test_the_report_is_read_in_sentences_charts_and_tables(
    sign_in: SignIn, done: Backtest, rita: User
) -> None:
    text = text_of(sign_in(rita), f"{PLACE}{done.id}/change/")
    assert "1 of 4 past applicants newly declined" in text
    assert "100\u00a0% of them were referred before" in text
    assert text.count('class="chart"') == 4
    assert "Every offer is taken as accepted." in text
    assert "Adverse impact" not in text


def test_compliance_alone_sees_protected_groups(
    sign_in: SignIn, hanse: Organization, done: Backtest, hire: Hire, rita: User
) -> None:
    compliance = hire(hanse, "Carla", Role.COMPLIANCE)
    page = f"{PLACE}{done.id}/change/"
    assert "Adverse impact" in text_of(sign_in(compliance), page)
    assert "insufficient data" in text_of(sign_in(compliance), page)
    for ending in ("change/", "report.html", "report.csv", "live/"):
        answer = sign_in(rita).get(f"{PLACE}{done.id}/{ending}")
        assert b"Adverse impact" not in answer.content


def test_the_committee_takes_it_home(sign_in: SignIn, done: Backtest, rita: User) -> None:
    client = sign_in(rita)
    rows = list(csv.reader(io.StringIO(text_of(client, f"{PLACE}{done.id}/report.csv"))))
    assert ["Refer", "0", "0", "0", "1", "1"] in rows
    page = text_of(client, f"{PLACE}{done.id}/report.html")
    assert "<svg" in page
    assert "<script" not in page


def test_an_underwriter_looks_and_begins_nothing(
    sign_in: SignIn, done: Backtest, version: PolicyVersion, uma: User
) -> None:
    client = sign_in(uma)
    assert "Run it over" not in text_of(
        client, f"/admin/underwriting/policyversion/{version.id}/change/"
    )
    assert client.post(f"{PLACE}of/{version.id}/").status_code == 403
    assert client.post(f"{PLACE}{done.id}/cancel/").status_code == 403


def test_another_lender_finds_nothing(sign_in: SignIn, done: Backtest, otto: User) -> None:
    client = sign_in(otto)
    for ending in ("change/", "live/", "cancel/", "report.csv", "report.html"):
        assert client.get(f"{PLACE}{done.id}/{ending}").status_code in (403, 404)
        assert client.post(f"{PLACE}{done.id}/cancel/").status_code in (403, 404)


def words_of(version: PolicyVersion, done: Backtest) -> Words:
    with enter(version.organization_id, read_only=True):
        fields = dictionary(version.organization_id, done.report_data["pins"]["dictionary"])
    policy = Policy.parse(version.document)
    return Words(policy, policy, fields, "EUR", 2)


def test_sentences_name_the_rule_and_what_was_before(
    version: PolicyVersion, done: Backtest
) -> None:
    words = words_of(version, done)
    told = {
        "sentences_basis": {
            "applications": 13_240,
            "declined": {
                "count": 412,
                "before": {"refer": 363, "approve": 49},
                "causes": [
                    {"reason": "NO_EMPLOYMENT", "rule_set": "employment", "row": "unemployed",
                     "count": 300, "before": {}},
                ],
            },
            "referred": {"count": 0, "before": {}, "causes": []},
            "offered": {"count": 0, "before": {}, "causes": []},
        }
    }  # fmt: skip
    (said,) = sentences(told, words)
    assert said.startswith("412 of 13,240 past applicants newly declined; 88")
    assert "of them were referred before, 73" in said
    assert "because this now declines: " in said


def test_tables_of_a_report_without_applications_are_none(
    version: PolicyVersion, done: Backtest
) -> None:
    assert tables({"applications": 0}, words_of(version, done)) == []
    assert impact_table({}).rows == []


def test_what_a_change_says_stands_beside_what_it_does_to_past_applicants(
    sign_in: SignIn, done: Backtest, version: PolicyVersion, rita: User
) -> None:
    text = text_of(sign_in(rita), f"/admin/underwriting/policyversion/{version.id}/compare/")
    assert "1 of 4 past applicants newly declined" in text
    assert "declines" in text[text.index("Cell by cell") - 2_000 : text.index("Cell by cell")]
    assert f"{PLACE}{done.id}/change/" in text
