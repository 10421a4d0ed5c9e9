"""What lists, counters and checks said: inputs of the rules, missing where nobody asked."""

import pytest

from tests.decisioning.cast import codes, decided, inputs, plan, policy_with, row, rule_set
from underwriting.decisioning.inputs import InputsRefused

LOOKUPS = {
    "blocked": {"list": "BLOCKED_EMPLOYERS", "of": "employer"},
    "recent": {"count": "applications", "by": "identity", "days": 30},
}


def policy(when, **settings):
    return policy_with(
        rule_set("asked", row("r", when, **settings), hit="collect"), lookups=LOOKUPS
    )


CASES = [
    ({"list.blocked": {"eq": True}}, {"lookups": {"list.blocked": True}}),
    ({"velocity.recent": {"gt": 3}}, {"lookups": {"velocity.recent": 4}}),
    ({"context.days_since_decline": {"lt": 30}}, {"days_since_decline": 29}),
    ({"check.sanctions": {"in": ["hit", "unavailable"]}}, {"checks": {"sanctions": "unavailable"}}),
    ({"check.fraud": {"ne": "clear"}}, {"checks": {"fraud": "not_run"}}),
]


@pytest.mark.parametrize(("when", "context"), CASES)
def test_a_rule_reads_what_was_found(when, context):
    found = decided(inputs(**context), policy=policy(when))
    assert (found["outcome"], codes(found)) == ("decline", ["OTHER_REASON"])


@pytest.mark.parametrize(("when", "context"), CASES)
def test_what_nobody_asked_is_missing_and_the_row_says_what_that_means(when, context):
    name = next(iter(when))
    found = decided(inputs(), policy=policy(when))
    assert found["outcome"] == "refer"
    assert found["reasons"][0]["field"] == name
    assert found["points"] is not None
    assert decided(inputs(), policy=policy(when, missing="miss"))["outcome"] == "approve"
    assert decided(inputs(), policy=policy(when, missing="hit"))["outcome"] == "decline"


@pytest.mark.parametrize(
    "context",
    [
        {"lookups": {"list.blocked": "yes"}},
        {"lookups": {"velocity.recent": True}},
        {"lookups": {"velocity.recent": 2**63}},
        {"days_since_decline": "12"},
        {"checks": {"fraud": "maybe"}},
    ],
)
def test_what_cannot_be_read_goes_to_a_person_even_where_no_rule_asks(context):
    found = decided(inputs(**context))
    assert (found["outcome"], found["points"]) == ("refer", None)


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"lookups": []}, "lookups"),
        ({"lookups": {"model.points": 1}}, "lookups"),
        ({"lookups": {"list.": True}}, "lookups"),
        ({"lookups": {"list.a\n": True}}, "lookups"),
        ({"lookups": {f"list.a{n}": True for n in range(1_000)}}, "lookups"),
        ({"checks": {"identity": "clear", "mood": "clear"}}, "checks"),
        ({"checks": "clear"}, "checks"),
        ({"surprise": 1}, "context"),
    ],
)
def test_a_context_of_another_shape_is_refused(context, field):
    with pytest.raises(InputsRefused) as refused:
        plan().decide(inputs(**context))
    assert refused.value.field == field


def test_answers_that_no_rule_reads_change_nothing():
    asked = inputs(lookups={"list.other": True}, checks={"identity": "hit"}, days_since_decline=1)
    assert decided(asked) == decided(inputs())


def test_a_party_set_reads_them_too():
    each = rule_set("each", row("r", {"check.fraud": {"eq": "hit"}}), scope="party")
    found = decided(inputs(checks={"fraud": "hit"}), policy=policy_with(each))
    assert found["outcome"] == "decline"
