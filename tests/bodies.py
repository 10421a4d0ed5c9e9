"""Applications as a partner posts them: one that is approved, and the ways to make it otherwise."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from tenancy.enter import enter
from tenancy.models import Organization
from underwriting.selectors.consents import consent_texts

Body = dict[str, Any]

GOOD_FACTS: Mapping[str, Any] = {
    "monthly_income": "4200.00",
    "monthly_obligations": "150.00",
    "checking_account": "from_200",
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
BAD_FACTS: Mapping[str, Any] = {
    **GOOD_FACTS,
    "monthly_income": "950.00",
    "monthly_obligations": "700.00",
    "checking_account": "overdrawn",
    "savings": "below_100",
    "credit_history": "none_or_all_paid",
    "employment_since": "under_1_year",
    "other_installment_plans": "stores",
    "housing": "rent",
    "property": "none_or_unknown",
    "telephone": False,
}


def identity(given_names: str = "Erika", number: int = 1) -> Body:
    return {
        "given_names": given_names,
        "family_name": "Mustermann",
        "birth_date": "1984-08-12",
        "email": f"{given_names.lower()}.{number}@example.com",
        "phone": "+49 30 901820",
    }


def consents(organization: Organization, language: str = "de") -> list[Body]:
    """What the applicant agreed to: every text the lender shows."""
    with enter(organization.id, read_only=True):
        texts = consent_texts(organization_id=organization.id, language=language)
        return [{"purpose": text.purpose, "text_hash": text.content_hash} for text in texts]


def applicant(
    organization: Organization,
    *,
    given_names: str = "Erika",
    number: int = 1,
    facts: Mapping[str, Any] = GOOD_FACTS,
    language: str = "de",
) -> Body:
    return {
        "identity": identity(given_names, number),
        "facts": dict(facts),
        "consents": consents(organization, language),
    }


def loan(
    organization: Organization,
    *,
    amount: str = "2000.00",
    term_months: int = 12,
    number: int = 1,
    facts: Mapping[str, Any] = GOOD_FACTS,
    co_applicants: Sequence[Body] = (),
) -> Body:
    """A personal loan of Hanse Kredit's."""
    body: Body = {
        "product": "personal-loan",
        "language": "de",
        "request": {
            "amount": amount,
            "term_months": term_months,
            "purpose": "furniture",
            "other_debtors": "co_applicant" if co_applicants else "none",
        },
        "applicant": applicant(organization, number=number, facts=facts),
    }
    if co_applicants:
        body["co_applicants"] = list(co_applicants)
    return body


def changed(body: Body, pointer: str, value: Any) -> Body:
    """A copy of the body with one member replaced; `...` removes it."""
    copied = copy.deepcopy(body)
    *path, last = pointer.strip("/").split("/")
    place: Any = copied
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return copied
