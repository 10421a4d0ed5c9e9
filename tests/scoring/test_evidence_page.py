"""The page of a model's evidence: whole, for whom it is meant, and leafed through by number."""

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from scoring.models import ModelVersion
from tenancy.models import Organization
from tests.cast_accounts import PASSWORD, Hire
from tests.cast_scoring import expert_version
from tests.scoring.evidence_examples import with_evidence


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def page(version: ModelVersion, query: str = "") -> str:
    return f"/admin/scoring/modelevidence/of/{version.id}/{query}"


@pytest.fixture
def version(personal_loan: object, hanse: Organization) -> ModelVersion:
    return expert_version(hanse.id)


@pytest.fixture
def rita(hanse: Organization, hire: Hire) -> Client:
    """Hanse's risk analyst."""
    return signed_in(hire(hanse, "Rita", Role.RISK_ANALYST))


def test_every_section_has_its_charts_and_figures(version: ModelVersion, rita: Client) -> None:
    shown = rita.get(page(with_evidence(version))).content.decode()
    for title in ("Reliability", "ROC curve", "Gain", "Efficient frontier", "Coverage of",
                  "decided again", "Bad rate of the declined", "Reasons the declined",
                  "AUC by purpose"):  # fmt: skip
        assert title in shown, title
    assert "insufficient data (n = 0)" not in shown
    assert shown.count("<canvas") > 12


def test_protected_groups_are_for_compliance_alone(
    version: ModelVersion, rita: Client, hanse: Organization, hire: Hire
) -> None:
    address = page(with_evidence(version))
    assert "Adverse impact" not in rita.get(address).content.decode()
    listed = rita.get("/admin/scoring/modelevidence/?kind__exact=fairness").content.decode()
    assert "0 selected" in listed or "results" not in listed
    compliance = signed_in(hire(hanse, "Cora", Role.COMPLIANCE))
    shown = compliance.get(address).content.decode()
    assert "Adverse impact ratio by personal_status_and_sex" in shown
    assert "Equal opportunity by younger_than_25" in shown
    assert "Less discriminatory alternatives" in shown
    assert "four fifths" in shown


def test_loans_are_leafed_through_by_number(version: ModelVersion, rita: Client) -> None:
    with_evidence(version)
    first = rita.get(page(version)).content.decode()
    assert first.count('<th scope="row">1</th>') >= 1
    assert "?after=25#loans" in first
    second = rita.get(page(version, "?after=25")).content.decode()
    assert '<th scope="row">26</th>' in second
    assert "?after=50#loans" in second
    assert "no more loans" in rita.get(page(version, "?after=999999")).content.decode()
    for odd in ("x", "-1", "²", "9" * 40):
        assert rita.get(page(version, f"?after={odd}")).status_code == 200


def test_a_model_without_evidence_says_what_to_do(version: ModelVersion, rita: Client) -> None:
    shown = rita.get(page(version)).content.decode()
    assert "Train a model on the desk" in shown
    assert "Say what a loan earns" in shown
    assert "<canvas" not in shown


def test_another_lenders_model_is_not_found(
    version: ModelVersion, aurora: Organization, hire: Hire
) -> None:
    outsider = signed_in(hire(aurora, "Otto", Role.RISK_ANALYST))
    assert outsider.get(page(with_evidence(version))).status_code == 404
