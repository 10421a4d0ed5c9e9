"""A policy's own test cases run through the whole plan, with the score that they assume."""

from ml.dictionary import Dictionary
from tests.decisioning.cast import ADA, DICTIONARY, POLICY, PRODUCT, changed
from underwriting.decisioning.product import Product
from underwriting.policy.cases import run_test_cases
from underwriting.policy.document import Policy
from underwriting.regulation import pack

ASKED = {"amount": "6000.00", "term_months": 24, "purpose": "car"}
GOOD = {"points": 600, "pd_ppm": 30_000}


def results(*cases):
    tests = [
        {"name": f"case {n}", "request": ASKED, "parties": [ADA], "model": GOOD, **case}
        for n, case in enumerate(cases)
    ]
    return run_test_cases(
        Policy.parse(changed(POLICY, tests=tests)),
        Dictionary.parse(DICTIONARY),
        Product.parse(PRODUCT),
        pack("eu-2026-11-20"),
    )


def test_a_case_that_holds_passes():
    found = results({"expect": {"outcome": "approve", "band": "A", "reasons": []}})
    assert [case.passed for case in found] == [True]


def test_a_case_that_fails_says_what_it_found():
    (case,) = results({"expect": {"outcome": "decline", "band": "A"}})
    assert not case.passed
    assert case.found == {"outcome": "approve", "band": "A"}


def test_a_case_may_assume_a_score_that_declines():
    (case,) = results(
        {"model": {"points": 400, "pd_ppm": 900_000}, "expect": {"outcome": "decline"}}
    )
    assert case.passed


def test_a_case_may_state_the_customers_exposure():
    (case,) = results(
        {
            "context": {"exposure": "30000.00"},
            "expect": {"outcome": "decline", "reasons": ["CUSTOMER_LIMIT"]},
        }
    )
    assert case.passed


def test_facts_that_may_not_be_decided_on_fail_the_case():
    (case,) = results({"parties": [{**ADA, "sex": "f"}], "expect": {"outcome": "approve"}})
    assert case.found == {"refused": "barred: sex"}


def test_a_case_may_state_what_lists_counters_and_checks_said():
    rows = [
        {"id": name.partition(".")[2], "when": {name: cell}, "outcome": "decline", "reason": code}
        for name, cell, code in (
            ("list.blocked", {"eq": True}, "BANKRUPTCY"),
            ("velocity.recent", {"gt": 2}, "DTI_TOO_HIGH"),
            ("check.fraud", {"ne": "clear"}, "OTHER_REASON"),
        )
    ]
    document = changed(
        POLICY,
        rule_sets=[{"name": "asked", "hit": "collect", "missing": "miss", "rows": rows}],
        lookups={
            "blocked": {"list": "BLOCKED", "of": "employer"},
            "recent": {"count": "applications", "by": "identity", "days": 30},
        },
        tests=[
            case_of({"lookups": {"list.blocked": True, "velocity.recent": 2}}, ["BANKRUPTCY"]),
            case_of({"lookups": {"velocity.recent": 3}}, ["DTI_TOO_HIGH"]),
            case_of({"checks": {"fraud": "unavailable"}}, ["OTHER_REASON"]),
        ],
    )
    parts = Dictionary.parse(DICTIONARY), Product.parse(PRODUCT), pack("eu-2026-11-20")
    found = run_test_cases(Policy.parse(document), *parts)
    assert [case.passed for case in found] == [True] * 3


def case_of(context, reasons):
    return {
        "name": reasons[0],
        "request": ASKED,
        "parties": [ADA],
        "model": GOOD,
        "context": context,
        "expect": {"outcome": "decline", "reasons": reasons},
    }
