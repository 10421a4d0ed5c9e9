"""Hypothesis strategies: rule sets over one input of each type, and facts, hostile ones too."""

from datetime import date

from hypothesis import strategies as st

from ml.values import LIMIT, days_of, scaled_text
from underwriting.policy.document import Policy
from underwriting.policy.inputs import AS_OF, Input, built_in_inputs
from underwriting.policy.lookups import lookup_inputs

LOOKUPS = Policy.parse(
    {
        "schema": "assay.policy/1",
        "name": "asks",
        "bands": [{"name": "A", "max_pd_ppm": 1, "rate_ppm": 1}],
        "lookups": {
            "blocked": {"list": "BLOCKED", "of": "employer"},
            "recent": {"count": "applications", "by": "device", "days": 7},
        },
    }
)
APPLICATION = [
    Input("count", "application", "integer"),
    Input("other_count", "application", "integer"),
    Input("ratio", "application", "decimal", 4),
    Input("money", "application", "money", 2, "EUR"),
    Input("other_money", "application", "money", 2, "EUR"),
    Input("flag", "application", "boolean"),
    Input("kind", "application", "category", categories=frozenset("abc")),
    Input("other_kind", "application", "category", categories=frozenset("abc")),
    Input("note", "application", "text"),
    Input("day", "application", "date"),
    Input("coded", "application", "integer", specials=frozenset({98, 99})),
    AS_OF,
    *lookup_inputs(LOOKUPS.lookups).values(),
    *(
        item
        for name, item in built_in_inputs("EUR", 2, ["A", "B"]).items()
        if name.startswith("check.") or name == "context.days_since_decline"
    ),
]
PARTY = [
    Input("income", "party", "money", 2, "EUR"),
    Input("home", "party", "category", categories=frozenset("xy")),
    Input("known", "party", "boolean"),
]
INPUTS = {item.name: item for item in (*APPLICATION, *PARTY)}
PAIRS = {"count": "other_count", "money": "other_money", "kind": "other_kind"}

EDGES = [98, 99, LIMIT, -LIMIT, LIMIT - 1, 1 - LIMIT, 10**15, 2**53, 2**53 + 1, -(2**53) - 1]
NUMBERS = st.one_of(st.integers(-3, 5), st.sampled_from(EDGES))
DAYS = ["0001-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "2026-11-21", "9999-12-31"]
DAY_NUMBERS = [days_of(date.fromisoformat(day)) for day in DAYS]
TEXTS = ["", "x", "Ä", "A\u0308b", "straSSE", "Straße", "2", "a.*", "(a+)+$", "x" * 500]
PARTS = ["x", "ä", "SS", "ß", ".*", "a", "(a+)+$"]
CODES = ["R1", "R2", "R3"]


def literals(item):
    if item.kind == "boolean":
        return st.booleans()
    if item.kind == "category":
        return st.sampled_from(sorted(item.categories))
    if item.kind == "text":
        return st.sampled_from(TEXTS)
    if item.kind == "date":
        return st.sampled_from(DAYS)
    if item.type == "integer":
        return NUMBERS
    return NUMBERS.map(lambda number: scaled_text(number, item.scale))


periods = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted)
in_force = st.one_of(
    st.just({}),
    st.sampled_from(DAYS).map(lambda day: {"from": day}),
    st.sampled_from(DAYS).map(lambda day: {"to": day}),
    periods.map(lambda days: {"from": days[0], "to": days[1]}),
)


@st.composite
def cells(draw, item):
    ordered = item.kind in ("number", "date")
    ops = ["eq", "ne", "in", "not_in", "missing", "known"]
    ops += ["lt", "le", "gt", "ge", "between"] if ordered else []
    ops += ["pair"] if item.name in PAIRS else []
    ops += ["starts_with", "ends_with", "contains"] if item.kind in ("text", "category") else []
    op = draw(st.sampled_from(ops))
    if op in ("missing", "known"):
        return {op: True}
    if op == "pair":
        comparison = draw(st.sampled_from(["eq", "ne", *(["lt", "ge"] if ordered else [])]))
        return {comparison: {"field": PAIRS[item.name]}}
    if op in ("in", "not_in"):
        return {op: draw(st.lists(literals(item), min_size=1, max_size=3))}
    if op in ("starts_with", "ends_with", "contains"):
        part = st.sampled_from(PARTS)
        return {op: draw(st.one_of(part, st.lists(part, min_size=1, max_size=3)))}
    if op == "between":
        if item.kind == "date":
            return {op: draw(periods)}
        low, high = sorted(draw(st.tuples(NUMBERS, NUMBERS)))
        if item.type == "integer":
            return {op: [low, high]}
        return {op: [scaled_text(low, item.scale), scaled_text(high, item.scale)]}
    return {op: draw(literals(item))}


@st.composite
def rows(draw, name, inputs):
    chosen = draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=3, unique=True))
    missing = st.sampled_from([None, "refer", "decline", "hit", "miss"])
    return {
        "id": name,
        "when": {item.name: draw(cells(item)) for item in chosen},
        "outcome": draw(
            st.sampled_from(["continue", "approve", "counter_offer", "refer", "decline"])
        ),
        "reason": draw(st.sampled_from(CODES)),
        "missing": draw(missing),
        "severity": draw(st.integers(0, 100)),
        **draw(in_force),
    }


@st.composite
def rule_sets(draw, name):
    scope = draw(st.sampled_from(["application", "party"]))
    inputs = APPLICATION if scope == "application" else [*APPLICATION, *PARTY]
    count = draw(st.integers(1, 5))
    return {
        "name": name,
        "scope": scope,
        "hit": draw(st.sampled_from(["first", "collect"])),
        "missing": draw(st.sampled_from(["refer", "decline", "hit", "miss"])),
        "rows": [draw(rows(f"r{index}", inputs)) for index in range(count)],
        **draw(st.one_of(st.just({}), st.sampled_from(DAYS).map(lambda day: {"from": day}))),
    }


ALL_SETS = st.integers(1, 3).flatmap(
    lambda count: st.tuples(*(rule_sets(f"s{index}") for index in range(count)))
)


def values(item):
    """Typed values, nulls, and what is of another type or out of range."""
    hostile = st.sampled_from(
        [None, None, "17", True, 1.5, LIMIT + 1, -LIMIT - 1, 2**63, "unknown", b"x"]
    )
    if item.kind == "boolean":
        good = st.booleans()
    elif item.kind == "category":
        good = st.sampled_from([*sorted(item.categories), "a", "x", "Ä", ""])
    elif item.kind == "text":
        good = st.one_of(st.sampled_from([*TEXTS, "\ud800"]), st.text(max_size=4))
    elif item.kind == "date":
        around = [day + step for day in DAY_NUMBERS for step in (-1, 0, 1)]
        good = st.sampled_from(around)
    else:
        good = st.one_of(NUMBERS, st.integers(-5, 25_000))
    return st.one_of(good, good, good, hostile)


def facts(inputs):
    return st.fixed_dictionaries({}, optional={item.name: values(item) for item in inputs})


APPLICATIONS = st.lists(
    st.tuples(facts(APPLICATION), st.lists(facts(PARTY), min_size=1, max_size=3)),
    min_size=1,
    max_size=8,
)
