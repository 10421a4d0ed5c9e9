"""Static checks of affordability settings and of what a counter-offer may change."""

import pytest

from ml.dictionary import Dictionary
from tests.decisioning.cast import PRODUCT, changed, plan, row, rule_set
from tests.decisioning.household import WIDER, policy, settings
from underwriting.decisioning.product import Product
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.policy.findings import PolicyRefused


def found(document, product=PRODUCT, severity="error"):
    findings = check_policy(Policy.parse(document), Dictionary.parse(WIDER), Product.parse(product))
    return {(each.code, each.pointer) for each in findings if each.severity == severity}


def test_sound_settings_have_no_finding():
    assert found(policy()) == set()


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ({"expenses": ["nothing"]}, "unknown_input"),
        ({"expenses": ["sex"]}, "prohibited_basis"),
        ({"expenses": ["children"]}, "type"),
        ({"expenses": ["amount"]}, "scope"),
        ({"household": {"adults": "rent"}}, "type"),
        ({"household": {"shared": "children"}}, "type"),
        ({"obligations": [{"bureau": "of_age"}]}, "type"),
    ],
)
def test_a_field_must_be_a_partys_and_of_its_type(member, code):
    document = policy(settings(**member))
    assert (code, "/affordability") in found(document)
    with pytest.raises(PolicyRefused):
        plan(dictionary=WIDER, policy=document)


def test_money_is_the_products():
    dollars = changed(PRODUCT, currency="USD")
    assert ("unit", "/affordability") in found(policy(), dollars)
    table = {"minimum": [["900.005"]]}
    document = policy(settings(household=table))
    assert ("affordability_minimum", "/affordability/household") in found(document)


def test_a_limit_needs_a_term_to_be_tested_at():
    card = changed(PRODUCT, term=None)
    where = ("affordability_term", "/affordability/assumed_term_months")
    assert where in found(policy(), card)
    assert where not in found(policy(settings(assumed_term_months=12)), card)


def test_what_nobody_reads_is_said():
    document = policy(settings(), rule_set("x", row("y", {"amount": {"gt": "1.00"}})))
    assert ("affordability_unread", "/affordability") in found(document, severity="warning")


@pytest.mark.parametrize(
    "member",
    [
        {"income": []},
        {"income": [{"haircut_ppm": 5}]},
        {"obligations": [{"joint": "debts"}]},
        {"household": {"minimum": [["1.00"], ["1.00", "2.00"]]}},
        {"stress": {"add_on_ppm": -1}},
        {"household": {"minimum": [["-1.00"]]}},
    ],
)
def test_settings_that_say_nothing_are_refused(member):
    with pytest.raises(PolicyRefused):
        Policy.parse(policy(settings(**member)))


def test_a_counter_offer_changes_what_the_product_has():
    counter = {"prefer": "closest", "change": ["down_payment"], "economics": {"servicing": "1.005"}}
    document = policy(counter_offer=counter)
    assert ("counter_offer", "/counter_offer/economics/servicing") in found(document)
    assert found(document, severity="warning") >= {
        ("counter_offer", "/counter_offer/change"),
        ("counter_offer", "/counter_offer/economics"),
    }
