"""Invented applications, varied enough to meet every rule: approvals, offers, referrals, declines.

Hanse Kredit's facts are drawn from its past loans, one row at a time, with incomes invented;
Banco Aurora's from shares of each answer. The same seed gives the same applications.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator

from config.demo.incomes import invented_income
from config.demo.lenders import HANSE_KREDIT, DemoLender
from config.demo.names import Invention
from ml.dictionary import Dictionary
from scoring.imports.files import LoanFile
from scoring.imports.mapping import mapping_parse
from scoring.imports.rows import RowReader

JOINT = 0.2
AGAIN = 0.05
TERMS = (6, 9, 12, 15, 18, 24, 30, 36, 48, 60, 72)
NOT_ASKED = frozenset({"installment_rate_class", "residence_since", "dependants"})
SHARES: Mapping[str, Mapping[Any, float]] = {
    "payment_day": {"1": 0.04, "5": 0.15, "10": 0.4, "15": 0.17, "20": 0.1, "25": 0.14},
    "card_type": {"1": 0.85, "2": 0.12, "7": 0.03},
    "occupation_type": {"0": 0.06, "1": 0.2, "2": 0.4, "3": 0.02, "4": 0.16, "5": 0.16},
    "residence_type": {"1": 0.84, "2": 0.09, "4": 0.02, "5": 0.05},
    "residential_state": {"SP": 0.25, "RS": 0.2, "BA": 0.2, "CE": 0.15, "PE": 0.12, "RJ": 0.08},
    "home_phone": {True: 0.83, False: 0.17},
    "company_named": {True: 0.45, False: 0.55},
    "work_phone": {True: 0.27, False: 0.73},
    "email": {True: 0.8, False: 0.2},
    "visa": {True: 0.11, False: 0.89},
    "mastercard": {True: 0.1, False: 0.9},
    "cars": {0: 0.66, 1: 0.34},
    "banking_accounts": {0: 0.64, 1: 0.36},
    "dependants": {0: 0.67, 1: 0.14, 2: 0.11, 3: 0.05, 4: 0.03},
    "time_in_residence": {0: 0.1, 1: 0.16, 3: 0.14, 6: 0.2, 12: 0.2, 25: 0.2},
}


@dataclass(frozen=True, slots=True)
class DemoApplication:
    """What a door would hand in, but for the consents."""

    external_id: str
    request: dict[str, Any]
    parties: list[dict[str, Any]]
    by_partner: bool


def demo_applications(lender: DemoLender, count: int, seed: int) -> list[DemoApplication]:
    """`count` applications to a lender."""
    chance = np.random.default_rng([seed, len(lender.slug)])
    people = Invention(lender.country, chance)
    draw = _hanse if lender is HANSE_KREDIT else _aurora
    made: list[DemoApplication] = []
    for number in range(1, count + 1):
        request, facts = draw(chance, 2 if chance.random() < JOINT else 1)
        identities = [people.identity(seed * 1_000_000 + 2 * number + i) for i in range(len(facts))]
        if made and chance.random() < AGAIN:
            identities[0] = made[-1].parties[0]["identity"]
        made.append(
            DemoApplication(
                external_id=f"demo-{seed}-{number:05d}",
                request=request,
                parties=[
                    {"identity": identity, "facts": each}
                    for identity, each in zip(identities, facts, strict=True)
                ],
                by_partner=bool(chance.random() < 0.25),
            )
        )
    return made


def _hanse(chance: Generator, parties: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    past = _past_loans()
    request = dict(past[int(chance.integers(len(past)))][0])
    wanted = round(float(request["amount"]) * chance.uniform(0.7, 1.6), -2)
    request["amount"] = f"{min(max(wanted, 1_000), 20_000):.2f}"
    request["term_months"] = min(TERMS, key=lambda term: abs(term - request["term_months"]))
    request["other_debtors"] = "co_applicant" if parties > 1 else "none"
    return request, [_hanse_party(chance, past) for _ in range(parties)]


def _hanse_party(chance: Generator, past: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    facts = {
        name: value
        for name, value in past[int(chance.integers(len(past)))][1].items()
        if name not in NOT_ASKED
    }
    facts |= invented_income(chance, facts["job"])
    return facts


@cache
def _past_loans() -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    """Request and party facts of every past loan, in the dictionary's words."""
    reader = RowReader(
        mapping_parse(HANSE_KREDIT.document("import_mapping")),
        Dictionary.parse(HANSE_KREDIT.document("dictionary")),
    )
    file = LoanFile(str(HANSE_KREDIT.path / "data" / "germancredit.csv"))
    rows = [row for chunk in file.chunks() for row in reader.read(chunk).good]
    return tuple((json.loads(row.request), json.loads(row.parties)[0]["facts"]) for row in rows)


def _aurora(chance: Generator, parties: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    facts = [_aurora_party(chance) for _ in range(parties)]
    income = float(facts[0]["monthly_income"])
    wanted = 50 * round(income * chance.uniform(0.3, 2.6) / 50)
    request = {
        "amount": f"{min(max(wanted, 100), 10_000):.2f}",
        "payment_day": _drawn(chance, "payment_day"),
        "card_type": _drawn(chance, "card_type"),
        "postal_address": "1",
    }
    return request, facts


def _aurora_party(chance: Generator) -> dict[str, Any]:
    income = round(float(600 * chance.lognormal(0, 0.55)), 2)
    if chance.random() < 0.01:
        income = 20_000.0
    asked_elsewhere = {"payment_day", "card_type"}
    return {
        **{name: _drawn(chance, name) for name in SHARES if name not in asked_elsewhere},
        "monthly_income": f"{income:.2f}",
        "other_income": f"{300 if chance.random() < 0.06 else 0:.2f}",
        "monthly_obligations": f"{income * chance.uniform(0, 0.55):.2f}",
        "personal_assets": f"{30_000 if chance.random() < 0.05 else 0:.2f}",
        "months_in_job": int(chance.integers(0, 120)),
    }


def _drawn(chance: Generator, name: str) -> Any:
    shares = SHARES[name]
    return list(shares)[int(chance.choice(len(shares), p=list(shares.values())))]
