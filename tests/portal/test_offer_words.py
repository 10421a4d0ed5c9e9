"""What the portal says an offer costs, by the lender's law."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from underwriting.regulation import pack

LOAN = {
    "amount": "€4,500.00",
    "rate": "6%",
    "cost": "6.17%",
    "instalment": "€199.44",
    "total": "€4,786.56",
    "term": "24",
    "paid_down": "",
    "price": "",
    "example_months": "",
    "expires_on": "",
    "smaller": False,
    "open": False,
}
CARD = {**LOAN, "instalment": "", "total": "", "term": ""}


def shown(offer, law):
    context = {
        "offer": SimpleNamespace(**offer),
        "visit": SimpleNamespace(pack=pack(law)),
        "standing": SimpleNamespace(conditions=(), answers=False),
    }
    return " ".join(render_to_string("portal/parts/offer.html", context).split())


@pytest.mark.parametrize(
    ("law", "name"),
    [
        ("eu-2026-11-21", "Annual percentage rate of charge (APRC)"),
        ("br-2026-11-21", "Total effective cost a year (CET)"),
        ("us-2026-11", "Annual percentage rate (APR)"),
    ],
)
def test_the_cost_has_the_name_its_law_gives_it(law, name):
    assert f"<dt>{name}</dt><dd>6.17%</dd>" in shown(LOAN, law)


def test_the_cost_of_a_limit_is_called_an_example():
    page = shown({**CARD, "example_months": "12"}, "eu-2026-11-21")
    assert "drawn at once and repaid in 12 equal monthly payments" in page
    assert "example" not in shown(CARD, "us-2026-11")


def test_without_a_rule_no_cost_is_stated_and_why_is():
    page = shown({**CARD, "cost": ""}, "br-2026-11-21")
    assert "CET" not in page
    assert "the contract says it before you sign" in page


def test_what_is_paid_down_stands_beside_the_price():
    page = shown({**LOAN, "price": "€6,000.00", "paid_down": "€1,500.00"}, "eu-2026-11-21")
    assert "<dd>€6,000.00</dd>" in page
    assert "<dt>You pay down</dt><dd>€1,500.00</dd>" in page
    assert "You pay down" not in shown(LOAN, "eu-2026-11-21")
