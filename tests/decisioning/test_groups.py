"""Repeated groups (bank transactions) count in both paths, and never silently as none."""

import pytest

from tests.decisioning.cast import (
    ADA,
    BEN,
    DICTIONARY,
    changed,
    codes,
    decided,
    entry,
    field,
    inputs,
    plan,
    policy_with,
    row,
    rule_set,
    texts,
)
from underwriting.decisioning.inputs import InputsRefused

BANK = changed(
    DICTIONARY,
    groups=[
        {
            "name": "transactions",
            "label": texts("Transactions"),
            "fields": [
                field("booked", "party", "date"),
                field("paid", "party", "money", scale=2),
            ],
        }
    ],
    derived=[
        *DICTIONARY["derived"],
        entry("recent", "party", "integer", expression="count(transactions, days=90)"),
        entry("spent", "party", "money", scale=2, expression="sum(transactions.paid)"),
    ],
)
RULES = policy_with(
    rule_set("bank", row("busy", {"recent": {"gt": 1}, "spent": {"gt": "50.00"}}), scope="party")
)
PARTS = {"dictionary": BANK, "policy": RULES}


def with_rows(*parties, **asked):
    given = inputs(*[facts for facts, _ in parties], **asked)
    for party, (_, rows) in zip(given["parties"], parties, strict=True):
        if rows is not None:
            party["groups"] = {"transactions": [{"booked": b, "paid": p} for b, p in rows]}
    return given


LARGE = {"amount": "19000.00", "term": 36}
RECENT, OLD = ("2026-11-01", "30.00"), ("2025-01-01", "900.00")


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [([], "approve"), ([RECENT, OLD], "approve"), ([RECENT, RECENT], "decline")],
)
def test_rows_are_gathered_per_party(rows, outcome):
    assert decided(with_rows((ADA, rows)), **PARTS)["outcome"] == outcome


def test_a_group_that_is_not_given_is_unread_and_not_empty():
    document = decided(with_rows((ADA, None)), **PARTS)
    assert (document["outcome"], codes(document)[0]) == ("refer", "INCOMPLETE_FACTS")
    assert document["reasons"][0]["field"] == "transactions"


def test_a_wrong_row_is_named():
    document = decided(with_rows((ADA, [("yesterday", "1.00")])), **PARTS)
    assert document["reasons"][0]["field"] == "booked"


def test_an_unknown_group_is_refused():
    given = with_rows((ADA, []))
    given["parties"][0]["groups"]["pets"] = []
    with pytest.raises(InputsRefused):
        plan(**PARTS).decide(given)


def test_a_counter_offer_keeps_every_partys_rows():
    made = plan(**PARTS)
    many = [
        with_rows((ADA, [RECENT]), (BEN, [OLD, RECENT]), **LARGE),
        with_rows((BEN, [RECENT, RECENT]), **LARGE),
        with_rows((BEN, [OLD]), (ADA, []), **LARGE),
    ]
    found = [made.decide(given) for given in many]
    outcomes = [document["outcome"] for document in found]
    assert outcomes == ["counter_offer", "decline", "counter_offer"]
    assert made.decide_columns(many) == [made.decide_bytes(given) for given in many]
