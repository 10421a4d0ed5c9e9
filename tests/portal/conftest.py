"""An applicant at the portal: a browser without JavaScript that answers page after page."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import STRONG
from underwriting.models import Application, DecisionRun, Party, PolicyVersion
from underwriting.services.decisions import application_decide
from underwriting.services.links import party_link

BASE = "/apply/hanse-kredit/personal-loan/"

LOAN = {"amount": "3.000,00", "term_months": "24", "purpose": "furniture", "other_debtors": "none"}
ABOUT_INES = {
    "given_names": "Ines",
    "family_name": "Brandt",
    "birth_date-day": "12",
    "birth_date-month": "4",
    "birth_date-year": "1985",
}
ABOUT_JONAS = {
    "given_names": "Jonas",
    "family_name": "Brandt",
    "birth_date-day": "30",
    "birth_date-month": "9",
    "birth_date-year": "1983",
}
FACT_PAGES = {
    "income": ("monthly_income", "monthly_obligations"),
    "accounts": ("checking_account", "savings"),
    "credit": ("credit_history", "existing_credits", "other_installment_plans"),
    "work": ("employment_since", "job"),
    "home": ("housing", "property", "telephone"),
}


def german(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace(".", ",")


class Applicant:
    """Fills in pages in German unless told otherwise."""

    def __init__(self, language: str = "de", base: str = BASE) -> None:
        self.client = Client(headers={"Accept-Language": language})
        self.base = base

    def get(self, path: str = "", **query: str) -> Any:
        return self.client.get(self.base + path, query)

    def post(self, path: str = "", data: Mapping[str, str] | None = None) -> Any:
        return self.client.post(self.base + path, dict(data or {}))

    def answer(self, page: str, data: Mapping[str, str], person: int = 1, query: str = "") -> Any:
        return self.post(f"questions/{person}/{page}/{query}", data)

    def begin(self) -> Any:
        return self.post()

    def agree(self, person: int = 1) -> Any:
        """Tick every box with the words that the page shows."""
        response = self.get(f"questions/{person}/agreements/")
        boxes = {
            a.question.name: a.question.options[0].value for a in response.context["questions"]
        }
        return self.answer("agreements", boxes, person)

    def facts(self, facts: Mapping[str, Any], person: int = 1) -> None:
        for page, names in FACT_PAGES.items():
            response = self.answer(page, {name: german(facts[name]) for name in names}, person)
            assert response.status_code == 302, (page, response.context["questions"])

    def fill(self, facts: Mapping[str, Any] = STRONG, *, loan: Mapping[str, str] = LOAN) -> None:
        """Ines alone, from the first page to the summary."""
        self.begin()
        self.answer("loan", loan)
        self.answer("applicants", {"applicants": "1"})
        self.person(ABOUT_INES, "ines@mail.example", facts)
        self.agree()

    def fill_joint(self, facts: Mapping[str, Any] = STRONG) -> None:
        """Ines, and Jonas after her on the same device."""
        self.begin()
        self.answer("loan", LOAN)
        self.answer("applicants", {"applicants": "2"})
        self.person(ABOUT_INES, "ines@mail.example", facts)
        self.person(ABOUT_JONAS, "jonas@mail.example", {**STRONG, "monthly_income": "1987.00"}, 2)
        self.agree()
        self.agree(2)

    def person(
        self, about: Mapping[str, str], email: str, facts: Mapping[str, Any], number: int = 1
    ) -> None:
        self.answer("about", about, number)
        self.answer("contact", {"email": email}, number)
        self.facts(facts, number)

    def send(self) -> Any:
        return self.post("check/")


def shows(response: Any, text: str) -> bool:
    return escape(text) in response.content.decode()


def applications(organization: Organization) -> list[Application]:
    with enter(organization.id, read_only=True):
        return list(Application.objects.filter(organization_id=organization.id))


def link(organization: Organization, position: int = 0) -> str:
    with enter(organization.id, read_only=True):
        return party_link(Party.objects.get(organization_id=organization.id, position=position))


def work(organization: Organization) -> None:
    """Decide what waits, as the worker would."""
    with enter(organization.id, read_only=True):
        runs = list(DecisionRun.objects.filter(organization_id=organization.id, status="pending"))
    for run in runs:
        assert application_decide(organization_id=organization.id, run_id=run.id) is not None


@pytest.fixture
def ines(hanse: Organization, policy: PolicyVersion) -> Applicant:
    """She applies to Hanse, which has a policy in force."""
    return Applicant()


def sent(applicant: Applicant) -> str:
    """Hand in, and give the address of the status page."""
    response = applicant.send()
    assert response.status_code == 302, response.content.decode()
    return str(response.headers["Location"])
