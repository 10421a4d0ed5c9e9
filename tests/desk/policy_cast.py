"""A draft of the demo lender's policy, and the analyst who writes it."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from events.actor import Actor
from scoring.models import Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.desk.conftest import SignIn
from underwriting.models import PolicyVersion
from underwriting.services.policies import policy_draft


def rule(name: str, when: Any, outcome: str, reason: str, severity: int) -> dict[str, Any]:
    return {"id": name, "when": when, "outcome": outcome, "reason": reason, "severity": severity}


RULE_SETS: list[dict[str, Any]] = [
    {"name": "eligibility", "rows": [
        rule("income", {"household_income": {"lt": "$min_income"}}, "decline",
             "INCOME_TOO_LOW", 90)]},
    {"name": "employment", "scope": "party", "rows": [
        rule("unemployed", {"employment_since": {"eq": "unemployed"}}, "refer",
             "NO_EMPLOYMENT", 40)]},
    {"name": "affordability", "hit": "collect", "rows": [
        rule("instalment", {"price.instalment": {"gt": {"field": "instalment_capacity"}}},
             "decline", "INSTALMENT_TOO_HIGH", 80),
        rule("loan_to_income", {"loan_to_income": {"gt": "$max_loan_to_income"}}, "decline",
             "LOAN_TO_INCOME", 70),
        rule("debt_to_income", {"debt_to_income": {"gt": "$review_debt_to_income"}}, "refer",
             "DEBT_TO_INCOME", 30)]},
    {"name": "customer", "hit": "collect", "rows": [
        rule("large_amount", {"amount": {"gt": "$large_amount"}}, "refer", "LARGE_AMOUNT", 20),
        rule("exposure", {"context.exposure": {"gt": "$review_exposure"}}, "refer", "EXPOSURE",
             20)]},
]  # fmt: skip


def document() -> dict[str, Any]:
    """The demo lender's policy with these rules, whatever the demo's own are."""
    return {**demo_document("hanse_kredit", "policy"), "rule_sets": RULE_SETS}


@pytest.fixture
def draft(hanse: Organization, personal_loan: Product, rita: User) -> PolicyVersion:
    """The demo lender's policy, not yet handed in."""
    return policy_draft(
        organization_id=hanse.id, actor=Actor.user(str(rita.pk)), product_id=personal_loan.id,
        document=document(),
    )  # fmt: skip


@pytest.fixture
def desk(sign_in: SignIn, rita: User) -> Client:
    return sign_in(rita)


def saved(draft: PolicyVersion) -> Any:
    with enter(draft.organization_id, read_only=True):
        found = PolicyVersion.objects.get(organization_id=draft.organization_id, id=draft.id)
    return json.loads(found.document)
