"""The PAKDD 2010 form as a lender's dictionary, policy and applications, read two ways.

`documents` makes the inputs a row at a time, as the API would send them; `applications` reads the
same texts as columns. Some applications are joint: a row and the next one apply together.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from ml.columns import Column
from ml.dictionary import Dictionary
from ml.readers import read_columns
from ml.values import days_of
from tests.decisioning.cast import categories, changed, entry, field, row, rule_set, texts
from underwriting.decisioning.applications import Applications

FILE = Path(os.environ.get("ASSAY_DATA", "../shared/data")) / "pakdd2010" / "modeling.csv.gz"

COLUMNS = {
    "monthly_income": "PERSONAL_MONTHLY_INCOME",
    "other_income": "OTHER_INCOMES",
    "assets": "PERSONAL_ASSETS_VALUE",
    "months_employed": "MONTHS_IN_THE_JOB",
    "residence_months": "MONTHS_IN_RESIDENCE",
    "dependants": "QUANT_DEPENDANTS",
    "accounts": "QUANT_BANKING_ACCOUNTS",
    "cars": "QUANT_CARS",
    "occupation": "OCCUPATION_TYPE",
    "residence": "RESIDENCE_TYPE",
    "state": "RESIDENCIAL_STATE",
    "home_phone": "FLAG_RESIDENCIAL_PHONE",
    "work_phone": "FLAG_PROFESSIONAL_PHONE",
    "company": "COMPANY",
}
WHOLE = ("months_employed", "residence_months", "dependants", "accounts", "cars")
CODES = ("occupation", "residence")
FLAGS = ("home_phone", "work_phone", "company")
STATES = [
    "AC",
    "AL",
    "AM",
    "AP",
    "BA",
    "CE",
    "DF",
    "ES",
    "GO",
    "MA",
    "MG",
    "MS",
    "MT",
    "PA",
    "PB",
    "PE",
    "PI",
    "PR",
    "RJ",
    "RN",
    "RO",
    "RR",
    "RS",
    "SC",
    "SE",
    "SP",
    "TO",
]

DICTIONARY = {
    "schema": "assay.dictionary/1",
    "languages": ["pt"],
    "fields": [
        field("amount", "request", "money", scale=2, min="100.00", max="20000.00"),
        field("term_months", "request", "integer", min=1, max=60),
        field("monthly_income", "party", "money", scale=2, min="0.00", max="500000.00"),
        field("other_income", "party", "money", scale=2, required=False),
        field("assets", "party", "money", scale=2, required=False),
        field("obligations", "party", "money", scale=2, required=False),
        field("months_employed", "party", "integer", min=0, max=600, required=False),
        field("residence_months", "party", "integer", min=0, max=200, required=False),
        field("dependants", "party", "integer", min=0, max=30, required=False),
        field("accounts", "party", "integer", min=0, required=False),
        field("cars", "party", "integer", min=0, required=False),
        field("occupation", "party", "category", values=categories(*"12345"), required=False),
        field("residence", "party", "category", values=categories(*"012345"), required=False),
        field("state", "party", "category", values=categories(*STATES)),
        field("home_phone", "party", "boolean", required=False),
        field("work_phone", "party", "boolean", required=False),
        field("company", "party", "boolean", required=False),
        field("of_age", "party", "boolean", uses=["capacity", "policy"], code="UNDER_AGE"),
    ],
    "derived": [
        entry("principal", "request", "money", scale=2, expression="amount / term_months"),
        entry(
            "total_income",
            "party",
            "money",
            scale=2,
            expression="monthly_income + coalesce(other_income, 0.00)",
        ),
        entry(
            "income_per_head",
            "party",
            "decimal",
            scale=3,
            expression="total_income / (dependants + 1)",
        ),
        entry("household", "application", "money", scale=2, expression="sum(party.total_income)"),
        entry(
            "debt_to_income",
            "application",
            "decimal",
            scale=4,
            expression="(sum(party.obligations) + principal) / household",
            uses=["policy"],
        ),
        entry(
            "amount_to_income",
            "application",
            "decimal",
            scale=4,
            expression="amount / household",
            uses=["policy"],
        ),
    ],
}

PRODUCT = {
    "schema": "assay.product/1",
    "currency": "BRL",
    "minor_units": 2,
    "amount": {"field": "amount", "min": "200.00", "max": "8000.00", "step": "200.00"},
    "term": {"field": "term_months", "values": [6, 9, 12, 18, 24]},
    "pd_combination": "joint",
    "max_parties": 2,
    "fees": {"origination_ppm": 15000, "monthly": "1.00"},
    "rate_cap_ppm": 900000,
    "offer_valid_days": 15,
    "customer_limit": "9000.00",
}


def ranges(name, *bins, missing):
    return {
        "name": name,
        "bins": [{"upto": upto, "points": points} for upto, points in bins],
        "missing": missing,
    }


def flag(name, yes, no, missing):
    bins = [{"values": [True], "points": yes}, {"values": [False], "points": no}]
    return {"name": name, "bins": bins, "missing": missing}


SCORECARD = {
    "schema": "assay.expert_scorecard/1",
    "base": {"points": 600, "odds": 30, "pdo": 20},
    "intercept": 572,
    "features": [
        ranges("total_income", ("500.00", -14), ("900.00", -3), (None, 11), missing=-9),
        ranges("income_per_head", ("250.000", -7), ("800.500", 0), (None, 6), missing=-3),
        ranges("residence_months", (2, -8), (10, 0), (None, 7), missing=-4),
        ranges("months_employed", (1, -5), (24, 3), (None, 9), missing=-2),
        ranges("accounts", (1, -4), (None, 5), missing=-4),
        ranges("principal", ("100.00", 8), ("400.00", 0), (None, -12), missing=-12),
        {
            "name": "occupation",
            "bins": [{"values": ["1", "4"], "points": -5}, {"values": ["2", "5"], "points": 6}],
            "missing": -3,
            "other": -4,
        },
        {
            "name": "residence",
            "bins": [{"values": ["1"], "points": 5}, {"values": ["2", "5"], "points": -6}],
            "missing": -3,
            "other": -5,
        },
        flag("home_phone", 6, -8, -8),
        flag("work_phone", 4, -2, -3),
        flag("company", 3, -1, -2),
    ],
}


def rows(*each):
    return [row(name, when, outcome, reason, **more) for name, when, outcome, reason, more in each]


POLICY = {
    "schema": "assay.policy/1",
    "name": "Store card",
    "parameters": {"max_dti": {"value": "0.4500"}},
    "reasons": {
        code: {"text": texts(code)}
        for code in ("LOW_INCOME", "DTI", "NEW_THERE", "STATE", "TOO_MUCH", "VERIFY", "NO_PHONE")
    },
    "rule_sets": [
        rule_set(
            "eligibility",
            row("income", {"monthly_income": {"lt": "200.00"}}, reason="LOW_INCOME", severity=90),
            row("state", {"state": {"in": ["AC", "RR", "AP"]}}, "refer", "STATE", missing="hit"),
            scope="party",
        ),
        rule_set(
            "plausibility",
            row("income", {"total_income": {"gt": "15000.00"}}, "refer", "VERIFY"),
            row(
                "new_there",
                {"residence_months": {"lt": 1}, "home_phone": {"eq": False}},
                "refer",
                "NEW_THERE",
            ),
            row(
                "assets",
                {"assets": {"gt": {"field": "total_income"}}, "cars": {"ge": 2}},
                "refer",
                "VERIFY",
                missing="miss",
            ),
            row(
                "phones",
                {"home_phone": {"eq": False}, "work_phone": {"missing": True}},
                reason="NO_PHONE",
            ),
            row("own_pd", {"model.pd_ppm": {"gt": 700000}}, reason=None),
            scope="party",
            hit="collect",
            missing="miss",
        ),
        rule_set(
            "affordability",
            row("dti", {"debt_to_income": {"gt": "$max_dti"}}, reason="DTI"),
            row("amount", {"amount_to_income": {"gt": "3.5000"}}, reason="TOO_MUCH"),
            row(
                "instalment",
                {"price.instalment": {"gt": "900.00"}, "price.band": {"ne": "A"}},
                reason="TOO_MUCH",
                missing="miss",
            ),
            row("busy", {"context.in_flight": {"ge": 3}}, "refer", "VERIFY"),
            hit="collect",
        ),
        rule_set(
            "cutoff",
            row("good", {"model.points": {"ge": 600}}, "approve", None),
            row("score", {"model.points": {"lt": 520}}, reason=None),
        ),
    ],
    "bands": [
        {"name": "A", "max_pd_ppm": 100000, "rate_ppm": 350000},
        {"name": "B", "max_pd_ppm": 220000, "rate_ppm": 500000, "max_amount": "5000.00"},
        {
            "name": "C",
            "max_pd_ppm": 380000,
            "rate_ppm": 700000,
            "max_amount": "1500.00",
            "max_term_months": 12,
        },
    ],
    "referral": {"from_pd_ppm": 330000, "to_pd_ppm": 380000},
    "counter_offer": {"prefer": "closest", "instead_of": ["decline"], "change": ["amount", "term"]},
}
PROFIT_POLICY = changed(POLICY, counter_offer={**POLICY["counter_offer"], "prefer": "profit"})
PARTS = {"dictionary": DICTIONARY, "product": PRODUCT, "scorecard": SCORECARD, "policy": POLICY}


class Forms:
    """Party rows as texts (None: not given), and which applications they make."""

    def __init__(self, raw: dict[str, list[str | None]]) -> None:
        self.raw = raw
        self.rows = len(raw["of_age"])
        joint = np.arange(self.rows) % 5 == 1  # this row applies together with the one before
        self.party_application = np.cumsum(~joint) - 1
        self.positions = joint.astype(int)
        self.count = int(self.party_application[-1]) + 1
        index = np.arange(self.count)
        self.amounts = [f"{100 + step % 37 * 50}.00" for step in (index * 7919).tolist()]
        self.terms = [(6, 9, 12, 18, 24, 7)[step % 6] for step in index.tolist()]
        self.exposure = [step % 4 * 1000 for step in index.tolist()]

    def documents(self):
        """Inputs documents, one application at a time."""
        facts = [
            dict(zip(self.raw, values, strict=True))
            for values in zip(*self.raw.values(), strict=True)
        ]
        parties = [[] for _ in range(self.count)]
        for owner, given in zip(self.party_application.tolist(), facts, strict=True):
            parties[owner].append(stated(given))
        return [self._document(index, parties[index]) for index in range(self.count)]

    def _document(self, index, parties):
        return {
            "schema": "assay.inputs/1",
            "request": {"amount": self.amounts[index], "term_months": self.terms[index]},
            "parties": [
                {"role": role, "liability": liability(index, role), "facts": facts}
                for role, facts in zip(("borrower", "co_borrower"), parties, strict=False)
            ],
            "context": {
                "as_of": "2026-11-21",
                "exposure": f"{self.exposure[index]}.00",
                "open_offers": "0.00",
                "in_flight": index % 4,
            },
        }

    def applications(self, dictionary: Dictionary) -> Applications:
        """The same, read as columns."""
        asked = {"amount": self.amounts, "term_months": [str(term) for term in self.terms]}
        requests, wrong_requests = read_columns(dictionary, "request", asked)
        parties, wrong_parties = read_columns(dictionary, "party", self.raw)
        owners = self.party_application
        roles = np.where(self.positions, "co_borrower", "borrower").tolist()
        liable = [liability(o, r) != "none" for o, r in zip(owners.tolist(), roles, strict=True)]
        return Applications.of_columns(
            requests,
            parties,
            owners,
            context=self._context(),
            roles=roles,
            liable=np.array(liable),
            request_problems=wrong_requests,
            party_problems=wrong_parties,
        )

    def _context(self):
        day = days_of(np.datetime64("2026-11-21").astype(object))
        return {
            "context.as_of": numbers([day] * self.count),
            "context.exposure": numbers([each * 100 for each in self.exposure]),
            "context.open_offers": numbers([0] * self.count),
            "context.in_flight": numbers([index % 4 for index in range(self.count)]),
        }


def numbers(values):
    return Column.of(values, kind="number")


def liability(index, role):
    return "none" if role == "co_borrower" and index % 7 == 0 else "full"


def stated(given):
    """A party's facts as JSON: flags as booleans, counts as numbers, what is absent left out."""
    facts = {}
    for name, text in given.items():
        if text is None:
            continue
        if name in WHOLE:
            facts[name] = int(text)
        elif name in (*FLAGS, "of_age"):
            facts[name] = text == "true"
        else:
            facts[name] = text
    return facts


def forms_of_the_file(limit=None) -> Forms:
    """The file's rows; obligations, which the form did not ask for, are made up by row."""
    names = [*COLUMNS.values(), "AGE"]
    table = pd.read_csv(FILE, dtype=str, usecols=names, nrows=limit, keep_default_na=False)
    raw = {name: table[column].tolist() for name, column in COLUMNS.items()}
    for name in (*WHOLE, *CODES):
        raw[name] = [text.removesuffix(".0") or None for text in raw[name]]
    for name in FLAGS:
        raw[name] = [{"Y": "true", "N": "false"}.get(text) for text in raw[name]]
    rest = {name: [text or None for text in texts] for name, texts in raw.items()}
    return with_the_rest(rest, [int(age) for age in table["AGE"]])


def with_the_rest(raw, ages) -> Forms:
    owed = [None if i % 11 == 0 else f"{i * 31 % 300}.{i % 100:02d}" for i in range(len(ages))]
    of_age = ["true" if age >= 18 else "false" for age in ages]
    return Forms({**raw, "obligations": owed, "of_age": of_age})


def generated_forms(rows: int, seed: int = 7) -> Forms:
    """Rows like the file's, dirty ones among them, without the file."""
    draw = np.random.default_rng(seed)

    def some(values, missing=0.1):
        picked = [values[i] for i in draw.integers(0, len(values), rows).tolist()]
        return [
            None if lost else text
            for text, lost in zip(picked, draw.random(rows) < missing, strict=True)
        ]

    money = [f"{amount}.{amount % 100:02d}" for amount in range(0, 3000, 37)] + ["900000.00", "x"]
    counts = [str(count) for count in (*range(13), 250, 700)]
    raw = {name: some(counts) for name in WHOLE}
    raw |= {name: some(money) for name in ("monthly_income", "other_income", "assets")}
    raw |= {name: some([*"12345", "9"]) for name in CODES}
    raw |= {name: some(["true", "false"]) for name in FLAGS}
    raw["state"] = some([*STATES, "XX"], 0.02)
    return with_the_rest(raw, draw.integers(16, 60, rows).tolist())
