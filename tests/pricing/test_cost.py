"""The cost of credit against published worked examples."""

import pytest

from underwriting.pricing.cost import CreditTax, Fees, annual_cost_ppm, cost_ppm

# Directive 98/7/EC, Annex II ("examples of calculation"): amounts in ECU, years as months.
ANNEX_EXAMPLES = [
    (100_000, {18: 120_000}, 129_243),  # 1,000 repaid as 1,200 after 1.5 years: 12.92 %
    (95_000, {18: 120_000}, 168_526),  # the same with costs of 50 at the start: 16.85 %
    (100_000, {12: 60_000, 24: 60_000}, 130_662),  # two repayments of 600: 13.07 %
    (100_000, {3: 27_200, 6: 27_200, 12: 54_400}, 131_855),  # 272, 272 and 544: 13.19 %
]


@pytest.mark.parametrize(("received", "payments", "expected"), ANNEX_EXAMPLES)
def test_aprc_of_the_directives_examples(received, payments, expected):
    assert annual_cost_ppm(received, payments) == expected


def test_cet_of_the_central_banks_example():
    """BCB, "Custo Efetivo Total": 1,000 in 5 of 205.73, fee 50 and IOF 10 paid at once: 43.93 %."""
    found = annual_cost_ppm(94_000, dict.fromkeys(range(1, 6), 20_573))
    assert round(found / 10_000, 2) == 43.93


def test_cost_without_fees_is_the_effective_rate():
    assert cost_ppm(10_000_000, 120_000, 12) == pytest.approx(126_825, abs=2)  # 1.01**12 - 1


def test_fees_and_taxes_raise_the_cost():
    plain = cost_ppm(500_000, 300_000, 12)
    with_fee = cost_ppm(500_000, 300_000, 12, Fees(origination_ppm=10_000, monthly=100))
    with_tax = cost_ppm(500_000, 300_000, 12, tax=CreditTax(3_800_000, 82_000))
    assert plain < with_tax
    assert plain < with_fee


def test_iof_counts_the_days_of_each_part():
    tax = CreditTax(flat_ppb=3_800_000, daily_ppb=82_000)
    assert tax.due([100_000]) == 380 + 246  # 1,000.00: 0.38 %, and 0.0082 % for 30 days
    assert tax.due([0] * 23 + [100_000]) == 380 + 2_993  # 365 days at most


@pytest.mark.parametrize(
    ("received", "payments"), [(0, {1: 1}), (100, {1: 99}), (100, {}), (100, {0: 200})]
)
def test_no_cost_where_the_equation_has_no_root(received, payments):
    assert annual_cost_ppm(received, payments) is None


def test_cet_keeps_back_the_iof_of_every_part():
    """1,000.00 in three parts without interest: IOF 3.80 and 0.0082 % a day for 30, 60, 90 days."""
    tax = CreditTax(flat_ppb=3_800_000, daily_ppb=82_000)
    assert tax.due([33_333, 33_333, 33_334]) == 380 + 492
    expected = annual_cost_ppm(100_000 - 872, {1: 33_333, 2: 33_333, 3: 33_334})
    assert cost_ppm(100_000, 0, 3, tax=tax, method="cet") == expected
    assert round(expected / 10_000, 2) == 5.40
