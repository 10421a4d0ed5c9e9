"""Whatever the policy and whatever the inputs: one document from both paths, and always one."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy import plan_strategies
from underwriting.decisioning.inputs import InputsRefused
from underwriting.policy.verdict import STRICTNESS

OUTCOMES = ["approve", "counter_offer", "refer", "decline"]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def by_row(made, documents):
    """Bytes by row of the inputs that are none to refuse, and those inputs."""
    kept, found = [], []
    for document in documents:
        try:
            found.append(made.decide_bytes(document))
        except InputsRefused:
            continue
        kept.append(document)
    return kept, found


def same_bytes(policy, documents):
    """A fault in either path would be met by a referral: here it is none, and would be seen."""
    made = plan_strategies.plan_of(policy)
    kept, found = by_row(made, documents)
    assert not any(b"NOT_EVALUATED" in document for document in found)
    facts = [plan_strategies.READER.read(document) for document in kept]
    assert made.decide_columns(plan_strategies.applications(facts)) == found


MANY = st.lists(plan_strategies.inputs(), min_size=1, max_size=6)


@settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
@given(plan_strategies.policies(), MANY)
def test_rows_and_columns_give_the_same_bytes_of_the_decision_document(policy, documents):
    same_bytes(policy, documents)


@pytest.mark.exhaustive
@settings(max_examples=800, deadline=None, suppress_health_check=SLOW)
@given(plan_strategies.policies(), MANY)
def test_many_generated_policies_give_the_same_bytes(policy, documents):
    same_bytes(policy, documents)


def assert_defined(document):
    assert document["outcome"] in OUTCOMES
    assert (document["outcome"] == "approve") == (document["reasons"] == [])
    assert len(document["reasons"]) <= 4
    json.dumps(document, allow_nan=False)


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(
    plan_strategies.policies(),
    st.lists(
        st.one_of(plan_strategies.broken_inputs(), plan_strategies.inputs()), min_size=1, max_size=5
    ),
)
def test_whatever_comes_in_there_is_a_verdict_or_a_refusal(policy, documents):
    made = plan_strategies.plan_of(policy)
    for document in documents:
        try:
            found = made.decide(document)
        except InputsRefused:
            continue
        assert_defined(found)


@settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
@given(plan_strategies.policies(), st.data(), MANY)
def test_whatever_is_added_at_the_end_never_makes_an_outcome_softer(policy, data, documents):
    """Rules' own say, before any counter-offer is looked for: that is where precedence lies."""
    added = data.draw(plan_strategies.rule_sets("added"))
    into = data.draw(st.sampled_from(["a set", "a row"]))
    more = {**policy, "rule_sets": [*policy["rule_sets"], added]}
    if into == "a row" and policy["rule_sets"]:
        last = policy["rule_sets"][-1]
        row = data.draw(plan_strategies.rows("added", plan_strategies.APPLICATION))
        longer = {**last, "rows": [*last["rows"], row]}
        more = {**policy, "rule_sets": [*policy["rule_sets"][:-1], longer]}
    before, after = (plan_strategies.plan_of(each) for each in (policy, more))
    for document in by_row(before, documents)[0]:
        outcomes = [rules_say(made, document) for made in (before, after)]
        assert STRICTNESS[outcomes[1]] >= STRICTNESS[outcomes[0]]


def rules_say(made, document):
    results = made.evaluator.row(plan_strategies.READER.read(document)).results
    return max((r.outcome for r in results), key=STRICTNESS.__getitem__)
