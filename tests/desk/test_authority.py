"""Authority and exceptions from policy on the desk."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from scoring.models import Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import Submit
from tests.desk.conftest import SignIn, button, fresh, page
from tests.underwriting.test_authority import cells, contested, matrix
from tests.underwriting.test_authority_matrix import SOUND
from underwriting.authority import Matrix
from underwriting.desk.authority import document_of, lines_of
from underwriting.models import AuthorityMatrix, PolicyException, PolicyVersion, Review

__all__ = ["matrix"]
LIST = "/admin/underwriting/authoritymatrix/"
EXCEPTIONS = "/admin/underwriting/policyexception/"
RATES: dict[str, Any] = {"person": 20, "lender": 10, "days": 60}


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_lines_are_read_back_as_they_were_written() -> None:
    matrix = Matrix.parse(SOUND)
    assert Matrix.parse(document_of({**RATES, "lines": lines_of(matrix, 2)}, 2)) == matrix
    wrong = document_of({**RATES, "lines": "role,verdict,A\nunderwriter,approve,lots,1e9999999"}, 2)
    assert wrong["limits"]["underwriter"]["approve"] == ["lots", "1e9999999"]


def test_a_matrix_is_proposed_and_put_in_force(
    sign_in: SignIn, hanse: Organization, personal_loan: Product, rita: User, anna: User, uma: User
) -> None:
    rita_, anna_ = sign_in(rita), sign_in(anna)
    assert "No matrix yet" in text(rita_, LIST)
    propose = f"{LIST}{personal_loan.id}/propose/"
    assert sign_in(uma).get(propose).status_code == 403
    lines = lines_of(Matrix.parse(SOUND), 2)
    said = {**RATES, "reason": "delegation", "lines": lines}
    wrong = {**said, "lines": lines.replace("10000.00", "9.999", 1)}
    assert "an amount in minor units" in rita_.post(propose, wrong).content.decode()
    assert rita_.post(propose, said).status_code == 302
    with enter(hanse.id, read_only=True):
        row = AuthorityMatrix.objects.get()
    assert "delegation" in text(anna_, LIST)
    assert rita_.post(f"{LIST}{row.id}/answer/", {"agree": "yes"}).status_code == 403
    assert anna_.post(f"{LIST}{row.id}/answer/", {"agree": "yes"}).status_code == 302
    assert "10,000.00" in text(anna_, LIST)


def test_a_first_matrix_begins_with_the_bands_of_the_policy(
    sign_in: SignIn, policy: PolicyVersion, personal_loan: Product, rita: User
) -> None:
    bands = [band["name"] for band in json.loads(policy.document)["bands"]]
    assert len(bands) > 3
    page = text(sign_in(rita), f"{LIST}{personal_loan.id}/propose/")
    assert re.findall(r'name="lines.head" value="([^"]+)"', page) == [
        "role", "verdict", *bands, "beyond", "unscored",
    ]  # fmt: skip


def test_the_cells_of_the_page_are_the_lines_of_the_matrix(
    sign_in: SignIn, policy: PolicyVersion, personal_loan: Product, hanse: Organization, rita: User
) -> None:
    client = sign_in(rita)
    propose = f"{LIST}{personal_loan.id}/propose/"
    cells: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(lines[^"]+)" value="([^"]*)"', text(client, propose)):
        cells.setdefault(name, []).append(value)
    cells["lines.0"][2:] = ["9000.00", "5000.00", *cells["lines.0"][4:]]
    answer = client.post(propose, {**RATES, "reason": "delegation", **cells})
    assert answer.status_code == 302
    with enter(hanse.id, read_only=True):
        matrix = Matrix.parse(AuthorityMatrix.objects.get().document_data)
    assert matrix.limits["underwriter"]["approve"][:3] == (900_000, 500_000, 0)
    cells["lines.0"][2] = "a lot"
    again = client.post(propose, {**RATES, "reason": "delegation", **cells}).content.decode()
    assert 'value="a lot"' in again


@pytest.mark.usefixtures("policy")
def test_a_declined_case_is_approved_by_exception_and_counted(
    sign_in: SignIn, submit: Submit, matrix: Any, uma: User, sven: User, anna: User
) -> None:
    matrix(cells(None, None, exception=(0, None)))
    review: Review = contested(submit)
    desk = sign_in(uma)
    desk.post(button(review, "claim"))
    shown = text(desk, page(review))
    assert "An exception from policy needs the authority of: Senior underwriter" in shown
    said = {
        "approve-override_codes": ["INCOME_VERIFIED"],
        "approve-note": "the payer confirmed a rise",
        "approve-exception_reason": "INCOME_RISEN",
        "approve-mitigants": ["INCOME_VERIFIED"],
    }
    assert "Say until when" in desk.post(button(review, "approve"), said).content.decode()
    until = timezone.now().date() + timedelta(days=20)
    said["approve-exception_until"] = until.isoformat()
    assert desk.post(button(review, "approve"), said).status_code == 302
    assert fresh(review).status == "second_person"
    senior = sign_in(sven)
    assert "Exception from policy: Income verified above" in text(senior, page(review))
    senior.post(button(review, "agree"), {})
    assert fresh(review).status == "settled"
    with enter(review.organization_id, read_only=True):
        assert PolicyException.objects.count() == 1
    assert desk.get(EXCEPTIONS).status_code == 403
    counted = text(sign_in(anna), EXCEPTIONS)
    assert "100.00\u00a0%" in counted
    assert "the payer confirmed a rise" in counted


def test_a_case_referred_up_is_found(sign_in: SignIn, referral: Review, uma: User) -> None:
    desk = sign_in(uma)
    queue = "/admin/underwriting/review/?state=up"
    assert "Nothing waits here" in text(desk, queue)
    desk.post(button(referral, "refer_up"), {"refer_up-note": "too unusual"})
    assert "senior needed" in text(desk, queue)
