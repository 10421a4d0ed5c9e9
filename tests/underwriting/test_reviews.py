"""Referrals: one person within a limit, two above it, coded reasons, a decision that supersedes."""

from typing import Any

import pytest

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from scoring.models import ScoringRun
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, NotFound
from tenancy.models import Organization
from tests.cast_underwriting import INES, KAI, STRONG, WEAK, Submit, decide, excepted
from underwriting.models import Application, Condition, Decision, Duty, Offer, Review, ReviewStep
from underwriting.selectors.reasons import reason_choices, reason_texts
from underwriting.services.offers import condition_clear, offer_accept
from underwriting.services.requests import review_request
from underwriting.services.reviews import (
    review_approve,
    review_claim,
    review_counter_offer,
    review_decline,
    review_refer_up,
    review_release,
    review_second,
)

JOBLESS = {**STRONG, "employment_since": "unemployed", "monthly_income": "9000.00"}
LARGE = {"amount": "11000.00", "term_months": 48}


@pytest.fixture
def referral(submit: Submit) -> Review:
    """Ines is without employment: policy refers her."""
    return referred(submit)


@pytest.fixture
def large_referral(submit: Submit) -> Review:
    return referred(submit, request=LARGE)


def referred(submit: Submit, **asked: Any) -> Review:
    decision = decide(submit((INES, JOBLESS), **asked))
    assert decision.outcome == "refer"
    with enter(decision.organization_id, read_only=True):
        return Review.objects.get(decision=decision)


def by(user: User, review: Review) -> dict[str, Any]:
    return {
        "organization_id": review.organization_id,
        "actor": Actor.user(user.pk),
        "review_id": review.id,
    }


def test_an_underwriter_approves_within_the_limit(
    hanse: Organization, referral: Review, uma: User
) -> None:
    review = review_approve(**by(uma, referral), note="seen the contract")
    with enter(hanse.id, read_only=True):
        first, second = Decision.objects.order_by("number")
        assert review.status == "settled"
        assert (first.in_force, second.in_force) == (False, True)
        assert second.outcome == "approve"
        assert second.decided_by_id == str(uma.pk)
        assert Application.objects.get().status == "approved"
        assert Offer.objects.get().decision_id == second.id
        assert ReviewStep.objects.get().looked_seconds is not None
        assert ScoringRun.objects.get().verdict == "approve"
        assert [d.kind for d in Duty.objects.filter(status="open")] == ["notice"]


def test_above_the_limit_a_second_person_decides(
    hanse: Organization, large_referral: Review, uma: User, sven: User
) -> None:
    waiting = review_approve(**by(uma, large_referral))
    assert waiting.status == "second_person"
    with pytest.raises(Forbidden) as refusal:
        review_second(**by(uma, large_referral), agree=True)
    assert refusal.value.code == "same_person"
    with enter(hanse.id, read_only=True):
        assert Decision.objects.count() == 1
    settled = review_second(**by(sven, large_referral), agree=True)
    assert (settled.verdict_by, settled.second_by) == (str(uma.pk), str(sven.pk))
    with enter(hanse.id, read_only=True):
        assert Application.objects.get().status == "approved"


def test_the_second_person_needs_the_limit_too(
    hanse: Organization, large_referral: Review, uma: User, hire: Any
) -> None:
    small = hire(hanse, "Sina", "senior_underwriter", 100_000)
    review_approve(**by(uma, large_referral))
    with pytest.raises(Forbidden) as refusal:
        review_second(**by(small, large_referral), agree=True)
    assert refusal.value.code == "limit"


def test_a_second_person_who_disagrees_sends_it_up(
    hanse: Organization, large_referral: Review, uma: User, sven: User
) -> None:
    review_approve(**by(uma, large_referral))
    review = review_second(**by(sven, large_referral), agree=False)
    assert (review.status, review.level) == ("open", 1)
    with pytest.raises(Forbidden):
        review_claim(**by(uma, large_referral))


def test_a_decline_needs_published_reasons(
    hanse: Organization, referral: Review, uma: User
) -> None:
    for reasons in ([], ["BAD_FEELING"], ["NO_EMPLOYMENT"] * 1 + list("ABCD")):
        with pytest.raises(Invalid):
            review_decline(**by(uma, referral), reasons=reasons)
    review_decline(**by(uma, referral), reasons=["NO_EMPLOYMENT"])
    with enter(hanse.id, read_only=True):
        decision = Decision.objects.get(in_force=True)
        assert decision.outcome == "decline"
        assert decision.notice_due_at is not None
        assert [r.code for r in reason_texts(decision, "de")] == ["NO_EMPLOYMENT"]


def test_a_counter_offer_is_never_an_approval(
    hanse: Organization, referral: Review, uma: User
) -> None:
    review_counter_offer(
        **by(uma, referral), amount="2000.00", term_months=24, reasons=["NO_EMPLOYMENT"]
    )
    with enter(hanse.id, read_only=True):
        assert Application.objects.get().status == "offered"
        assert Offer.objects.get().kind == "counter_offer"
        kinds = {duty.kind for duty in Duty.objects.filter(status="open")}
        assert kinds == {"notice", "counter_offer_notice"}


def test_terms_outside_the_product_are_refused(referral: Review, uma: User) -> None:
    with pytest.raises(Invalid):
        review_counter_offer(
            **by(uma, referral), amount="1.00", term_months=24, reasons=["NO_EMPLOYMENT"]
        )


def test_who_claims_first_has_it(referral: Review, uma: User, sven: User) -> None:
    review_claim(**by(uma, referral))
    with pytest.raises(Conflict) as conflict:
        review_approve(**by(sven, referral))
    assert conflict.value.code == "claimed_by_other"
    review_release(**by(uma, referral))
    assert review_claim(**by(sven, referral)).claimed_by == str(sven.pk)


def test_referred_up_waits_for_a_senior(referral: Review, uma: User, sven: User) -> None:
    review_refer_up(**by(uma, referral), note="too unusual")
    with pytest.raises(Forbidden):
        review_approve(**by(uma, referral))
    assert review_approve(**by(sven, referral)).status == "settled"


def test_only_reviewers_of_this_lender_review(referral: Review, alice: User, otto: User) -> None:
    for outsider in (alice, otto):
        with pytest.raises(Forbidden):
            review_approve(**by(outsider, referral))
    with pytest.raises(Forbidden):
        review_approve(
            organization_id=referral.organization_id, actor=SYSTEM, review_id=referral.id
        )


def test_anothers_review_is_not_found(aurora: Organization, referral: Review, otto: User) -> None:
    with pytest.raises(NotFound):
        review_claim(organization_id=aurora.id, actor=Actor.user(otto.pk), review_id=referral.id)


def test_conditions_are_cleared_before_funding(
    hanse: Organization, referral: Review, uma: User
) -> None:
    review_approve(**by(uma, referral), conditions=[("PAYSLIP", "The last payslip")])
    with enter(hanse.id, read_only=True):
        application, condition = Application.objects.get(), Condition.objects.get()
        assert application.status == "approved_with_conditions"
    offer_accept(organization_id=hanse.id, actor=SYSTEM, application_id=application.id)
    assert ready(hanse) == 0
    condition_clear(organization_id=hanse.id, actor=Actor.user(uma.pk), condition_id=condition.id)
    assert ready(hanse) == 1


def ready(organization: Organization) -> int:
    with enter(organization.id, read_only=True):
        return Event.objects.filter(type="application.ready_to_fund").count()


def test_a_declined_applicant_asks_for_a_person_who_overrides(
    hanse: Organization, submit: Submit, uma: User
) -> None:
    declined = decide(submit((KAI, {**WEAK, "monthly_income": "1500.00"})))
    assert declined.outcome == "decline"
    review = review_request(
        organization_id=hanse.id, actor=SYSTEM, application_id=declined.application_id
    )
    with pytest.raises(Invalid) as refusal:
        review_approve(**by(uma, review))
    assert [e.code for e in refusal.value.errors] == ["override_needed", "exception_needed"]
    review_approve(**by(uma, review), override_codes=["INCOME_VERIFIED"], **excepted())
    with enter(hanse.id, read_only=True):
        assert Decision.objects.get(in_force=True).outcome == "approve"
        assert reason_choices(hanse.id, declined.application_id, "en")
