"""Price and limit tables: what a line says of a value, and what is wrong with tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.values import LIMIT, scaled_text
from tests.decisioning.cast import (
    BEN,
    DICTIONARY,
    LANGUAGES,
    POLICY,
    PRODUCT,
    changed,
    decided,
    inputs,
    plan,
)
from tests.policy.rule_strategies import INPUTS
from underwriting.decisioning.price_tables import UNSET, PriceTables
from underwriting.decisioning.product import Product
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.policy.findings import PolicyRefused
from underwriting.policy.table_compiler import typed_tables
from underwriting.regulation import pack

EU = pack("eu-2026-11-20")
BANDS = ["A", "B", "C"]


def table(by, *lines, name="t"):
    return {"name": name, "by": by, "lines": list(lines)}


def policy(*tables):
    return changed(POLICY, tables=list(tables))


def findings(*tables, proxies=()):
    parts = Dictionary.parse(DICTIONARY), Product.parse(PRODUCT), EU, LANGUAGES, proxies
    return check_policy(Policy.parse(policy(*tables)), *parts)


def found(code, *tables):
    return [f for f in findings(*tables) if f.code == code]


BY_TERM = table(
    "term_months",
    {"band": "A", "to": 12, "rate_ppm": 50_000},
    {"band": "A", "from": 13, "rate_ppm": 70_000},
    {"from": 36, "max_amount": "4000.00"},
)


@pytest.mark.parametrize(("term", "rate"), [(6, 50_000), (12, 50_000), (24, 70_000)])
def test_the_rate_of_an_offer_is_that_of_its_line(term, rate):
    offer = decided(inputs(term=term), policy=policy(BY_TERM))["offer"]
    assert (offer["band"], offer["rate_ppm"]) == ("A", rate)


def test_a_band_without_a_line_keeps_its_own_rate():
    rich = {**BEN, "income": "1600.00", "housing": "own"}
    offer = decided(inputs(rich, amount="2000.00"), policy=policy(BY_TERM))["offer"]
    assert (offer["band"], offer["rate_ppm"]) == ("B", 95_000)


def test_a_tables_limit_holds_and_leads_to_a_counter_offer_at_that_price():
    document = decided(inputs(amount="6000.00", term=36), policy=policy(BY_TERM))
    assert document["outcome"] == "counter_offer"
    assert document["reasons"][0]["code"] == "BAND_LIMIT"
    offer = document["offer"]
    assert (offer["amount"], offer["term_months"], offer["rate_ppm"]) == (600_000, 24, 70_000)


def test_a_table_never_lends_more_than_its_band():
    raised = table("amount", {"max_amount": "20000.00"})
    riskier = {**BEN, "income": "1600.00", "housing": "own", "months_employed": 30}
    document = decided(inputs(riskier, amount="13000.00", term=36), policy=policy(raised))
    assert document["band"] == "B"
    assert {"row": "band_amount", "result": "hit"} in document["trace"][-1]["rows"]


def test_a_category_has_its_own_price():
    purposes = table("purpose", {"in": ["car"], "rate_ppm": 45_000}, {"rate_ppm": 65_000})
    for purpose, rate in (("car", 45_000), ("home", 65_000)):
        offer = decided(inputs(purpose=purpose), policy=policy(purposes))["offer"]
        assert offer["rate_ppm"] == rate


def test_a_missing_value_goes_to_a_person_who_offers_at_the_bands_rate():
    dictionary = changed(DICTIONARY)
    dictionary["fields"][2] |= {"required": False, "missing": "unknown"}
    by = policy(table("purpose", {"in": ["car"], "rate_ppm": 45_000}))
    application = inputs(purpose=None)
    document = decided(application, policy=by, dictionary=dictionary)
    assert document["outcome"] == "refer"
    assert {"INCOMPLETE_FACTS"} == {reason["code"] for reason in document["reasons"]}
    made = plan(policy=by, dictionary=dictionary)
    offer = made.offer(document, application, amount="1000.00", term_months=12)
    assert offer["rate_ppm"] == 60_000


def test_a_persons_offer_is_priced_at_the_terms_it_offers():
    made = plan(policy=policy(BY_TERM))
    application = inputs(term=12)
    document = made.decide(application)
    assert made.offer(document, application, amount="1000.00", term_months=24)["rate_ppm"] == 70_000


@pytest.mark.parametrize(
    ("lines", "code", "pointer"),
    [
        ([{"band": "Z", "rate_ppm": 1}], "table_band", "/tables/0/lines/0/band"),
        ([{"band": "A"}], "table_line", "/tables/0/lines/0"),
        ([{"from": "6", "rate_ppm": 1}], "type", "/tables/0/lines/0/from"),
        ([{"in": [6], "rate_ppm": 1}], "table_line", "/tables/0/lines/0/in"),
        ([{"from": 9, "to": 8, "rate_ppm": 1}], "table_line", "/tables/0/lines/0/to"),
        ([{"max_amount": "1e9"}], "type", "/tables/0/lines/0/max_amount"),
        ([{"rate_ppm": 200_001}], "rate_cap", "/tables/0/lines/0"),
        (
            [{"to": 12, "rate_ppm": 1}, {"from": 12, "rate_ppm": 2}],
            "table_overlap",
            "/tables/0/lines/1",
        ),
        ([{"rate_ppm": 1}, {"band": "A", "rate_ppm": 2}], "table_overlap", "/tables/0/lines/1"),
    ],
)
def test_a_wrong_line_is_named(lines, code, pointer):
    assert pointer in {f.pointer for f in found(code, table("term_months", *lines))}


@pytest.mark.parametrize("by", ["nothing", "income", "model.points", "sex"])
def test_a_table_is_over_a_fact_of_the_application(by):
    (only,) = found("table_input", table(by, {"rate_ppm": 1}))
    assert only.pointer == "/tables/0/by"
    with pytest.raises(PolicyRefused):
        plan(policy=policy(table(by, {"rate_ppm": 1})))


def test_a_rate_is_set_by_one_table():
    twice = table("amount", {"rate_ppm": 1}, name="u")
    assert [f.pointer for f in found("table_twice", BY_TERM, twice)] == ["/tables/1"]


def test_values_that_a_table_leaves_to_the_band_are_named():
    holes = table("amount", {"band": "A", "to": "1000.00", "rate_ppm": 1})
    (only,) = found("table_gap", holes)
    assert "no rate_ppm for band A at amount 1000.01" in only.message
    terms = table("term_months", {"to": 12, "rate_ppm": 1}, {"from": 24, "rate_ppm": 1})
    assert found("table_gap", terms) == []


def test_a_riskier_band_that_costs_less_or_lends_more_is_doubtful():
    cheaper = table("amount", {"band": "B", "from": "5000.00", "rate_ppm": 59_999})
    (only,) = found("table_rate", cheaper)
    assert "band B is riskier than A and costs less at amount 5000.00" in only.message
    more = table("amount", {"band": "A", "max_amount": "900.00"})
    assert "lends more" in found("table_limit", more)[0].message


def test_a_table_over_a_listed_proxy_is_refused():
    by = table("purpose", {"rate_ppm": 1})
    codes = {(f.code, f.pointer) for f in findings(by, proxies=["purpose"])}
    assert ("proxy", "/tables/0/by") in codes


OVER = ("count", "money", "day", "kind", "flag", "coded")
NUMBERS = st.one_of(st.integers(-3, 120), st.sampled_from([LIMIT, -LIMIT, 2**53, 2**53 + 1]))
DAYS = st.sampled_from(["0001-01-01", "1970-01-01", "2026-11-21", "9999-12-31"])


@st.composite
def lines(draw, name):
    line = {"band": draw(st.sampled_from([None, *BANDS]))}
    if name == "kind":
        line["in"] = draw(st.one_of(st.none(), st.lists(st.sampled_from("abc"), min_size=1)))
    elif name == "flag":
        line["in"] = draw(st.one_of(st.none(), st.lists(st.booleans(), min_size=1)))
    else:
        ends = sorted(draw(st.tuples(DAYS, DAYS) if name == "day" else st.tuples(NUMBERS, NUMBERS)))
        low, high = (scaled_text(end, 2) for end in ends) if name == "money" else ends
        line |= {
            "from": draw(st.sampled_from([None, low])),
            "to": draw(st.sampled_from([None, high])),
        }
    return line | {
        "rate_ppm": draw(st.sampled_from([None, 0, 1, 50_000])),
        "max_term_months": draw(st.sampled_from([12, 24])),
    }


@st.composite
def given_tables(draw):
    names = draw(st.lists(st.sampled_from(OVER), min_size=1, max_size=3, unique=True))
    return [
        table(name, *draw(st.lists(lines(name), min_size=1, max_size=4)), name=f"t_{name}")
        for name in names
    ]


def values_of(name):
    if name == "kind":
        return st.sampled_from([None, "a", "b", "c", "z"])
    if name == "flag":
        return st.sampled_from([None, True, False])
    return st.one_of(st.none(), NUMBERS, st.sampled_from([98, LIMIT + 1, 20_778, -719_162]))


FACTS = st.fixed_dictionaries({name: values_of(name) for name in OVER})


def said(tables, band, facts):
    """What the lines say, read one after the other."""
    rate, term = None, None
    for each in tables:
        value = facts[each.by.name]
        covering = [line for line in each.lines if covers(each.by, line, band, value)]
        rates = [line.rate_ppm for line in covering if line.rate_ppm is not None]
        terms = [line.max_term_months for line in covering]
        rate = rate if rate is not None or not rates else rates[0]
        term = min([each for each in (term, *terms[:1]) if each is not None], default=None)
    return rate, term


def covers(item, line, band, value):
    if value is None or line.band not in (None, band):
        return False
    if item.kind in ("number", "date"):
        known = -LIMIT <= value <= LIMIT and value not in item.specials
        return known and line.low <= value <= line.high
    if item.categories is not None and value not in item.categories:
        return False
    return line.values is None or value in line.values


@settings(max_examples=25, deadline=None)
@given(given_tables(), st.lists(FACTS, min_size=1, max_size=6))
def test_rows_and_columns_say_what_the_lines_say(tables, facts):
    compiled, wrong = typed_tables(Policy.parse(policy(*tables)), INPUTS, 2)
    assert not wrong
    made = PriceTables(compiled, BANDS)
    frame = Frame.of(facts, {name: INPUTS[name].kind for name in OVER})
    for number, band in enumerate(BANDS):
        by_column = made.columns(np.full(len(facts), number), frame)
        for index, each in enumerate(facts):
            row = made.row(number, each)
            assert (row.rate_ppm, row.max_term_months) == said(compiled, band, each)
            column = [int(values[index]) for values in by_column]
            assert [None if value == UNSET else value for value in column] == list(row)
