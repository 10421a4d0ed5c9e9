"""What an offer says it costs, by the pack: APRC, CET, APR, and a limit that has no term."""

import pytest

from tests.decisioning.cast import PRODUCT, changed, decided, inputs
from underwriting.pricing.cost import Fees, cost_ppm

CARD = changed(PRODUCT, term=None)
FEES = Fees(origination_ppm=10_000)


def offer(**parts):
    return decided(inputs(), **parts)["offer"]


def test_a_loan_states_the_cost_of_its_pack():
    aprc, cet, apr = (
        offer(rules=rules)["cost_ppm"] for rules in ("eu-2026-11-21", "br-2026-11", "us-2026-11")
    )
    assert aprc == cost_ppm(600_000, 60_000, 24, FEES)
    assert apr == cost_ppm(600_000, 60_000, 24, FEES, method="apr")
    assert apr < aprc < cet  # nominal; effective; effective with IOF


def test_an_american_apr_without_fees_is_the_rate_to_the_cents_of_its_schedule():
    made = offer(rules="us-2026-11", product=changed(PRODUCT, fees={}))
    assert made["cost_ppm"] == pytest.approx(made["rate_ppm"], abs=20)


def test_a_european_card_gives_the_example_of_its_pack():
    made = offer(rules="eu-2026-11-21", product=CARD)
    assert made["term_months"] is None
    assert made["cost_ppm"] == cost_ppm(600_000, 60_000, 12, FEES)
    assert made["example"] == {"months": 12, "instalment": 51_640, "total": 619_679}


def test_an_american_card_states_its_nominal_rate():
    made = offer(rules="us-2026-11", product=CARD)
    assert made["cost_ppm"] == made["rate_ppm"] == 60_000
    assert "example" not in made


@pytest.mark.parametrize("rules", ["br-2026-11", "eu-2026-11-20"])
def test_a_pack_without_a_rule_states_no_cost_of_a_card(rules):
    made = offer(rules=rules, product=CARD)
    assert made["cost_ppm"] is None
    assert "example" not in made
