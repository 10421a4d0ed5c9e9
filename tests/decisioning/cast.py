"""A small lender: dictionary, product, expert scorecard and policy, and applications to it."""

import copy
import json

from ml.canonical import canonical
from ml.dictionary import Dictionary
from ml.expert import compile_expert
from underwriting.decisioning.engine import engine_lock
from underwriting.decisioning.plan import Pinned, Plan, compile_plan
from underwriting.policy.document import Policy
from underwriting.regulation import pack

LANGUAGES = ["de", "en", "es", "pt"]
ALL_USES = ["model", "policy", "monitoring"]


def texts(text):
    return dict.fromkeys(LANGUAGES, text)


def entry(name, scope, kind, **settings):
    code = settings.pop("code", name.upper())
    return {
        "name": name,
        "scope": scope,
        "type": kind,
        "uses": ALL_USES,
        "label": texts(name),
        "reason": {"code": code, "text": texts(f"Because of {name}")},
        **settings,
    }


def field(name, scope, kind, *, required=True, **settings):
    missing = {"required": True, "missing": "refuse"} if required else {"missing": "unknown"}
    return entry(name, scope, kind, **{**missing, **settings})


def categories(*names):
    return [{"value": name, "label": texts(name)} for name in names]


DICTIONARY = {
    "schema": "assay.dictionary/1",
    "languages": LANGUAGES,
    "fields": [
        field("amount", "request", "money", unit="EUR", scale=2, min="0.01", max="1000000.00"),
        field("term_months", "request", "integer", min=1, max=600),
        field("purpose", "request", "category", values=categories("car", "home", "other")),
        field("income", "party", "money", unit="EUR", scale=2, min="0.00", risk="lower"),
        field("debts", "party", "money", unit="EUR", scale=2, required=False),
        field("housing", "party", "category", values=categories("own", "rent"), required=False),
        field("months_employed", "party", "integer", required=False, risk="lower"),
        field("bankrupt", "party", "boolean", required=False, uses=["policy"]),
        field("employed_since", "party", "date", required=False, uses=["policy"]),
        field("employer", "party", "text", required=False, uses=["policy"]),
        field("of_age", "party", "boolean", uses=["capacity", "policy"], code="UNDER_AGE"),
        field(
            "sex",
            "party",
            "category",
            values=categories("f", "m"),
            required=False,
            prohibited_basis="sex",
            uses=["monitoring"],
            reason=None,
        ),
    ],
    "derived": [
        entry("monthly_principal", "request", "money", scale=2, expression="amount / term_months"),
        entry(
            "disposable",
            "party",
            "money",
            scale=2,
            expression="income - coalesce(debts, 0.00)",
            uses=["policy"],
        ),
        entry("household", "application", "money", scale=2, expression="sum(party.income)"),
        entry(
            "debt_to_income",
            "application",
            "decimal",
            scale=4,
            expression="(sum(party.debts) + monthly_principal) / household",
            uses=["policy"],
        ),
    ],
}

PRODUCT = {
    "schema": "assay.product/1",
    "currency": "EUR",
    "minor_units": 2,
    "amount": {"field": "amount", "min": "500.00", "max": "20000.00", "step": "500.00"},
    "term": {"field": "term_months", "values": [6, 12, 24, 36]},
    "pd_combination": "joint",
    "max_parties": 2,
    "fees": {"origination_ppm": 10000},
    "rate_cap_ppm": 200000,
    "rounding": "half_even",
    "offer_valid_days": 30,
    "customer_limit": "30000.00",
}

SCORECARD = {
    "schema": "assay.expert_scorecard/1",
    "base": {"points": 600, "odds": 30, "pdo": 20},
    "intercept": 560,
    "features": [
        {
            "name": "income",
            "bins": [
                {"upto": "1500.00", "points": -30},
                {"upto": "3000.00", "points": 0},
                {"upto": None, "points": 25},
            ],
            "missing": -20,
        },
        {
            "name": "housing",
            "bins": [{"values": ["own"], "points": 15}, {"values": ["rent"], "points": 0}],
            "missing": -5,
            "other": -5,
        },
        {
            "name": "months_employed",
            "bins": [{"upto": 12, "points": -15}, {"upto": None, "points": 10}],
            "missing": -10,
        },
        {
            "name": "amount",
            "bins": [
                {"upto": "5000.00", "points": 10},
                {"upto": "10000.00", "points": 0},
                {"upto": None, "points": -20},
            ],
            "missing": -20,
        },
    ],
}


def row(name, when, outcome="decline", reason="OTHER_REASON", **settings):
    return {"id": name, "when": when, "outcome": outcome, "reason": reason, **settings}


POLICY = {
    "schema": "assay.policy/1",
    "name": "Personal loan",
    "parameters": {"max_dti": {"value": "0.4000"}, "least_income": {"value": "800.00"}},
    "reasons": {
        "DTI_TOO_HIGH": {"text": texts("Debts and instalment are high for the income")},
        "INCOME_LOW": {"text": texts("The income is below what we require")},
        "BANKRUPTCY": {"text": texts("An open bankruptcy")},
        "OTHER_REASON": {"text": texts("Another fact stated in the application")},
    },
    "rule_sets": [
        {
            "name": "eligibility",
            "scope": "party",
            "hit": "first",
            "rows": [
                row(
                    "bankrupt",
                    {"bankrupt": {"eq": True}},
                    reason="BANKRUPTCY",
                    missing="miss",
                    severity=90,
                ),
                row("income", {"income": {"lt": "$least_income"}}, reason="INCOME_LOW"),
            ],
        },
        {
            "name": "affordability",
            "scope": "application",
            "hit": "collect",
            "rows": [
                row(
                    "dti",
                    {"debt_to_income": {"gt": "$max_dti"}},
                    reason="DTI_TOO_HIGH",
                ),
                row(
                    "large_home_loan",
                    {"purpose": {"in": ["home"]}, "amount": {"gt": "15000.00"}},
                    "refer",
                    None,
                ),
            ],
        },
        {
            "name": "cutoff",
            "scope": "application",
            "rows": [row("score", {"model.points": {"lt": 530}}, reason=None)],
        },
    ],
    "bands": [
        {"name": "A", "max_pd_ppm": 40000, "rate_ppm": 60000},
        {"name": "B", "max_pd_ppm": 150000, "rate_ppm": 95000, "max_amount": "12000.00"},
        {"name": "C", "max_pd_ppm": 300000, "rate_ppm": 140000, "max_term_months": 24},
    ],
    "referral": None,
    "counter_offer": {
        "prefer": "closest",
        "instead_of": ["decline"],
        "change": ["amount", "term"],
    },
    "exploration": None,
    "reference": None,
    "tests": [],
}


def changed(document, **members):
    """A copy of the document with these members instead."""
    return {**copy.deepcopy(document), **members}


def policy_with(*rule_sets, **members):
    return changed(POLICY, rule_sets=list(rule_sets), **members)


def rule_set(name, *rows, **settings):
    return {"name": name, "rows": list(rows), **settings}


def pinned(
    *,
    dictionary=DICTIONARY,
    product=PRODUCT,
    scorecard=SCORECARD,
    policy=POLICY,
    rules="eu-2026-11-20",
) -> Pinned:
    parsed = Dictionary.parse(dictionary)
    return Pinned(
        parsed.canonical(),
        canonical(product),
        compile_expert(scorecard, parsed).to_bytes(),
        Policy.parse(policy).canonical(),
        pack(rules).to_bytes(),
        engine_lock(),
    )


def plan(**parts) -> Plan:
    return compile_plan(pinned(**parts))


ADA = {
    "income": "4000.00",
    "debts": "200.00",
    "housing": "own",
    "months_employed": 60,
    "bankrupt": False,
    "of_age": True,
}
BEN = {
    "income": "1200.00",
    "debts": "50.00",
    "housing": "rent",
    "months_employed": 6,
    "of_age": True,
}


def inputs(*parties, amount="6000.00", term=24, purpose="car", **context):
    """Inputs of these parties' facts (Ada's alone unless said), asking for that loan."""
    request = {"amount": amount, "term_months": term, "purpose": purpose}
    roles = ["borrower", "co_borrower", "guarantor"]
    return {
        "schema": "assay.inputs/1",
        "request": {name: value for name, value in request.items() if value is not None},
        "parties": [
            {"role": roles[index], "liability": "full", "facts": facts}
            for index, facts in enumerate(parties or (ADA,))
        ],
        "context": {
            "as_of": "2026-11-21",
            "exposure": "0.00",
            "open_offers": "0.00",
            "in_flight": 0,
            **context,
        },
    }


def decided(application, **parts):
    """The decision document, from both paths; they must agree to the byte."""
    made = plan(**parts)
    found = made.decide_bytes(application)
    assert made.decide_columns([application]) == [found]
    return json.loads(found)


def codes(document):
    return [reason["code"] for reason in document["reasons"]]
