"""Approving by lot in a lender's day: recorded with its chance, replayed, stopped by its budget."""

from typing import Any

import pytest

from accounts.models import User
from events.actor import Actor
from scoring.models import Product, ScoringRun
from scoring.selectors.exploration import logged_propensities
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.cast_underwriting import JONAS, STRONG, Submit, decide
from underwriting.services import evaluation
from underwriting.services.policies import policy_install
from underwriting.services.replays import decisions_replay

WEAK_SCORE = {
    **STRONG,
    "checking_account": "overdrawn",
    "savings": "below_100",
    "credit_history": "past_delay",
    "employment_since": "under_1_year",
    "property": "none_or_unknown",
    "housing": "rent",
    "other_installment_plans": "bank",
}


@pytest.fixture
def exploring(
    hanse: Organization, personal_loan: Product, rita: User, anna: User, submit: Submit
) -> None:
    """Hanse approves one of those by lot each month."""
    policy = {**demo_document("hanse_kredit", "policy"), "counter_offer": None, "tests": []}
    policy["exploration"] = {"share_ppm": 100_000, "max_amount": "5000.00", "most_a_month": 1}
    policy_install(
        organization_id=hanse.id,
        author=Actor.user(rita.pk),
        approver=Actor.user(anna.pk),
        product_id=personal_loan.id,
        document=policy,
    )


def weak(submit: Submit, name: str) -> Any:
    person = {**JONAS, "given_names": name, "email": f"{name}@mail.example"}
    return decide(submit((person, WEAK_SCORE), request={"amount": "1500.00"}))


def test_the_months_budget_is_spent_once(
    hanse: Organization, exploring: None, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "lot_drawn", lambda salt, application_id: 0)
    outcomes = [weak(submit, name).outcome for name in ("Ada", "Ben")]
    assert outcomes == ["approve", "decline"]
    with enter(hanse.id):
        runs = ScoringRun.objects.order_by("scored_at")
        assert [(run.propensity_ppm, run.explored) for run in runs] == [(100_000, True), (0, False)]
        logged = logged_propensities(hanse.id, personal_loan_id(hanse))
    assert [(row[3], row[4]) for row in logged] == [(True, 100_000), (False, 0)]


def personal_loan_id(hanse: Organization) -> Any:
    return Product.objects.get(organization_id=hanse.id).id


def test_a_lot_is_the_same_at_every_evaluation_and_replays(
    hanse: Organization, exploring: None, submit: Submit
) -> None:
    decisions = [weak(submit, name) for name in ("Ada", "Ben", "Cem")]
    assert all('"draw_ppm"' in (decision.inputs or "") for decision in decisions)
    report = decisions_replay(organization_id=hanse.id)
    assert (report.counts["identical"], report.failed) == (3, 0)
