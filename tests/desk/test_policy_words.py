"""Rules as sentences: every operator, and the days on which a row holds."""

import pytest

from ml.dictionary import Dictionary
from tests.decisioning.cast import DICTIONARY, policy_with, row, rule_set
from underwriting.desk.rules import PolicyWords
from underwriting.policy.document import Policy

LOOKUPS = {
    "blocked": {"list": "BLOCKED", "of": "employer"},
    "recent": {"count": "applications", "by": "identity", "days": 30},
}


def words(when, **settings):
    document = policy_with(rule_set("s", row("r", when, **settings)), lookups=LOOKUPS)
    policy = Policy.parse(document)
    said = PolicyWords(policy, Dictionary.parse(DICTIONARY), "EUR")
    return said.row_words(policy.rule_sets[0].rows[0]).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ({"employer": {"starts_with": "Mü"}}, "employer starts with Mü"),
        ({"employer": {"ends_with": ["GmbH", "AG"]}}, "employer ends with GmbH or AG"),
        ({"employer": {"contains": "casino"}}, "employer contains casino"),
        ({"check.fraud": {"eq": "hit"}}, "Fraud check = hit"),
        ({"context.days_since_decline": {"lt": 30}}, "Days since the last decline < 30"),
        ({"list.blocked": {"eq": True}}, "On a list (blocked) = Yes"),
        ({"velocity.recent": {"gt": 3}}, "Applications (recent) > 3"),
    ],
)
def test_a_cell_is_a_sentence(when, sentence):
    assert words(when) == sentence


def test_a_row_says_from_and_until_when_it_holds():
    when = {"list.blocked": {"eq": True}}
    said = words(when, **{"from": "2026-11-21", "to": "2026-12-31"})
    assert said.startswith("On a list (blocked) = Yes and from ")
    assert "2026" in said.split(" and until ")[1]
