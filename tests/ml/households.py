"""A small lender's dictionary with everything in it, for the tests of rows, columns and reading."""

from copy import deepcopy
from typing import Any

from ml.dictionary import Dictionary

Document = dict[str, Any]


def texts(words: str) -> dict[str, str]:
    return {"en": words, "de": f"{words} (de)"}


def field(name: str, kind: str, scope: str = "party", **more: Any) -> Document:
    """A field that model and policy may use."""
    reason = {"code": name.upper(), "text": texts(f"Your {name}")}
    plain = {"name": name, "scope": scope, "type": kind, "label": texts(name), "reason": reason}
    return plain | {"uses": ["model", "policy"]} | more


def held_apart(name: str, kind: str, **more: Any) -> Document:
    """A field that decides nothing."""
    plain = {"name": name, "scope": "party", "type": kind, "label": texts(name)}
    return plain | {"uses": ["monitoring"]} | more


def derived(name: str, scope: str, kind: str, expression: str, **more: Any) -> Document:
    return field(name, kind, scope, expression=expression) | more


def choices(*values: str) -> list[Document]:
    return [{"value": value, "label": texts(value)} for value in values]


DEMANDED = {"required": True, "missing": "refuse"}
FIELDS: list[Document] = [
    field("amount", "money", "request", min="500.00", max="50000.00", page="loan", **DEMANDED),
    field("term_months", "integer", "request", min=6, max=84, page="loan", **DEMANDED),
    field("purpose", "category", "request", values=choices("car", "home"), page="loan"),
    field("income", "money", min="0", page="work", unit="EUR", help=texts("After tax"), **DEMANDED),
    field("obligations", "money", min="0", page="work"),
    field("utilisation", "decimal", scale=4, min="0", max="2", special={"9.0000": "no card"}),
    field("enquiries", "integer", min=0, max=50, special={"98": "not known"}),
    field("employed", "boolean", page="work"),
    field("since", "date", page="work"),
    field("contract_end", "date", max="2099-12-31"),
    field("job", "category", values=choices("clerk", "smith"), special={"X": "not stated"}),
    field("employer", "text", uses=["policy"], page="work"),
    held_apart("sex", "category", values=choices("f", "m"), prohibited_basis="sex"),
    held_apart("arrears", "integer", known="decision"),
]
DERIVED: list[Document] = [
    derived("instalment", "request", "money", "amount / term_months"),
    derived("disposable", "party", "money", "income - coalesce(obligations, 0) - instalment"),
    derived(
        "burden", "party", "decimal", "(coalesce(obligations, 0) + instalment) / income", scale=4
    ),
    derived("months_employed", "party", "integer", "months_between(since, as_of)"),
    derived("settled", "party", "boolean", "employed and since < as_of or job == 'clerk'"),
    derived("active", "party", "boolean", "coalesce(employed, job in ['smith'])"),
    derived("recent", "party", "integer", "count(transactions, days=90)"),
    derived("inflow", "party", "money", "sum(transactions.value, days=30)"),
    derived("lowest", "party", "money", "min(transactions.value)"),
    derived(
        "returned", "party", "boolean", "any(transactions.failed or transactions.kind == 'fee')"
    ),
    derived("people", "application", "integer", "count(party)"),
    derived("household_income", "application", "money", "sum(party.income)"),
    derived("longest", "application", "date", "min(party.since)"),
    derived("all_settled", "application", "boolean", "all(party.settled)"),
    derived("worst_burden", "application", "decimal", "max(party.burden)", scale=4),
    derived("loan_to_income", "application", "decimal", "amount / household_income", scale=4),
]
TRANSACTIONS: Document = {
    "name": "transactions",
    "fields": [
        held_apart("booked", "date"),
        held_apart("value", "money"),
        held_apart("kind", "category", values=choices("salary", "fee")),
        held_apart("failed", "boolean"),
    ],
}


def household_document() -> Document:
    """A fresh copy, to be spoiled by a test."""
    return deepcopy(
        {
            "schema": "assay.dictionary/1",
            "languages": ["en", "de"],
            "fields": FIELDS,
            "derived": DERIVED,
            "groups": [TRANSACTIONS],
        }
    )


def household() -> Dictionary:
    return Dictionary.parse(household_document())
