"""Documents that somebody wrote to break the reader: refused at the place, in bounded memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ml.dictionary import Dictionary
from tests.decisioning.cast import (
    DICTIONARY,
    LANGUAGES,
    POLICY,
    PRODUCT,
    changed,
    inputs,
    plan,
    policy_with,
    row,
    rule_set,
)
from underwriting.decisioning.inputs import InputsRefused
from underwriting.decisioning.product import Product
from underwriting.policy.checks import check_policy
from underwriting.policy.document import MAX_ROWS, Policy
from underwriting.policy.findings import PolicyRefused
from underwriting.policy.json_reading import MAX_PROBLEMS
from underwriting.regulation import pack

REPOSITORY = Path(__file__).resolve().parents[2]


def refusal(document):
    with pytest.raises(PolicyRefused) as refused:
        Policy.parse(document)
    assert len(refused.value.problems) <= MAX_PROBLEMS
    assert len(str(refused.value)) < 50_000
    return refused.value.problems


def with_value(text):
    """The small policy with this JSON written where a cell has its value."""
    document = policy_with(rule_set("s", row("r", {"amount": {"gt": "HERE"}})))
    return json.dumps(document).replace('"HERE"', text).encode()


CELL = "/rule_sets/0/rows/0/when/amount/gt"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1e999999", "decimals as text"),
        ("1.5", "decimals as text"),
        ("NaN", "decimals as text"),
        ("-Infinity", "decimals as text"),
        ("9" * 5_000, "too large a number"),
        ("-" + "9" * 20, "too large a number"),
        ("9223372036854775808", "too large a number"),
        (f'"{"x" * 6_000}"', "at most 5000"),
        (f'"{"x" * 600}"', "at most 500"),
        ('"\\ud800"', "half of a character"),
        ("[" * 20 + "]" * 20, "deeper"),
        ('{"field": "amount", "field": "household"}', "twice"),
        ('{"$where": "1"}', "not permitted"),
        ("null", "no value that may stand here"),
        ("[[]]", "no value that may stand here"),
    ],
)
def test_a_value_that_is_none_is_refused_at_its_cell(text, says):
    problems = refusal(with_value(text))
    assert all(where.startswith(CELL) for where, _ in problems)
    assert any(says in message for _, message in problems)


def test_a_key_that_comes_twice_is_refused_where_it_stands():
    document = json.dumps(POLICY).replace('"name": "A"', '"name": "A", "rate_ppm": 1', 1)
    assert ("/bands/0/rate_ppm", "stands here twice") in refusal(document)


def test_what_is_wrong_is_said_with_a_pointer_that_leads_there():
    document = changed(POLICY)
    document["bands"][1]["rate_ppm"] = "cheap"
    document["rule_sets"][0]["rows"][0] |= {"outcome": "deny", "a/b~c": 1}
    del document["rule_sets"][0]["rows"][0]["id"]
    assert {where for where, _ in refusal(document)} == {
        "/bands/1/rate_ppm",
        "/rule_sets/0/rows/0/a~1b~0c",
        "/rule_sets/0/rows/0/id",
        "/rule_sets/0/rows/0/outcome",
    }


def many_rows(count, sets=1):
    each = [row(f"r{n}", {"amount": {"eq": f"{n}.00"}}) for n in range(count)]
    return policy_with(*(rule_set(f"s{n}", *each) for n in range(sets)))


def test_ten_thousand_rows_are_too_many_in_one_set_and_in_all():
    message = f"10000 rows in all rule sets; a policy has at most {MAX_ROWS}"
    assert refusal(many_rows(10_000)) == (("/rule_sets", message),)
    assert refusal(many_rows(1_000, sets=10)) == (("/rule_sets", message),)
    assert refusal(many_rows(2_001)) == (
        ("/rule_sets/0/rows", "at most 2000 are allowed here, not 2001"),
    )
    assert len(Policy.parse(many_rows(50, sets=2)).rule_sets) == 2


@pytest.mark.parametrize(
    "when",
    [
        {"employer": {"contains": "(a+)+$"}},
        {"employer": {"contains": ["(a|a)*b", "\\", "[", "*" * 400]}},
        {"employer": {"starts_with": "=cmd|' /C calc'!A0"}},
    ],
)
def test_text_like_patterns_or_formulas_is_text(when):
    document = policy_with(rule_set("s", row("r", when), scope="party"))
    made = plan(policy=document)
    applicant = {**inputs()["parties"][0]["facts"], "employer": "a" * 480 + "!"}
    assert made.decide(inputs(applicant))["outcome"] in ("approve", "refer")


NOTHING_LARGE = """
import json, resource, sys
from tests.policy.test_hostile_documents import BOMBS
from underwriting.policy.document import Policy
from underwriting.policy.findings import PolicyRefused
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 600 * 2**20,) * 2)
for name, bomb in BOMBS.items():
    try:
        Policy.parse(bomb())
    except PolicyRefused as refused:
        assert len(str(refused)) < 50_000, name
        print(name, len(refused.problems))
    else:
        sys.exit(f"{name} was taken")
"""


BASE = json.dumps(POLICY)[:-1]


def keys():
    return ",".join(f'"p{n}": []' for n in range(250_000))


def errors():
    wrong = {"name": "n", "request": {str(key): [] for key in range(90)}, "parties": [{}]}
    return json.dumps(changed(POLICY, tests=[wrong] * 1_000))


BOMBS = {
    "deep": lambda: "[" * 2_000_000 + "]" * 2_000_000,
    "deep objects": lambda: '{"a":' * 600_000 + "1" + "}" * 600_000,
    "digits": lambda: BASE + ', "x": ' + "9" * 4_000_000 + "}",
    "exponent": lambda: BASE + ', "x": 1e' + "9" * 4_000_000 + "}",
    "text": lambda: BASE + ', "x": "' + "a" * 4_000_000 + '"}',
    "key": lambda: BASE + ', "' + "a" * 4_000_000 + '": 1}',
    "larger": lambda: b"[" + b"1," * 4_000_000 + b"1]",
    "surprises within": lambda: json.dumps(
        changed(POLICY, bands=[{key: [] for key in "abcdefg"}] * 50)
    ),
    "lists": lambda: BASE.replace('"tests": []', '"tests": [' + "[]," * 1_300_000 + "[]]") + "}",
    "errors": errors,
    "members": lambda: BASE + ', "parameters": {' + keys() + "}}",
    "surprises": lambda: BASE + "," + keys() + "}",
    "twice": lambda: BASE + "," + ",".join('"bands": 1' for _ in range(300_000)) + "}",
    "many rows": lambda: json.dumps(many_rows(10_000)),
    "bytes": lambda: b"\x00" * 4_000_000,
}
"""Up to four megabytes each, of which a careless reader makes gigabytes, or hours."""
QUICK = list(BOMBS)[:8]


@pytest.mark.exhaustive
def test_hostile_documents_are_refused_within_600_megabytes():
    answer = subprocess.run(
        [sys.executable, "-c", NOTHING_LARGE],
        capture_output=True,
        check=False,
        cwd=REPOSITORY,
        text=True,
        timeout=300,
    )
    assert answer.returncode == 0, answer.stderr[-2_000:]
    assert len(answer.stdout.splitlines()) == len(BOMBS)


@pytest.mark.parametrize("name", QUICK)
def test_hostile_documents_are_refused_at_once(name):
    """Those that are refused before most of them is read; the long test has them all."""
    assert refusal(BOMBS[name]())


@pytest.mark.exhaustive
def test_the_largest_policies_are_checked_in_bounded_steps():
    """What there is no time to compare is reported as not examined; nothing runs without end."""
    wide = [
        row(
            f"r{n}",
            {f"{name}": {"ne": f"{n}.00"} for name in ("amount", "household", "context.exposure")},
            "refer",
        )
        for n in range(1_000)
    ]
    document = policy_with(*(rule_set(f"s{n}", *wide) for n in range(5)))
    parts = Dictionary.parse(DICTIONARY), Product.parse(PRODUCT), pack("eu-2026-11-20"), LANGUAGES
    found = check_policy(Policy.parse(document), *parts)
    assert "not_examined" in {f.code for f in found}


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": 10**5_000},
        {"exposure": 10**5_000},
        {"days_since_decline": -(10**5_000)},
        {"lookups": {"velocity.recent": 10**5_000}},
        {"as_of": "0" * 1_000_000},
        {"checks": {"fraud": ["hit"]}},
        {"exposure": float("nan")},
    ],
)
def test_hostile_values_of_the_context_go_to_a_person(change):
    assert plan().decide(inputs(**change))["outcome"] == "refer"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**5_000, id="huge"),
        pytest.param(-(10**5_000), id="low"),
        pytest.param("9" * 100_000, id="digits"),
        float("inf"),
        1e-320,
        "1e999999",
        [[]],
        {},
    ],
)
def test_hostile_facts_go_to_a_person(value):
    made = plan()
    for field in ("income", "months_employed", "housing", "of_age"):
        facts = {**inputs()["parties"][0]["facts"], field: value}
        assert made.decide(inputs(facts))["outcome"] in ("refer", "decline")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "inputs",
        {},
        {**inputs(), "surprise": 1},
        {**inputs(), "parties": []},
        {**inputs(), "parties": [{}] * 1_000},
        {**inputs(), "parties": {"0": {}}},
        {**inputs(), "context": None},
        {**inputs(), "request": [["amount", "1.00"]]},
    ],
)
def test_inputs_of_another_shape_are_refused_by_name(document):
    with pytest.raises(InputsRefused):
        plan().decide(document)
