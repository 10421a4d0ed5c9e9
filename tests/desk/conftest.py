"""Referrals on the desk, and people signed in through the front door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import PASSWORD, Hire
from tests.cast_underwriting import INES, STRONG, Submit, decide
from underwriting.models import Review

JOBLESS = {**STRONG, "employment_since": "unemployed", "monthly_income": "9000.00"}
LARGE = {"amount": "11000.00", "term_months": 48}

SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        return client

    return signed_in


@pytest.fixture
def referral(submit: Submit) -> Review:
    """Ines is without employment: policy refers her, for 3,000.00."""
    return referred(submit)


@pytest.fixture
def large_referral(submit: Submit) -> Review:
    """Above Uma's limit."""
    return referred(submit, request=LARGE)


@pytest.fixture
def audrey(hanse: Organization, hire: Hire) -> User:
    """Audits Hanse: sees, decides nothing."""
    return hire(hanse, "Audrey", Role.AUDITOR)


def referred(submit: Submit, **asked: Any) -> Review:
    decision = decide(submit((INES, JOBLESS), **asked))
    assert decision.outcome == "refer"
    with enter(decision.organization_id, read_only=True):
        return Review.objects.get(decision=decision)


def page(review: Review) -> str:
    return f"/admin/underwriting/application/{review.application_id}/change/"


def button(review: Review, action: str) -> str:
    kind = "hold" if action in ("claim", "release") else "verdict"
    return f"/admin/underwriting/application/{review.application_id}/{kind}/{action}/"


def fresh(review: Review) -> Review:
    with enter(review.organization_id, read_only=True):
        return Review.objects.select_related("application", "settled_decision").get(id=review.id)
