"""A lender that decides: policy in force, consents published, and people who apply.

Ines earns well and asks for little; Jonas applies with her; Kai has little left to live on.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import User
from config.demo.lists import lists_present
from events.actor import SYSTEM, Actor
from scoring.models import Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import DEMO, demo_document
from tests.remembered import remembered
from underwriting.models import Decision, PolicyVersion
from underwriting.selectors.consents import consent_texts
from underwriting.services.applications import Submitted, application_submit
from underwriting.services.decisions import application_decide
from underwriting.services.policies import policy_install
from underwriting.verdicts import Excepted

INES = {
    "given_names": "Ines",
    "family_name": "Brandt",
    "birth_date": "1985-04-12",
    "email": "ines.brandt@mail.example",
    "phone": "+49 40 123456",
    "national_id": "L01X00T47",
}
JONAS = {
    "given_names": "Jonas",
    "family_name": "Brandt",
    "birth_date": "1983-09-30",
    "email": "jonas.brandt@mail.example",
}
KAI = {
    "given_names": "Kai",
    "family_name": "Möller-Öztürk",
    "birth_date": "1999-01-05",
    "email": "kai@mail.example",
}

REQUEST = {
    "amount": "3000.00",
    "term_months": 24,
    "purpose": "furniture",
    "other_debtors": "none",
}
STRONG = {
    "monthly_income": "4200.00",
    "monthly_obligations": "150.00",
    "checking_account": "no_account",
    "savings": "from_1000",
    "credit_history": "critical_or_elsewhere",
    "existing_credits": 1,
    "other_installment_plans": "none",
    "employment_since": "from_7_years",
    "job": "skilled",
    "housing": "own",
    "property": "real_estate",
    "telephone": True,
}
WEAK = {**STRONG, "monthly_income": "900.00", "monthly_obligations": "800.00"}

Submit = Callable[..., Submitted]


def party(
    identity: Mapping[str, Any], facts: Mapping[str, Any], consents: list[dict[str, str]]
) -> dict[str, Any]:
    return {"identity": dict(identity), "facts": dict(facts), "consents": consents}


def policy_ready(
    organization: Organization,
    product: Product,
    author: User,
    approver: User,
    lender: str = "hanse_kredit",
) -> PolicyVersion:
    """The demo lender's policy with its lists, published by two people, and the consent texts."""
    lists_present(DEMO / lender, organization.id)
    return policy_install(
        organization_id=organization.id,
        author=Actor.user(author.pk),
        approver=Actor.user(approver.pk),
        product_id=product.id,
        document=demo_document(lender, "policy"),
    )


def agreed(organization_id: UUID, language: str = "de") -> list[dict[str, str]]:
    """Every consent the lender's law requires, given to the words in force."""
    with enter(organization_id, read_only=True):
        texts = consent_texts(organization_id=organization_id, language=language)
        return [{"purpose": text.purpose, "text_hash": text.content_hash} for text in texts]


@pytest.fixture
@remembered
def policy(hanse: Organization, personal_loan: Product, rita: User, anna: User) -> PolicyVersion:
    """Hanse decides: product, champion, policy and consents are in force."""
    return policy_ready(hanse, personal_loan, rita, anna)


@pytest.fixture
def submit(hanse: Organization, policy: PolicyVersion) -> Submit:
    """Hand in an application to Hanse; whatever is not said is Ines's."""

    def submitted(
        *applicants: tuple[Mapping[str, Any], Mapping[str, Any]],
        request: Mapping[str, Any] | None = None,
        **asked: Any,
    ) -> Submitted:
        consents = agreed(hanse.id)
        parties = [party(*each, consents) for each in applicants or ((INES, STRONG),)]
        return application_submit(
            **{
                "organization_id": hanse.id,
                "actor": SYSTEM,
                "door": "api",
                "product_slug": "personal-loan",
                "request": {**REQUEST, **(request or {})},
                "parties": parties,
                "language": "de",
                "claim": True,
                **asked,
            }
        )

    return submitted


def decide(submitted: Submitted) -> Decision:
    """Decide a submitted application, as the waiting request does."""
    decision = application_decide(
        organization_id=submitted.application.organization_id,
        run_id=submitted.run.id,
        claim=submitted.claim,
    )
    assert decision is not None
    return decision


def excepted(days: int = 30) -> dict[str, Any]:
    """What a verdict softer than policy says besides: the exception, and words about it."""
    until = timezone.now() + timedelta(days=days)
    return {
        "exception": Excepted("INCOME_RISEN", ("INCOME_VERIFIED",), until),
        "note": "the payer confirmed a rise",
    }
