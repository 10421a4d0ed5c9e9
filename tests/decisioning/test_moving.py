"""A search over one application finds what a search over whole applications finds."""

import pytest

from config.demo.lenders import HANSE_KREDIT
from tests.decisioning import card_form
from tests.decisioning.cast import (
    DICTIONARY,
    POLICY,
    changed,
    entry,
    plan,
    policy_with,
    row,
    rule_set,
)
from tests.decisioning.test_groups import BANK
from tests.proof.history import demo_inputs, learnt_plan
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.plan import Plan
from underwriting.policy.verdict import verdict_of


def searched(made: Plan, documents) -> int:
    """How many lone applicants lead to a search, all found alike both ways."""
    assert made.evaluator.moving.possible
    searches = 0
    for document in documents:
        facts = made._reader.read(document)
        found, case = made._judged(facts)
        if case.asked is None or facts.unknown or verdict_of(found.results).outcome == "approve":
            continue
        whole = made._solver.solve(Applications.of(made.dictionary, [facts]), [case.asked])
        assert [made._solver.solve_row(facts, found, case.asked)] == whole
        searches += len(facts.parties) == 1
    return searches


def test_a_learnt_models_searches_are_found_alike():
    made = learnt_plan(HANSE_KREDIT, "boosting")
    assert searched(made, demo_inputs(HANSE_KREDIT, 120, seed=5)) > 30


@pytest.mark.parametrize("policy", [card_form.POLICY, card_form.PROFIT_POLICY])
def test_a_cards_searches_are_found_alike(policy):
    made = plan(**{**card_form.PARTS, "policy": policy})
    assert searched(made, card_form.generated_forms(150, seed=9).documents()) > 20


def possible(**parts) -> bool:
    return plan(**parts).evaluator.moving.possible


AFFORDS = {"amount": {"gt": "100.00"}}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], True),
        ([rule_set("any", row("large", AFFORDS))], True),
        ([rule_set("each", row("large", AFFORDS), scope="party")], True),
        ([rule_set("each", row("poor", {"income": {"lt": "1.00"}}), scope="party")], True),
        ([rule_set("doubt", row("odd", AFFORDS | {"model.uncertain": {"eq": True}}))], False),
    ],
)
def test_rules_on_doubts_are_asked_of_whole_applications(rules, expected):
    assert possible(policy=policy_with(*rules)) is expected


def test_what_follows_from_the_amount_and_a_group_is_asked_of_whole_applications():
    gathered = entry("each_time", "party", "decimal", scale=2,
                     expression="amount / count(transactions, days=90)")  # fmt: skip
    dictionary = changed(BANK, derived=[*BANK["derived"], gathered])
    assert not possible(dictionary=dictionary, policy=POLICY)
    assert possible(dictionary=BANK, policy=POLICY)
    assert possible(dictionary=DICTIONARY, policy=POLICY)
