"""What counts against a customer's limit, and what a decision knows of their past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from events.actor import SYSTEM, Actor
from scoring.models import Product
from scoring.services.dictionaries import dictionary_publish
from scoring.services.products import product_create, product_publish
from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.cast_underwriting import INES, JONAS, KAI, STRONG, WEAK, Submit, agreed, decide, party
from tests.underwriting.test_races import at_once, product_limited
from underwriting.models import Application, Decision, Offer, Party, Review
from underwriting.selectors import exposures
from underwriting.selectors.exposures import Exposure, exposure_of, exposure_together
from underwriting.services import decisions, evaluation
from underwriting.services.applications import Submitted
from underwriting.services.bookings import application_fund
from underwriting.services.offers import offer_accept
from underwriting.services.reviews import review_approve

JOBLESS = {**STRONG, "employment_since": "unemployed", "monthly_income": "12000.00"}
LARGE = {"amount": "12000.00", "term_months": 48}


def exposure(submitted: Submitted, currency: str = "EUR") -> Exposure:
    application = submitted.application
    with enter(application.organization_id, read_only=True):
        people = Party.objects.filter(application=application).values_list("customer_id", flat=True)
        return exposure_of(
            organization_id=application.organization_id,
            application_id=application.id,
            customer_ids=list(people),
            currency=currency,
            at=datetime.now(UTC),
        )


def accepted(hanse: Organization, submitted: Submitted) -> dict[str, Any]:
    decide(submitted)
    here = {
        "organization_id": hanse.id,
        "actor": SYSTEM,
        "application_id": submitted.application.id,
    }
    offer_accept(**here)
    return here


def test_each_stage_of_a_loan_counts_once(hanse: Organization, submit: Submit) -> None:
    """In flight, offered, accepted, booked: of one customer, and never as two things."""
    first, second = submit(), submit()
    assert exposure(second) == Exposure(0, 0, 1)
    decide(first)
    assert exposure(second) == Exposure(0, 300_000, 0)
    here = accepted(hanse, submit(request={"amount": "1000.00"}))
    assert exposure(second) == Exposure(0, 400_000, 0)
    application_fund(**here, reference="L-1", amount_minor=90_000)
    assert exposure(second) == Exposure(90_000, 300_000, 0)


@pytest.mark.parametrize(
    ("role", "liability", "owed"),
    [("co_borrower", "full", 300_000), ("guarantor", "limited", 300_000), ("guarantor", "none", 0)],
)
def test_whoever_answers_for_a_loan_has_it_in_full(
    hanse: Organization, submit: Submit, role: str, liability: str, owed: int
) -> None:
    consents = agreed(hanse.id)
    other = {**party(JONAS, STRONG, consents), "role": role, "liability": liability}
    decide(submit(parties=[party(INES, STRONG, consents), other]))
    assert exposure(submit((JONAS, STRONG))).open_offers == owed


def test_another_product_counts_and_another_currency_is_told_apart(
    hanse: Organization, submit: Submit, card: Product
) -> None:
    accepted(hanse, submit(request={"amount": "1000.00"}))
    submitted = submit(product_slug=card.slug)
    assert exposure(submitted) == Exposure(0, 100_000, 0)
    assert exposure(submitted, "USD") == Exposure(0, 0, 0, elsewhere=True)


def test_who_owes_in_another_currency_goes_to_a_person(
    submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No rate is known at which it could be held against the limit."""

    def elsewhere(standings: Sequence[Any]) -> Exposure:
        return replace(exposure_together(standings), elsewhere=True)

    for module in (exposures, evaluation, decisions):
        monkeypatch.setattr(module, "exposure_together", elsewhere)
    document = decide(submit()).document_data
    assert document["outcome"] == "refer"
    assert [reason["code"] for reason in document["reasons"]] == ["OTHER_CURRENCY"]


def test_days_since_the_last_decline_of_the_product(hanse: Organization, submit: Submit) -> None:
    decide(submit((KAI, WEAK)))
    again = submit((KAI, STRONG))
    found = exposure(again)
    assert found.declined_at is not None
    at = found.declined_at + timedelta(days=90)
    assert found.document(2, at)["days_since_decline"] == 90
    assert '"days_since_decline":0' in (decide(again).inputs or "")
    assert exposure(submit((INES, STRONG))).declined_at is None
    with enter(hanse.id):
        Application.objects.filter(status="declined").update(status="referred")
    assert exposure(again).declined_at is None


def test_a_decline_of_somebody_else_or_another_product_is_none_of_theirs(
    hanse: Organization, submit: Submit, card: Product
) -> None:
    decide(submit((KAI, WEAK)))
    assert exposure(submit((KAI, STRONG), product_slug=card.slug)).declined_at is None


@pytest.fixture
def card(hanse: Organization) -> Product:
    """Another product of Hanse's, published as the first one is."""
    product = product_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        slug="second-loan",
        names={"de": "Zweitkredit", "en": "Second loan"},
        currency="EUR",
    )
    of: dict[str, Any] = {
        "organization_id": hanse.id,
        "actor": SYSTEM,
        "product_slug": product.slug,
    }
    dictionary_publish(**of, document=demo_document("hanse_kredit", "dictionary"))
    product_publish(**of, document=demo_document("hanse_kredit", "product"))
    return product


def waiting(hanse: Organization, submit: Submit, count: int) -> list[Review]:
    for _ in range(count):
        assert decide(submit((INES, JOBLESS), request=LARGE)).outcome == "refer"
    with enter(hanse.id, read_only=True):
        return list(Review.objects.order_by("id"))


def approve(hanse: Organization, review: Review, who: User, *codes: str) -> Review:
    return review_approve(
        organization_id=hanse.id,
        actor=Actor.user(who.pk),
        review_id=review.id,
        override_codes=codes,
    )


@pytest.mark.django_db(transaction=True)
def test_two_people_approving_at_once_do_not_pass_the_limit_together(
    hanse: Organization, submit: Submit, sven: User
) -> None:
    product_limited(hanse)
    reviews = waiting(hanse, submit, 2)
    made = at_once(*[partial(approve, hanse, review, sven) for review in reviews])
    [refused] = [each for each in made if isinstance(each, Conflict)]
    assert refused.code == "customer_limit"
    with enter(hanse.id, read_only=True):
        assert [offer.amount for offer in Offer.objects.filter(status="open")] == [1_200_000]


def test_an_exception_to_the_limit_is_said_to_be_one(
    hanse: Organization, submit: Submit, sven: User
) -> None:
    product_limited(hanse)
    first, second = waiting(hanse, submit, 2)
    approve(hanse, first, sven)
    with pytest.raises(Conflict):
        approve(hanse, second, sven, "INCOME_VERIFIED")
    approve(hanse, second, sven, "POLICY_EXCEPTION")
    with enter(hanse.id, read_only=True):
        assert Decision.objects.filter(outcome="approve").count() == 2
