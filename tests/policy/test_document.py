"""The policy document: one spelling, strict types, bounded size."""

import json

import pytest

from tests.decisioning.cast import POLICY, changed, policy_with, row, rule_set
from underwriting.policy.document import (
    UNSAID_WHILE_ABSENT,
    Policy,
)
from underwriting.policy.findings import PolicyRefused
from underwriting.policy.json_reading import MAX_BYTES
from underwriting.policy.json_schema import PUBLISHED, policy_json_schema, schema_text

HASH_BEFORE = "sha256:3983bddecffd1dcaa4b355cab3bf36e31aba8139d07341e6745f61346c8fe0d5"


def test_a_policy_survives_its_canonical_bytes():
    policy = Policy.parse(POLICY)
    assert Policy.parse(policy.canonical()) == policy
    assert Policy.parse(policy.canonical()).content_hash == policy.content_hash


def test_the_order_of_keys_changes_nothing():
    turned = json.dumps({name: POLICY[name] for name in reversed(POLICY)})
    assert Policy.parse(turned).content_hash == Policy.parse(POLICY).content_hash


def test_the_json_schema_describes_the_document():
    described = set(policy_json_schema()["properties"])
    assert described >= set(POLICY)
    assert described - set(POLICY) == set(UNSAID_WHILE_ABSENT) - {"reference"}


def test_the_published_schema_is_in_step():
    """`make schema` writes it anew."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


def test_the_schema_leads_nowhere_it_does_not_describe():
    schema = policy_json_schema()
    text = json.dumps(schema)
    named = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
    assert named == set(schema["$defs"])
    row = schema["$defs"]["Row"]
    assert {"from", "to", "when", "missing"} <= set(row["properties"])
    assert row["additionalProperties"] is False


def test_what_came_later_leaves_the_hash_of_earlier_policies_alone():
    before = {name: value for name, value in POLICY.items() if name != "reference"}
    assert json.loads(Policy.parse(before).canonical()).keys() == before.keys()
    assert Policy.parse(before).content_hash == HASH_BEFORE


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (changed(POLICY, schema="assay.policy/2"), "/schema"),
        (changed(POLICY, surprise=1), "/surprise"),
        (changed(POLICY, rule_sets=5), "/rule_sets"),
        (changed(POLICY, rule_sets=[5, {"rows": 5}, {"rows": [5]}]), "/rule_sets"),
        (policy_with(rule_set("s", row("r", {"income": {"matches": "x"}}))), "/rule_sets/0"),
        (policy_with(rule_set("s", row("r", {"income": {}}))), "/rule_sets/0"),
        (policy_with(rule_set("s", row("r", {}))), "/rule_sets/0/rows/0/when"),
        (policy_with(rule_set("s", row("r", {"income": {"gt": "1"}}, "deny"))), "/rule_sets/0"),
        (policy_with(rule_set("s", row("R!", {"income": {"gt": "1"}}))), "/rule_sets/0/rows/0/id"),
    ],
)
def test_what_is_not_in_the_format_is_refused_where_it_stands(document, pointer):
    with pytest.raises(PolicyRefused) as refused:
        Policy.parse(document)
    assert any(where.startswith(pointer) for where, _ in refused.value.problems)


@pytest.mark.parametrize(
    "document",
    [
        b"{",
        b'{"schema": 1.5}',
        b'{"a": NaN}',
        b"[]",
        b" " * (MAX_BYTES + 1),
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b"\xff",
    ],
)
def test_hostile_bytes_are_refused(document):
    with pytest.raises(PolicyRefused):
        Policy.parse(document)


def test_a_name_given_twice_is_refused():
    twice = rule_set("s", row("r", {"income": {"gt": "1.00"}}))
    with pytest.raises(PolicyRefused, match="named twice"):
        Policy.parse(policy_with(twice, twice))
