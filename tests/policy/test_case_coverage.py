"""Which rules the test cases reach, and which none does."""

from ml.dictionary import Dictionary
from tests.decisioning.cast import ADA, DICTIONARY, POLICY, PRODUCT, changed, row, rule_set
from underwriting.decisioning.product import Product
from underwriting.policy.case_coverage import coverage
from underwriting.policy.cases import case_document
from underwriting.policy.document import Policy
from underwriting.regulation import pack

ASKED = {"amount": "6000.00", "term_months": 24, "purpose": "car"}


def test_rules_outcomes_bands_and_inputs_that_no_case_reaches():
    rules = rule_set(
        "own",
        row("a_car", {"purpose": {"eq": "car"}}, "refer"),
        row("a_home", {"purpose": {"eq": "home"}}, "refer"),
        row("late", {"context.exposure": {"gt": "90000.00"}}, "refer"),
        hit="collect",
    )
    case = {"name": "a car", "request": ASKED, "parties": [ADA],
            "model": {"points": 600, "pd_ppm": 30_000}, "expect": {"outcome": "refer"}}  # fmt: skip
    policy = Policy.parse(changed(POLICY, rule_sets=[rules], tests=[case]))
    parts = Dictionary.parse(DICTIONARY), Product.parse(PRODUCT), pack("eu-2026-11-20")
    decided = {each.name: case_document(each, policy, *parts) for each in policy.tests}
    found = coverage(policy, decided)
    assert [(each.row, each.hit_by) for each in found.rows] == [
        ("a_car", ("a car",)), ("a_home", ()), ("late", ()),
    ]  # fmt: skip
    assert [each.row for each in found.unhit] == ["a_home", "late"]
    assert found.share == (1, 3)
    assert "refer" not in found.outcomes
    assert "approve" in found.outcomes
    assert "A" not in found.bands
    assert found.inputs == ("context.exposure",)
