"""A challenger judged by the lots that were drawn, on decisions made up so that one can count."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from events.actor import SYSTEM
from ml.economics import Economics
from scoring.models import (
    Championship,
    ModelVersion,
    OutcomeDefinition,
    Performance,
    Product,
    ScoringRun,
    ShadowScore,
)
from scoring.selectors.off_policy import judged, off_policy
from scoring.services.economics import economics_publish
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.desk.conftest import SignIn, sign_in
from tests.scoring.test_challengers import definition

ECONOMICS = Economics.parse(
    {"amount": 1_000_00, "interest_ppm": 0, "fee": 100_00, "loss_given_default_ppm": 600_000}
)
__all__ = ["definition", "sign_in"]

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
GOOD, BAD = 100_00, -500_00
TENTH = 100_000


def row(ref: str, *, approved: bool, chance: int, would: bool) -> tuple[object, ...]:
    return ref, approved, chance, 100_000, would


def test_each_lot_stands_for_those_like_it() -> None:
    """Ten declined, one of them by lot approved and repaid: it stands for all ten."""
    rows = [row("rule", approved=True, chance=1_000_000, would=True)]
    rows += [row(f"d{at}", approved=at == 0, chance=TENTH, would=True) for at in range(10)]
    found = judged(rows, {"rule": "good", "d0": "good"}, ECONOMICS)
    assert found.rules.inverse_propensity.value == pytest.approx(GOOD / 11)
    assert found.challenger is not None
    assert found.challenger.inverse_propensity.value == pytest.approx((GOOD + 10 * GOOD) / 11)
    assert found.unknown == 0


def test_a_bad_one_costs_and_an_offer_not_taken_brings_nothing() -> None:
    rows = [row(f"r{at}", approved=True, chance=1_000_000, would=at < 2) for at in range(3)]
    found = judged(rows, {"r0": "bad", "r2": "good"}, ECONOMICS)
    assert found.challenger is not None
    assert found.challenger.inverse_propensity.value == pytest.approx(BAD / 3)
    assert found.rules.inverse_propensity.value == pytest.approx((BAD + GOOD) / 3)


def test_nothing_is_said_of_whom_the_rules_never_approve() -> None:
    rows = [
        row("a", approved=True, chance=1_000_000, would=True),
        row("b", approved=False, chance=0, would=True),
    ]
    found = judged(rows, {"a": "good"}, ECONOMICS)
    assert found.challenger is None
    assert found.unknown == 1


def decided_long_ago(
    hanse: Organization, product: Product, challenger: ModelVersion, *, by_lot: bool
) -> None:
    with enter(hanse.id):
        champion = Championship.objects.get().model_version
        application = new_id()
        ScoringRun.objects.create(
            organization_id=hanse.id, application_id=application, model_version=champion,
            points=500, pd_ppm=250_000, parties="[]", scored_at=LONG_AGO, verdict="approve",
            concluded_at=LONG_AGO, propensity_ppm=TENTH if by_lot else 1_000_000, explored=by_lot,
        )  # fmt: skip
        ShadowScore.objects.create(
            organization_id=hanse.id, application_id=application, model_version=challenger,
            beside=champion, points=500, pd_ppm=100_000, outcome="approve",
            decided_outcome="approve", scored_at=LONG_AGO,
        )  # fmt: skip
        Performance.objects.create(
            organization_id=hanse.id, product=product, loan_ref=str(application),
            months_on_book=12, as_of=date(2026, 1, 31), days_past_due=0, balance=0,
        )  # fmt: skip


def test_the_page_shows_it_once_there_are_enough_old_decisions(
    hanse: Organization, personal_loan: Product, challenger: ModelVersion, sign_in: SignIn,
    definition: OutcomeDefinition, rita: User,
) -> None:  # fmt: skip
    for number in range(51):
        decided_long_ago(hanse, personal_loan, challenger, by_lot=number % 10 == 0)
    with enter(hanse.id, read_only=True):
        assert off_policy(challenger, now(hanse.id)) is None
    economics_publish(
        organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan",
        document=ECONOMICS.document(),
    )  # fmt: skip
    with enter(hanse.id, read_only=True):
        found = off_policy(challenger, now(hanse.id))
    assert found is not None
    assert found.challenger is not None
    assert found.challenger.n == 51
    assert found.challenger.inverse_propensity.value == pytest.approx(GOOD * (45 + 6 * 10) / 51)
    text = sign_in(rita).get("/admin/scoring/splittest/").content.decode()
    assert "What its decisions would have earned" in text
