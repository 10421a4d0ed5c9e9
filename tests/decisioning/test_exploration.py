"""A few who are declined for their score alone are approved by lot, with the chance on record."""

import pytest

from ml.dictionary import Dictionary
from tests.decisioning.cast import (
    BEN,
    DICTIONARY,
    LANGUAGES,
    POLICY,
    PRODUCT,
    changed,
    decided,
    inputs,
)
from underwriting.decisioning.inputs import InputsRefused
from underwriting.decisioning.product import Product
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.regulation import pack
from underwriting.verdicts import lot_of

EXPLORES = changed(
    POLICY,
    counter_offer=None,
    exploration={"share_ppm": 20_000, "max_amount": "2000.00", "most_a_month": 5},
)


def asked(**context):
    return inputs(BEN, amount="1000.00", term=24, **context)


def test_without_a_lot_a_low_score_is_declined():
    document = decided(asked(), policy=EXPLORES)
    assert document["outcome"] == "decline"
    assert [fired["set"] for fired in document["trace"]].count("exploration") == 0
    assert lot_of(document) == (0, False)


def test_a_lot_inside_the_share_approves_at_the_last_bands_price():
    document = decided(asked(draw_ppm=19_999), policy=EXPLORES)
    assert (document["outcome"], document["reasons"]) == ("approve", [])
    assert document["offer"]["amount"] == 100_000
    assert document["trace"][-1]["propensity_ppm"] == 20_000
    assert lot_of(document) == (20_000, True)


def test_a_lot_outside_declines_and_says_what_the_chance_was():
    document = decided(asked(draw_ppm=20_000), policy=EXPLORES)
    assert document["outcome"] == "decline"
    assert document["reasons"]
    assert lot_of(document) == (20_000, False)


@pytest.mark.parametrize(
    "application",
    [
        inputs(BEN, amount="2500.00", term=24, draw_ppm=0),
        inputs({**BEN, "bankrupt": True}, amount="1000.00", term=24, draw_ppm=0),
        inputs({**BEN, "debts": "900.00"}, amount="1000.00", term=24, draw_ppm=0),
    ],
    ids=["too much money", "bankrupt", "cannot afford it"],
)
def test_no_lot_softens_a_rule_or_exceeds_the_amount(application):
    document = decided(application, policy=EXPLORES)
    assert document["outcome"] == "decline"
    assert lot_of(document) == (0, False)


def test_a_policy_that_does_not_explore_ignores_the_lot():
    document = decided(asked(draw_ppm=0), policy=changed(POLICY, counter_offer=None))
    assert document["outcome"] == "decline"


def test_an_approval_is_certain_and_a_referral_is_nobodys_chance():
    assert lot_of(decided(inputs(draw_ppm=0), policy=EXPLORES)) == (1_000_000, False)
    unread = decided(inputs({**BEN, "income": "much"}, draw_ppm=0), policy=EXPLORES)
    assert lot_of(unread) == (None, False)


@pytest.mark.parametrize("draw", [-1, 1_000_000, "7", 0.5, True])
def test_only_a_lot_is_taken_for_one(draw):
    with pytest.raises(InputsRefused):
        decided(asked(draw_ppm=draw), policy=EXPLORES)


@pytest.mark.parametrize("amount", ["much", "100.00", "-5.00"])
def test_a_budget_that_limits_nothing_is_an_error(amount):
    exploration = {"share_ppm": 20_000, "max_amount": amount, "most_a_month": 5}
    found = check_policy(
        Policy.parse(changed(EXPLORES, exploration=exploration)),
        Dictionary.parse(DICTIONARY),
        Product.parse(PRODUCT),
        pack("eu-2026-11-20"),
        LANGUAGES,
    )
    assert ("error", "exploration") in {(each.severity, each.code) for each in found}
