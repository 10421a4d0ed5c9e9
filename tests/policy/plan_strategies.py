"""Hypothesis strategies: whole policies of the small lender, and inputs to them, also hostile."""

import json

from hypothesis import strategies as st

from ml.dictionary import Dictionary
from ml.model import load_model
from ml.values import scaled_text
from tests.decisioning.cast import ADA, BEN, DICTIONARY, POLICY, PRODUCT, pinned, texts
from tests.policy.rule_strategies import CODES, DAYS, cells, in_force
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.inputs import InputsReader
from underwriting.decisioning.plan import Plan
from underwriting.decisioning.product import Product
from underwriting.decisioning.rules import rule_inputs
from underwriting.policy.document import Policy
from underwriting.regulation import Pack

LOOKUPS = {
    "blocked": {"list": "BLOCKED", "of": "employer"},
    "recent": {"count": "applications", "by": "device", "days": 7},
}
PINNED = pinned()
DICTIONARY_READ = Dictionary.parse(DICTIONARY)
PRODUCT_READ = Product.parse(PRODUCT)
MODEL = load_model(PINNED.model, dictionary_hash=DICTIONARY_READ.content_hash)
PACK = Pack.parse(PINNED.pack)
INPUTS = rule_inputs(Policy.parse({**POLICY, "lookups": LOOKUPS}), DICTIONARY_READ, PRODUCT_READ)
APPLICATION = [item for item in INPUTS.values() if item.scope == "application"]
PARTY = [item for item in INPUTS.values() if item.scope == "party"]
SCORED = frozenset({"model.uncertain", "model.outside_domain"})
READER = InputsReader(DICTIONARY_READ, PRODUCT_READ.minor_units)


def plan_of(document):
    policy = Policy.parse(document)
    return Plan(PINNED.hashes, DICTIONARY_READ, PRODUCT_READ, MODEL, policy, PACK)


@st.composite
def rows(draw, name, inputs):
    chosen = draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=3, unique=True))
    outcome = draw(st.sampled_from(["continue", "approve", "counter_offer", "refer", "decline"]))
    doubts = any(item.name in SCORED for item in chosen)
    return {
        "id": name,
        "when": {item.name: draw(cells(item)) for item in chosen},
        "outcome": "refer" if doubts else outcome,
        "reason": draw(st.sampled_from(CODES)),
        "missing": draw(st.sampled_from([None, "refer", "decline", "hit", "miss"])),
        "severity": draw(st.integers(0, 100)),
        **draw(in_force),
    }


@st.composite
def rule_sets(draw, name):
    scope = draw(st.sampled_from(["application", "party"]))
    inputs = APPLICATION if scope == "application" else [*APPLICATION, *PARTY]
    count = draw(st.integers(1, 4))
    return {
        "name": name,
        "scope": scope,
        "hit": draw(st.sampled_from(["first", "collect"])),
        "missing": draw(st.sampled_from(["refer", "decline", "hit", "miss"])),
        "rows": [draw(rows(f"r{index}", inputs)) for index in range(count)],
        **draw(st.one_of(st.just({}), st.sampled_from(DAYS).map(lambda day: {"to": day}))),
    }


LINES = {
    "amount": [{"to": "5000.00"}, {"from": "5000.01", "to": "9000.00"}, {"from": "9000.01"}],
    "term_months": [{"to": 12}, {"from": 24}],
    "purpose": [{"in": ["car"]}, {"in": ["home", "other"]}],
    "household": [{"to": "1500.00"}, {"from": "4000.00"}],
}


@st.composite
def tables(draw):
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(LINES)), max_size=2, unique=True)):
        lines = [
            {
                **line,
                "band": draw(st.sampled_from([None, "A", "B", "C"])),
                "rate_ppm": draw(st.sampled_from([None, 55_000, 90_000, 210_000])),
                "max_amount": draw(st.sampled_from([None, "800.00", "4000.00"])),
                "max_term_months": draw(st.sampled_from([12, 24, 600])),
            }
            for line in LINES[name]
        ]
        found.append({"name": f"by_{name}", "by": name, "lines": lines})
    return found or None


@st.composite
def policies(draw):
    count = draw(st.integers(0, 3))
    offers = draw(st.sampled_from([None, "closest", "profit"]))
    return {
        **POLICY,
        "parameters": {},
        "reasons": {code: {"text": texts(code)} for code in CODES},
        "rule_sets": [draw(rule_sets(f"s{index}")) for index in range(count)],
        "lookups": LOOKUPS,
        "tables": draw(tables()),
        "referral": draw(st.sampled_from([None, {"from_pd_ppm": 200_000, "to_pd_ppm": 290_000}])),
        "counter_offer": offers and {"prefer": offers, "instead_of": ["decline", "refer"]},
    }


MONEY = st.one_of(
    st.integers(0, 30_000_00),
    st.sampled_from([0, 1, 50_000, 2_000_000, 2**53 + 1, 2**62, 2**62 + 1, 10**15, 10**16]),
).map(lambda number: scaled_text(number, 2))
HOSTILE = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 17, 1.5, 2.0, 1e308, 2**53 + 1, 2**62, 2**63, 10**40,
        "", "1", "-1.00", "1.001", "1e3", "1e999999", "1,50", "NaN", "Infinity", "١٢", "x" * 600,
        "2026-02-30", "0001-01-01", "9999-12-31", "car", "boat", "\ud800", "a\x00b", [], {}, [1],
    ]
)  # fmt: skip
GOOD = {
    "money": MONEY,
    "integer": st.one_of(st.sampled_from([6, 7, 12, 24, 36, 600]), st.integers(0, 700)),
    "boolean": st.booleans(),
    "date": st.sampled_from([*DAYS, "2020-02-29", "2026-11-20"]),
    "text": st.sampled_from(["x", "Ä GmbH", "A\u0308", "STRASSE", ".*", "(a+)+$"]),
}


def categories_of(field):
    return st.sampled_from([each.value for each in field.values])


def value_of(field):
    good = GOOD[field.type] if field.type in GOOD else categories_of(field)
    return st.one_of(good, good, good, good, HOSTILE)


def facts_of(scope, known):
    """Values known to be fine, of which some are left out and others put in their place."""
    fields = {field.name: field for field in DICTIONARY_READ.decision_fields(scope)}
    changes = st.fixed_dictionaries(
        {}, optional={name: value_of(field) for name, field in fields.items()}
    )
    dropped = st.sets(st.sampled_from(sorted(fields)), max_size=1)
    return st.tuples(st.sampled_from(known), changes, dropped).map(
        lambda parts: {
            name: value for name, value in {**parts[0], **parts[1]}.items() if name not in parts[2]
        }
    )


REQUESTS = facts_of("request", [{"amount": "6000.00", "term_months": 24, "purpose": "car"}])
PARTIES = facts_of("party", [ADA, BEN])


def either(good):
    return st.one_of(good, good, good, HOSTILE)


ASKED = st.fixed_dictionaries(
    {},
    optional={
        "lookups": st.fixed_dictionaries(
            {},
            optional={
                "list.blocked": either(st.booleans()),
                "list.other": st.booleans(),
                "velocity.recent": either(st.integers(0, 9)),
            },
        ),
        "days_since_decline": either(st.integers(0, 400)),
        "checks": st.fixed_dictionaries(
            {},
            optional={
                name: either(st.sampled_from(["clear", "hit", "unavailable", "not_run"]))
                for name in ("identity", "sanctions", "fraud")
            },
        ),
    },
)


@st.composite
def inputs(draw):
    context = {
        "as_of": draw(either(st.sampled_from(DAYS))),
        "exposure": draw(either(MONEY)),
        "open_offers": draw(either(st.just("0.00"))),
        "in_flight": draw(either(st.integers(0, 3))),
        **draw(ASKED),
    }
    return {
        "schema": "assay.inputs/1",
        "request": draw(REQUESTS),
        "parties": [
            {"role": role, "liability": "full", "facts": draw(PARTIES)}
            for role in draw(st.sampled_from([["borrower"], ["borrower", "co_borrower"]]))
        ],
        "context": context,
    }


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def broken_inputs(draw):
    """Inputs of which one part is replaced by anything at all."""
    document = json.loads(json.dumps(draw(inputs())))
    path = draw(st.sampled_from(["schema", "request", "parties", "context", "0", "facts", "all"]))
    anything = draw(JSON)
    if path == "all":
        return anything
    if path in document:
        document[path] = anything
    elif path == "0":
        document["parties"][0] = anything
    else:
        document["parties"][0]["facts"] = anything
    return document


def applications(facts):
    """The columns of facts that were read one by one."""
    return Applications.of(DICTIONARY_READ, facts)
