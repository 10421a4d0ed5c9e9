"""Static checks name what is wrong, and where."""

import pytest

from ml.dictionary import Dictionary
from tests.decisioning.cast import (
    DICTIONARY,
    LANGUAGES,
    POLICY,
    PRODUCT,
    changed,
    policy_with,
    row,
    rule_set,
    texts,
)
from underwriting.decisioning.product import Product
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.regulation import pack

EU = pack("eu-2026-11-20")


def findings(document, *, product=PRODUCT, dictionary=DICTIONARY, proxies=()):
    parts = Dictionary.parse(dictionary), Product.parse(product), EU, LANGUAGES, proxies
    return check_policy(Policy.parse(document), *parts)


def errors(document, **parts):
    return {
        (f.code, f.rule_set, f.row) for f in findings(document, **parts) if f.severity == "error"
    }


def one_row(when, outcome="decline", reason="OTHER_REASON", **settings):
    return policy_with(rule_set("s", row("r", when, outcome, reason, **settings)))


def test_the_cast_policy_has_no_error():
    assert errors(POLICY) == set()


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"nothing": {"eq": 1}}, "unknown_input"),
        ({"sex": {"eq": "f"}}, "prohibited_basis"),
        ({"household": {"gt": "1.001"}}, "type"),
        ({"purpose": {"eq": "boat"}}, "type"),
        ({"purpose": {"gt": "car"}}, "operator"),
        ({"purpose": {"between": ["car", "home"]}}, "operand"),
        ({"household": {"gt": True}}, "type"),
        ({"household": {"gt": "$none"}}, "unknown_parameter"),
        ({"household": {"missing": False}}, "operand"),
        ({"household": {"gt": {"field": "term_months"}}}, "type"),
        ({"income": {"gt": "1.00"}}, "scope"),
        ({"household": {"contains": "1"}}, "operator"),
        ({"purpose": {"starts_with": ""}}, "operand"),
        ({"purpose": {"starts_with": 1}}, "type"),
        ({"purpose": {"starts_with": ["ca", ""]}}, "operand"),
        ({"purpose": {"starts_with": "boat"}}, "impossible"),
        ({"list.nobody": {"eq": True}}, "unknown_input"),
    ],
)
def test_a_wrong_cell_is_named(when, code):
    assert errors(one_row(when)) >= {(code, "s", "r")}


def test_days_in_force_that_end_before_they_begin_are_named():
    dated = {"from": "2026-11-21", "to": "2026-11-20"}
    assert errors(one_row({"household": {"lt": "1.00"}}, **dated)) >= {("dates", "s", "r")}
    later = rule_set("s", row("r", {"household": {"lt": "1.00"}}, **{"from": "2026-11-21"}))
    assert errors(policy_with({**later, "to": "2026-11-20"})) == {("impossible", "s", "r")}


def test_a_parameter_in_another_unit_is_named():
    document = one_row({"amount": {"gt": "$cap"}})
    document["parameters"] = {"cap": {"value": "10.00", "unit": "USD"}}
    assert errors(document) == {("unit", "s", "r")}


def test_an_adverse_row_must_say_why():
    assert errors(one_row({"household": {"lt": "1.00"}}, reason=None)) == {("no_reason", "s", "r")}
    assert errors(one_row({"model.points": {"lt": 500}}, reason=None)) == set()


def test_nobody_is_declined_for_having_no_score():
    document = one_row({"model.points": {"lt": 500}}, missing="decline")
    assert errors(document) == {("missing_score", "s", "r")}


def test_a_reason_needs_its_text_in_every_language():
    document = changed(POLICY)
    document["reasons"]["DTI_TOO_HIGH"] = {"text": {"en": "Debts are high"}}
    found = [f for f in findings(document) if f.code == "reason_text"]
    languages = ("de", "es", "pt")
    assert [f.pointer for f in found] == [f"/reasons/DTI_TOO_HIGH/text/{x}" for x in languages]


def test_phrases_that_say_nothing_are_refused():
    document = changed(POLICY)
    document["reasons"]["DTI_TOO_HIGH"] = {"text": texts("It follows from our internal policy")}
    assert "forbidden_phrase" in {f.code for f in findings(document)}


def test_a_row_that_an_earlier_one_hides_is_unreachable():
    hidden = rule_set(
        "s",
        row("all", {"household": {"gt": "100.00"}}),
        row("rich", {"household": {"gt": "200.00"}, "purpose": {"eq": "car"}}),
        row("poor", {"household": {"lt": "50.00"}}),
    )
    assert errors(policy_with(hidden)) == {("unreachable", "s", "rich")}


def test_collect_reaches_every_row():
    both = rule_set(
        "s",
        row("all", {"household": {"gt": "100.00"}}),
        row("rich", {"household": {"gt": "200.00"}}),
        hit="collect",
    )
    assert errors(policy_with(both)) == set()


def test_a_row_no_value_can_satisfy_is_named():
    assert errors(one_row({"household": {"gt": "9.00", "lt": "5.00"}})) == {
        ("impossible", "s", "r")
    }


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (
            {"bands": [*POLICY["bands"], {"name": "D", "max_pd_ppm": 1, "rate_ppm": 1}]},
            "band_overlap",
        ),
        ({"bands": [{"name": "A", "max_pd_ppm": 900000, "rate_ppm": 250000}]}, "rate_cap"),
        (
            {"bands": [{"name": "A", "max_pd_ppm": 9, "rate_ppm": 9, "max_amount": "1.00"}]},
            "band_limit",
        ),
        ({"referral": {"from_pd_ppm": 900000, "to_pd_ppm": 950000}}, "referral"),
    ],
)
def test_the_price_table_is_checked(members, code):
    assert code in {found for found, _, _ in errors(changed(POLICY, **members))}


def test_a_dictionary_without_a_capacity_fact_cannot_decide():
    fields = [f for f in DICTIONARY["fields"] if f["name"] != "of_age"]
    found = errors(POLICY, dictionary=changed(DICTIONARY, fields=fields))
    assert ("capacity", None, None) in found


def test_a_product_that_asks_for_no_field_is_named():
    product = changed(PRODUCT, term={"field": "purpose", "values": [6]})
    assert ("product", None, None) in errors(POLICY, product=product)


def cells(found, code):
    return [(f.severity, f.pointer, f.rule_set, f.row, f.column) for f in found if f.code == code]


def test_every_finding_about_a_cell_leads_to_the_cell():
    found = findings(one_row({"household": {"gt": True}}))
    place = "/rule_sets/0/rows/0/when/household"
    assert cells(found, "type") == [("error", f"{place}/gt", "s", "r", "household")]


def test_a_proxy_that_the_lender_listed_is_named_also_where_it_is_derived_from():
    found = findings(
        one_row({"household": {"gt": "1.00"}, "purpose": {"eq": "car"}}),
        proxies=["income", "purpose", "nothing"],
    )
    place = "/rule_sets/0/rows/0/when"
    assert cells(found, "proxy") == [
        ("error", f"{place}/household", "s", "r", "household"),
        ("error", f"{place}/purpose", "s", "r", "purpose"),
    ]
    assert "derived from income" in next(f.message for f in found if f.code == "proxy")


def test_a_bureaus_field_that_is_silently_passed_without_a_report_is_doubtful():
    dictionary = changed(DICTIONARY)
    dictionary["fields"][4] |= {"known": "bureau"}
    when = {"debt_to_income": {"gt": "0.5000"}}
    found = findings(one_row(when, missing="miss"), dictionary=dictionary)
    assert [(each[0], each[4]) for each in cells(found, "without_report")] == [
        ("warning", "debt_to_income")
    ]
    assert cells(findings(one_row(when), dictionary=dictionary), "without_report") == []


@pytest.mark.parametrize(
    ("of", "code"),
    [("sex", "prohibited_basis"), ("nothing", "lookup_field"), ("household", "lookup_field")],
)
def test_a_look_up_of_what_is_no_stated_fact_is_named(of, code):
    document = one_row({"list.blocked": {"eq": True}})
    document["lookups"] = {"blocked": {"list": "BLOCKED", "of": of}}
    assert cells(findings(document), code) == [("error", "/lookups/blocked/of", None, None, None)]


def test_a_look_up_that_no_rule_reads_is_named_and_one_of_a_proxy_refused():
    document = changed(POLICY, lookups={"blocked": {"list": "BLOCKED", "of": "employer"}})
    assert [f.pointer for f in findings(document) if f.code == "unused_lookup"] == [
        "/lookups/blocked"
    ]
    assert "proxy" in {f.code for f in findings(document, proxies=["employer"])}


def test_a_parameter_that_leaves_its_unit_unsaid_is_doubtful():
    found = findings(one_row({"amount": {"gt": "$cap"}}, reason="DTI_TOO_HIGH"))
    assert "unknown_parameter" in {f.code for f in found}
    document = one_row({"amount": {"gt": "$cap"}})
    document["parameters"] = {"cap": {"value": "10.00"}}
    assert cells(findings(document), "parameter_unit") == [
        ("warning", "/parameters/cap/unit", None, None, None)
    ]


def test_a_riskier_band_that_lends_more_is_doubtful():
    bands = [
        {"name": "A", "max_pd_ppm": 40000, "rate_ppm": 60000, "max_amount": "900.00"},
        {"name": "B", "max_pd_ppm": 50000, "rate_ppm": 60000, "max_amount": "1000.00"},
    ]
    found = findings(changed(POLICY, bands=bands))
    assert [f.pointer for f in found if f.code == "band_softer"] == ["/bands/1/max_amount"]
