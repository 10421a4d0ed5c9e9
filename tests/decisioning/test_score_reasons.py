"""The model's reasons stand where a better score would have helped, and nowhere else (R3)."""

from tests.decisioning.cast import (
    ADA,
    BEN,
    POLICY,
    changed,
    codes,
    decided,
    inputs,
    plan,
    policy_with,
    row,
    rule_set,
)
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.inputs import InputsReader

BOUNDED = changed(
    POLICY,
    rule_sets=[],
    counter_offer=None,
    bands=[
        {"name": "A", "max_pd_ppm": 150000, "rate_ppm": 60000, "max_amount": "8000.00"},
        {"name": "B", "max_pd_ppm": 990000, "rate_ppm": 95000, "max_amount": "4000.00"},
    ],
)


def told(facts, amount, policy):
    document = decided(inputs(facts, amount=amount), policy=policy)
    made = plan(policy=policy)
    facts = InputsReader(made.dictionary, 2).read(inputs(facts, amount=amount))
    columns = made.outcomes(Applications.of(made.dictionary, [facts]))
    assert [each.code for each in columns.reasons[columns.reason[0]]] == codes(document)
    return document["band"], codes(document)


def test_who_has_the_best_price_is_not_told_of_the_score():
    band, given = told({**ADA, "housing": "rent"}, "9000.00", BOUNDED)
    assert (band, given) == ("A", ["BAND_LIMIT"])


def test_who_has_a_worse_price_is():
    band, given = told(BEN, "5000.00", BOUNDED)
    assert band == "B"
    assert given[0] == "BAND_LIMIT"
    assert "INCOME" in given


def test_a_limit_that_better_bands_have_too_is_not_the_score_s():
    alike = changed(BOUNDED, bands=[{**each, "max_amount": "4000.00"} for each in BOUNDED["bands"]])
    assert told(BEN, "5000.00", alike) == ("B", ["BAND_LIMIT"])


def test_a_rule_on_the_points_is_always_the_score_s():
    rules = rule_set("cutoff", row("score", {"model.points": {"lt": 900}}, reason=None))
    _, given = told(
        {**ADA, "housing": "rent"},
        "7000.00",
        changed(policy_with(rules), bands=BOUNDED["bands"], counter_offer=None),
    )
    assert "HOUSING" in given
