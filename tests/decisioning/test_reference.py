"""Reasons measured against the approved near the policy's cut-off, in every path alike."""

import pytest

from ml.dictionary import Dictionary
from ml.expert import compile_expert
from tests.decisioning.cast import (
    BEN,
    DICTIONARY,
    POLICY,
    SCORECARD,
    changed,
    codes,
    decided,
    inputs,
)
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.policy.findings import PolicyRefused

MODEL = compile_expert(SCORECARD, Dictionary.parse(DICTIONARY)).content_hash
NEAR = {"income": -55, "housing": -15, "months_employed": 0, "amount": -10}
"""Those just approved here earn as little and live as Ben does, but have their work longer."""


def referring(**members):
    reference = {"model": MODEL, "cutoff": 580, "band": 20, "rows": 40, "points": NEAR}
    return changed(POLICY, reference=reference | members)


def test_who_is_declined_lacks_what_the_approved_near_the_cut_off_have():
    alone = decided(inputs(BEN))
    compared = decided(inputs(BEN), policy=referring())
    assert (alone["outcome"], compared["outcome"]) == ("decline", "decline")
    assert codes(alone) != codes(compared)
    assert alone["parties"] == compared["parties"]
    assert "income" not in [reason.get("field") for reason in compared["reasons"]]


def test_a_reference_of_another_model_is_not_used():
    other = decided(inputs(BEN), policy=referring(model="sha256:" + "0" * 64))
    assert other["reasons"] == decided(inputs(BEN))["reasons"]


def test_a_policy_without_one_keeps_its_hash():
    assert b"reference" not in Policy.parse(POLICY).canonical()
    stated = Policy.parse(referring())
    assert Policy.parse(stated.canonical()).content_hash == stated.content_hash


@pytest.mark.parametrize("wrong", [{"model": "mine"}, {"points": {"income": 1.5}}, {"rows": 0}])
def test_a_reference_that_is_not_whole_is_refused(wrong):
    with pytest.raises(PolicyRefused):
        Policy.parse(referring(**wrong))


def test_a_reference_about_a_field_nobody_asks_for_is_found():
    policy = Policy.parse(referring(points={"shoe_size": 3}))
    found = check_policy(policy, Dictionary.parse(DICTIONARY))
    assert ("error", "reference") in [(each.severity, each.code) for each in found]
