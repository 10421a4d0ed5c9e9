"""A policy as tables of text: nothing is lost, and what is wrong is said at its very cell."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ml.dictionary import Dictionary
from tests.decisioning.cast import ADA, DICTIONARY, POLICY, PRODUCT
from tests.policy.policy_strategies import DOCUMENTS
from tests.policy.rule_strategies import INPUTS
from underwriting.decisioning.product import Product
from underwriting.decisioning.rules import rule_inputs
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.policy.sheets.table import Place, Table
from underwriting.policy.sheets.whole import policy_of
from underwriting.policy.sheets.writing import tables_of

DEMO = Path("config/demo")
REFERRAL = {"from_pd_ppm": 50_000, "to_pd_ppm": 60_000}
CASE = {"name": "a case", "request": {}, "parties": [ADA], "expect": {"outcome": "approve"}}


def document(policy):
    return json.loads(policy.canonical())


def inputs_of(policy, dictionary=DICTIONARY, product=PRODUCT):
    return rule_inputs(policy, Dictionary.parse(dictionary), Product.parse(product))


@pytest.fixture
def small():
    policy = Policy.parse({**POLICY, "referral": REFERRAL, "tests": [CASE]})
    inputs = inputs_of(policy)
    return tables_of(document(policy), inputs), inputs


def changed(tables, part, line, **texts):
    """The tables with these cells of one line written anew."""
    columns = {column.replace("__", "/"): text for column, text in texts.items()}
    lines = list(tables[part].lines)
    lines[line] = {**lines[line], **columns}
    return {**tables, part: tables[part].with_lines(lines)}


@pytest.mark.parametrize("lender", ["hanse_kredit", "banco_aurora"])
def test_a_lenders_policy_reads_back_with_the_same_hash(lender):
    parts = [(DEMO / lender / f"{name}.json").read_bytes() for name in ("dictionary", "product")]
    policy = Policy.parse((DEMO / lender / "policy.json").read_bytes())
    inputs = inputs_of(policy, *parts)
    whole = policy_of(tables_of(document(policy), inputs), inputs)
    assert whole.problems == ()
    assert whole.policy.content_hash == policy.content_hash


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS)
def test_any_policy_reads_back_with_the_same_hash(given_document):
    policy = Policy.parse(given_document)
    whole = policy_of(tables_of(document(policy), INPUTS), INPUTS)
    assert whole.problems == ()
    assert whole.policy.content_hash == policy.content_hash


def test_a_wrong_cell_is_named_and_the_others_are_read(small):
    tables, inputs = small
    part = next(iter(tables))
    column = next(c for c in tables[part].columns if c.startswith("when/"))
    whole = policy_of(changed(tables, part, 0, **{column: "between 1"}), inputs)
    assert whole.policy is None
    assert [problem.place for problem in whole.problems] == [Place(part, 0, column)]
    assert "two values" in whole.problems[0].message


@pytest.mark.parametrize(
    ("part", "texts", "column", "says"),
    [
        ("rules/0", {"outcome": "deny"}, "outcome", "Input should be"),
        ("rules/0", {"outcome": ""}, "outcome", "filled in"),
        ("rules/0", {"id": "Not a name"}, "id", "small letters"),
        ("rules/0", {"severity": "many"}, "severity", "whole number"),
        ("rules/0", {"severity": "101"}, "severity", "less than or equal to 100"),
        ("bands", {"max_pd_ppm": "0.00001 %"}, "max_pd_ppm", "four decimals"),
        ("bands", {"max_pd_ppm": "200 %"}, "max_pd_ppm", "less than or equal"),
        ("bands", {"name": "a b"}, "name", "small letters|not written"),
        ("reasons", {"code": "small"}, "code", "capital letters"),
        ("tests", {"expect/outcome": "deny"}, "expect/outcome", "Input should be"),
        ("tests", {"parties[1]/income": "[1"}, "parties[1]/income", "not closed"),
    ],
)
def test_every_part_says_what_is_wrong_at_its_cell(small, part, texts, column, says):
    tables, inputs = small
    whole = policy_of(changed(tables, part, 0, **texts), inputs)
    found = {problem.place: problem.message for problem in whole.problems}
    assert whole.policy is None

    assert re.search(says, found[Place(part, 0, column)])


def test_a_name_given_twice_is_said_at_the_second(small):
    tables, inputs = small
    lines = tables["bands"].lines
    twice = {**tables, "bands": tables["bands"].with_lines([*lines, lines[0]])}
    (problem, *_rest) = policy_of(twice, inputs).problems
    assert problem.place == Place("bands", len(lines), "name")


def test_blank_lines_are_left_out_and_places_count_them(small):
    tables, inputs = small
    table: Table = tables["rules/0"]
    tables = {**tables, "rules/0": table.with_lines([{}, *table.lines])}
    whole = policy_of(changed(tables, "rules/0", 1, reason="NEVER_WRITTEN"), inputs)
    found = check_policy(whole.policy, Dictionary.parse(DICTIONARY))
    unknown = next(each for each in found if each.code == "unknown_reason")
    assert whole.place(unknown, tables).line == 1


def test_a_row_that_asks_nothing_is_no_row(small):
    tables, inputs = small
    table = tables["rules/0"]
    only = {**tables, "rules/0": table.with_lines([{"id": "x", "outcome": "refer"}])}
    places = {problem.place for problem in policy_of(only, inputs).problems}
    assert places == {Place("rules/0", 0, "")}


def test_settings_stand_by_their_path(small):
    tables, inputs = small
    settings_table = tables["settings"]
    line = next(n for n, each in enumerate(settings_table.lines) if "from_pd" in each["path"])
    whole = policy_of(changed(tables, "settings", line, value="much"), inputs)
    assert [problem.place for problem in whole.problems] == [Place("settings", line, "value")]


def test_what_is_said_once_for_a_rule_set_stands_in_its_head(small):
    tables, inputs = small
    table = tables["rules/0"]
    tables = {**tables, "rules/0": replace(table, head={**table.head, "hit": "some"})}
    (problem,) = policy_of(tables, inputs).problems
    assert problem.place == Place("rules/0", None, "hit")
